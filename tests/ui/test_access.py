"""What a keyboard, a screen reader, large text, a translation and weak eyes need, on every page."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)

from scribe.errors import Fixable
from ui import theme

from .conftest import Room

_CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QTextEdit, QComboBox)


def every_page(room: Room) -> Iterator[str]:
    """Goes to each page in turn, in the fullest state it has."""
    window = room.window
    yield "unlock"
    for show in (window.unlock.show_create, lambda: window.unlock.show_recover("c1")):
        show()
        room.settle()
        yield "profile"
    window.unlock.show_choose()
    room.unlock()
    yield "today, empty"
    room.begin(known=False)
    window.show_error(Fixable("The disk is full.", safe="All is kept.", do="Free some space.", code="disk-full"))
    yield "begin"
    window.strip.open_form()
    room.settle()
    yield "patient"
    window.strip.close_form()
    window.consultation.start_recording()
    room.settle()
    yield "recording"
    window.consultation.stop_recording()
    room.settle()
    room.desk.recognise(6)
    room.settle()
    yield "writing down"
    room.desk.finish()
    room.settle()
    yield "review"
    window.review.note.items()[3].edit()
    room.settle()
    yield "review, editing"
    for check in window.review.lanes.checks():
        check.accept()
    room.settle()
    window.review.sign.click()
    room.settle()
    yield "sign, no patient"
    window.strip.given.emit(room_patient())
    room.settle()
    yield "sign"
    window.sign._same.setChecked(True)
    window.sign.pin.setText("246813")
    window.sign._sign()
    room.settle()
    window.export.blocks[0].copy()
    room.settle()
    yield "export"
    window.go_home()
    room.settle()
    yield "today"
    window.show_settings()
    room.settle()
    yield "settings"
    window.show_keys()
    yield "keys"
    encounter = room.begin()
    window.open_typed(encounter.id)
    room.settle()
    yield "typed note"


def room_patient() -> object:
    from . import consultation as made_up

    return made_up.PATIENT


def controls(room: Room) -> list[QWidget]:
    """Everything in sight that takes the keyboard."""
    found = [w for w in room.window.findChildren(QWidget) if w.isVisible() and w.isEnabled()]
    own = [w for w in found if isinstance(w, _CONTROLS) or w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    return [w for w in own if not _is_part(w)]


def _is_part(widget: QWidget) -> bool:
    """The inside of an editable list, and the frames that only scroll, are no controls of their own."""
    parent = widget.parentWidget()
    return isinstance(parent, QComboBox) or isinstance(widget, QScrollArea) or widget.objectName().startswith("qt_")


def test_every_control_on_every_page_has_a_name_a_place_in_the_tab_order_and_is_large_enough(locked: Room) -> None:
    wrong = []
    for page in every_page(locked):
        reached = set() if "editing" in page else _reached_by_tab(locked)
        for widget in controls(locked):
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
            if not name.strip():
                wrong.append(f"{page}: {widget} has no name")
            if reached and widget not in reached and not _stands_for_its_group(widget, reached):
                wrong.append(f"{page}: {name} is not in the tab order")
            if min(widget.width(), widget.height()) < 24:
                wrong.append(f"{page}: {name} is {widget.width()} × {widget.height()}")
    assert not wrong, "\n".join(wrong)


def _reached_by_tab(room: Room) -> set[QWidget]:
    """What the Tab key comes to, until it has been round."""
    reached: set[QWidget] = set()
    for _ in range(400):
        QTest.keyClick(QApplication.focusWidget() or room.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or now in reached:
            break
        reached.add(now)
    return reached


def _stands_for_its_group(widget: QWidget, reached: set[QWidget]) -> bool:
    """Of buttons that exclude each other Tab comes to one, and the arrows to the others, as people expect."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and any(one in reached for one in group.buttons())


def test_the_focus_can_be_seen(room: Room) -> None:
    room.drafted()
    review = room.window.review
    for widget in (review.note.items()[0], review.sign, review.lanes.checks()[0], review._template):
        widget.clearFocus()
        room.settle()
        without = widget.grab().toImage()
        widget.setFocus()
        room.settle()
        assert widget.grab().toImage() != without


def test_every_line_tells_a_screen_reader_its_text_state_and_evidence(room: Room) -> None:
    room.drafted()
    item = room.window.review.note.items()[0]
    assert item.accessibleName() == "Right knee pain, 6 weeks"
    assert item.accessibleDescription() == "Problem, As drafted, with evidence"


# ---------------------------------------------------------------- colours


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: QColor, other: QColor) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK, theme.LIGHT_CONTRAST, theme.DARK_CONTRAST])
def test_text_and_states_stand_out(tokens: theme.Tokens) -> None:
    grounds = (tokens.window, tokens.surface, tokens.sunken)
    pairs = list(itertools.product((tokens.text, tokens.muted), grounds))
    pairs += itertools.product((tokens.accent, tokens.bad, tokens.good, tokens.warn), (tokens.window, tokens.surface))
    pairs += [
        (tokens.on_accent, tokens.accent),
        (tokens.on_mark, tokens.mark),
        (tokens.on_record, tokens.record),
        (tokens.accent, tokens.accent_soft),
        (tokens.good, tokens.good_soft),
        (tokens.warn, tokens.warn_soft),
        (tokens.bad, tokens.bad_soft),
        (tokens.text, tokens.accent_soft),
        (tokens.text, tokens.warn_soft),
        (tokens.muted, tokens.warn_soft),
    ]
    made = theme.palette(tokens)
    role = QPalette.ColorRole
    for front, back in (
        (role.WindowText, role.Window),
        (role.Text, role.Base),
        (role.ButtonText, role.Button),
        (role.HighlightedText, role.Highlight),
        (role.ToolTipText, role.ToolTipBase),
        (role.PlaceholderText, role.Base),
    ):
        pairs.append((made.color(front).name(), made.color(back).name()))
    weak = [(a, b) for a, b in pairs if contrast(QColor(a), QColor(b)) < 4.5]
    outlines = [(tokens.edge, ground) for ground in (tokens.window, tokens.surface)]
    outlines += [(tokens.accent, ground) for ground in grounds]
    weak += [(a, b) for a, b in outlines if contrast(QColor(a), QColor(b)) < 3.0]
    assert not weak


@pytest.mark.parametrize("tokens", [theme.LIGHT, theme.DARK, theme.LIGHT_CONTRAST, theme.DARK_CONTRAST])
def test_that_it_records_is_white_on_red(tokens: theme.Tokens) -> None:
    red, text = QColor(tokens.record), QColor(tokens.on_record)
    assert text == QColor("white") and contrast(text, red) >= 4.5
    assert min(red.hslHue(), 360 - red.hslHue()) <= 10 and red.hslSaturationF() >= 0.5, "red, not pink"


def test_both_themes_are_really_worn(dressed: QApplication) -> None:
    for name, tokens in (("dark", theme.DARK), ("light", theme.LIGHT)):
        theme.apply(dressed, name)
        assert dressed.palette().color(QPalette.ColorRole.Window) == QColor(tokens.window)
        assert theme.current() is tokens


# ---------------------------------------------------------------- long words, large text


class Doubled(QTranslator):
    """A language that needs twice the room for everything."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"{source} {source}"


def cut(room: Room) -> list[str]:
    """Texts that are not wholly to be seen, or reached by scrolling."""
    found = []
    for widget in room.window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, (QLabel, QAbstractButton)):
            continue
        need = widget.minimumSizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
            # A word that is wider than the label would be cut, and so would lines below its end.
            need = QRect(0, 0, _widest_word(widget), widget.heightForWidth(widget.width())).size()
        if need.width() > widget.width() + 2 or need.height() > widget.height() + 2:
            found.append(f"{widget.metaObject().className()} “{_text(widget)}” {need} in {widget.size()}")
        elif not _reachable(widget, room.window):
            found.append(f"{widget.metaObject().className()} “{_text(widget)}” lies outside at {widget.geometry()}")
    return found


def _widest_word(widget: QLabel) -> int:
    words = widget.text().split()
    return max((widget.fontMetrics().horizontalAdvance(word) for word in words), default=0)


def _text(widget: QWidget) -> str:
    return widget.text()[:40] if isinstance(widget, (QLabel, QAbstractButton)) else ""


def _reachable(widget: QWidget, window: QWidget) -> bool:
    """Whether the widget lies within the window, or within something that can be scrolled to it."""
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        area = parent.parentWidget()
        if isinstance(area, QFrame) and hasattr(area, "viewport") and area.viewport() is parent:
            return True
        parent = area
    where = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return window.rect().contains(where)


@pytest.fixture
def doubled(dressed: QApplication) -> Iterator[None]:
    translator = Doubled()
    assert QCoreApplication.installTranslator(translator)
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.fixture
def large(dressed: QApplication) -> Iterator[None]:
    theme.apply(dressed, "light", 200)
    yield
    theme.apply(dressed, "light", 100)


def _nothing_is_cut(room: Room) -> None:
    wrong = [f"{page}: {what}" for page in every_page(room) for what in cut(room)]
    assert not wrong, "\n".join(wrong)


@pytest.fixture(params=["doubled", "large"])
def stretched(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(request.param)


def test_nothing_is_cut_off_at_double_length_nor_at_200_percent(stretched: None, locked: Room) -> None:
    _nothing_is_cut(locked)


def test_every_text_can_be_translated(doubled: None, locked: Room) -> None:
    """What the window itself says is doubled; only names, numbers and what people said stay single."""
    make: Callable[[], str] = lambda: locked.window.today._new.accessibleName()  # noqa: E731
    assert make() == "New consultation New consultation"
    locked.unlock()
    locked.drafted()
    single = []
    for widget in locked.window.review.findChildren(QAbstractButton):
        name = widget.accessibleName()
        if widget.isVisible() and name and ":" not in name:
            half = name[: len(name) // 2].strip()
            if not name.endswith(half):
                single.append(name)
    assert not single


def test_tab_goes_on_from_the_signed_note_to_what_can_be_done_with_it(room: Room) -> None:
    room.signed()
    page = room.window.export
    page.blocks[-1].setFocus()
    room.press(Qt.Key.Key_Tab)
    focus = room.focus()
    assert focus is not None and page.isAncestorOf(focus)


def test_a_pages_keys_work_from_the_bar_above_it_but_never_enter(room: Room) -> None:
    room.begin()
    room.window._lock.setFocus()
    room.press(Qt.Key.Key_Return)
    assert room.desk.status.state == "idle"
    assert room.page() is room.window.unlock
    room.unlock()
    room.signed()
    room.window._lock.setFocus()
    room.press(Qt.Key.Key_E)
    assert room.page() is room.window.review
