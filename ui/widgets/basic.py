"""Buttons, labels, cards and columns that look and behave alike everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from ui import icons, theme


def is_enter(event: QKeyEvent) -> bool:
    """Whether Enter alone was pressed, of either block of keys; held down, it counts once.

    Every control here takes it, which Qt leaves to dialogs: what has the focus is what is meant, and only where nothing
    takes it may a page take it for what comes next.
    """
    alone = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and not event.isAutoRepeat()
    return alone and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def restyle(widget: QWidget) -> None:
    """Has the sheet look again at a widget whose property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def set_property(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) != value:
        widget.setProperty(name, value)
        restyle(widget)


@contextmanager
def laid_out_once(holder: QWidget) -> Iterator[None]:
    """Many widgets are added to a holder in sight as one: Qt would lay the whole page out anew for each of them."""
    layout = holder.layout()
    assert layout is not None
    layout.setEnabled(False)
    try:
        yield
        for child in holder.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if child.isHidden() and not child.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                child.show()
    finally:
        layout.setEnabled(True)
        layout.invalidate()
        holder.updateGeometry()


def label(text: str = "", level: str = "", *, tone: str = "", wrap: bool = True) -> QLabel:
    """A text. `level`: title, heading, label, muted, small, strong, clock, code; `tone`: bad, good, warn."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if level:
        made.setProperty("level", level)
    if tone:
        made.setProperty("tone", tone)
    return made


def chip(text: str = "", tone: str = "") -> QLabel:
    """A word in a soft lozenge, for a state."""
    made = label(text, tone=tone, wrap=False)
    made.setProperty("chip", True)
    made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return made


def icon_label(name: str, tone: str = "muted", size: int = 20) -> QLabel:
    return IconLabel(name, tone, size)


class IconLabel(QLabel):
    """A decorative icon that follows the theme; what it means always stands beside it in words."""

    def __init__(self, name: str, tone: str, size: int) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._draw()

    def draw(self, name: str, tone: str) -> None:
        """Shows another icon."""
        if (name, tone) != (self._name, self._tone):
            self._name, self._tone = name, tone
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def _draw(self) -> None:
        self.setPixmap(icons.pixmap(self._name, theme.colour(self._tone).name(), self._size, 2.0))


class Button(QPushButton):
    """A button with an icon and, where one key does the same, that key shown on it.

    Args:
        text: what it does; also its accessible name.
        kind: "", "primary", "danger" or "quiet".
        icon: a name in ui.icons.
        key: the key as printed, such as "Ctrl+Enter"; the page itself listens for it.
        name: accessible name where the text alone would not say enough.
    """

    def __init__(
        self,
        text: str,
        on_click: Callable[[], object] | None = None,
        *,
        kind: str = "",
        icon: str = "",
        key: str = "",
        name: str = "",
    ) -> None:
        super().__init__(_spaced(text, icon))
        self._icon_name, self._key = icon, key
        self._key_shown = True
        if kind:
            self.setProperty("kind", kind)
        self.setAccessibleName(name or text)
        if key:
            self.setAccessibleDescription(key)
        if name and not text:
            self.setToolTip(f"{name}  {key}" if key else name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if on_click:
            self.clicked.connect(lambda: on_click())
        self._draw_icon()

    def say(self, text: str, *, icon: str = "") -> None:
        """Changes what the button says, for eye and screen reader alike, and its icon where one is named."""
        if icon and icon != self._icon_name:
            self._icon_name = icon
            self._draw_icon()
        self.setText(_spaced(text, self._icon_name))
        self.setAccessibleName(text)
        self.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._draw_icon()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + self._key_width(), hint.height()).expandedTo(
            QSize(theme.MIN_TARGET, theme.MIN_TARGET)
        )

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._key:
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        width = self._key_width()
        cap = QRect(self.width() - width - 6, 0, width - 4, self.height())
        option.rect = self.rect().adjusted(0, 0, -width, 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, option)
        if not self._key_shown:
            return
        text = theme.colour(self._text_token())
        height = QFontMetrics(self._key_font()).height() + 4
        box = QRect(cap.left(), (self.height() - height) // 2, cap.width(), height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._key_font())
        painter.setPen(text)
        painter.setOpacity(0.55)
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 4, 4)
        painter.setOpacity(1)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)

    def show_key(self, shown: bool) -> None:
        """Whether its key is printed on it now; its room stays."""
        self._key_shown = shown
        self.update()

    @property
    def shows_key(self) -> bool:
        return bool(self._key) and self._key_shown

    def dress(self, kind: str) -> None:
        """Gives it another `kind`."""
        if (self.property("kind") or "") != kind:
            set_property(self, "kind", kind)
            self._draw_icon()

    def _text_token(self) -> str:
        if not self.isEnabled():
            return "muted"
        return {"primary": "on_accent", "danger": "bad"}.get(self.property("kind") or "", "text")

    def _key_font(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(self.font().pointSizeF() * 0.78, 6.0))
        font.setWeight(QFont.Weight.Normal)
        return font

    def _key_width(self) -> int:
        return QFontMetrics(self._key_font()).horizontalAdvance(self._key) + 20 if self._key else 0

    def _draw_icon(self) -> None:
        if self._icon_name:
            size = max(18, round(self.fontMetrics().height() * 0.95))
            self.setIconSize(QSize(size, size))
            self.setIcon(icons.icon(self._icon_name, theme.colour(self._text_token()).name(), size))


def _spaced(text: str, icon: str) -> str:
    """A little more room between icon and text than the style leaves."""
    return f"\u2009{text}" if text and icon else text


class RowButton(QPushButton):
    """A whole row that can be pressed, holding labels."""

    def __init__(self, name: str, on_click: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "row")
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(theme.GAP_LARGE, theme.GAP, theme.GAP_LARGE, theme.GAP)
        self.row.setSpacing(theme.GAP_LARGE)
        self.clicked.connect(lambda: on_click())

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.row.addWidget(widget, stretch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return self.row.totalSizeHint()

    def minimumSizeHint(self) -> QSize:
        return self.row.totalMinimumSize()

    def hasHeightForWidth(self) -> bool:
        return self.row.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self.row.totalHeightForWidth(width)


class Choice(QComboBox):
    """A list to choose from, with the arrow drawn in the theme's colour."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event) and not self.isEditable():
            self.showPopup()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        picture = icons.pixmap("down", theme.colour("text").name(), 16, 2.0)
        painter.drawPixmap(self.width() - 24, (self.height() - 16) // 2, picture)


class Tick(QCheckBox):
    """A box to tick, with the tick drawn in the theme's colour."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setAccessibleName(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if is_enter(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked():
            option = QStyleOptionButton()
            self.initStyleOption(option)
            box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
            picture = icons.pixmap("check", theme.colour("on_accent").name(), box.width(), 2.0)
            QPainter(self).drawPixmap(box.topLeft(), picture)


class Card(QFrame):
    """A quiet surface with its content in a column."""

    def __init__(self, tone: str = "", margin: int = theme.GAP_LARGE) -> None:
        super().__init__()
        self.setProperty("card", True)
        if tone:
            self.setProperty("tone", tone)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(theme.GAP)

    def add(self, *widgets: QWidget | QLayout) -> Card:
        fill(self.column, *widgets)
        return self


def fill(layout: QBoxLayout, *widgets: QWidget | QLayout | int) -> None:
    """Adds widgets, layouts, and for a number a stretch."""
    for widget in widgets:
        if isinstance(widget, QWidget):
            layout.addWidget(widget)
        elif isinstance(widget, QLayout):
            layout.addLayout(widget)
        else:
            layout.addStretch(widget)


def row(*widgets: QWidget | QLayout | int, gap: int = theme.GAP_SMALL) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    fill(made, *widgets)
    return made


def column(*widgets: QWidget | QLayout | int, gap: int = theme.GAP_SMALL) -> QVBoxLayout:
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    fill(made, *widgets)
    return made


def field(text: str, widget: QWidget, hint: str = "") -> QVBoxLayout:
    """A control under its label, which is its buddy and, where it has none yet, its accessible name."""
    caption = label(text, "label")
    caption.setBuddy(widget)
    if not widget.accessibleName():
        widget.setAccessibleName(text)
    made = column(caption, widget, gap=theme.GRID)
    if hint:
        made.addWidget(label(hint, "small"))
    return made


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("rule", True)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """The content in an area that scrolls when it does not fit: nothing is ever cut off."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


class _Readable(QWidget):
    """A holder that keeps its content to a width that is as many characters whatever the text size."""

    def __init__(self, content: QWidget, width: int) -> None:
        super().__init__()
        self._content, self._width = content, width
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.GAP_PAGE, 0, theme.GAP_PAGE, 0)
        fill(across, 1)
        across.addWidget(content, 1000)
        fill(across, 1)
        self._limit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._limit()

    def _limit(self) -> None:
        self._content.setMaximumWidth(round(self._width * max(self.fontMetrics().height() / 17, 1.0)))


def centred(content: QWidget, width: int) -> QScrollArea:
    """The content in a column of readable width in the middle, which scrolls when it must."""
    return scrolled(_Readable(content, width))


class CentredPage(QWidget):
    """A page whose content is one centred column."""

    def __init__(self, width: int = 760) -> None:
        super().__init__()
        inner = QWidget()
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, theme.GAP_PAGE, 0, theme.GAP_PAGE)
        self.column.setSpacing(theme.GAP_LARGE)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.area = centred(inner, width)
        outer.addWidget(self.area)


def clear(layout: QLayout) -> None:
    """Empties a layout and deletes what was in it."""
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner := item.layout():
            clear(inner)
            inner.deleteLater()


class FlowLayout(QLayout):
    """Widgets side by side, on as many rows as the width needs: what a narrow or enlarged window calls for."""

    def __init__(self, gap: int = theme.GAP_SMALL) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._heights: dict[int, int] = {}  # by width; Qt asks again and again until something changes
        self._least: QSize | None = None
        self.setContentsMargins(0, 0, 0, 0)

    def invalidate(self) -> None:
        self._heights, self._least = {}, None
        super().invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = self._place(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        if self._least is None:
            self._least = QSize()
            for item in self._items:
                self._least = self._least.expandedTo(item.minimumSize())
        return self._least

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, height = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, height = rect.x(), y + height + self._gap, 0
            if move:
                item.setGeometry(QRect(x, y, min(hint.width(), max(rect.width(), 1)), hint.height()))
            x += hint.width() + self._gap
            height = max(height, hint.height())
        return y + height - rect.y()


def flow(*widgets: QWidget, gap: int = theme.GAP_SMALL) -> FlowLayout:
    made = FlowLayout(gap)
    for widget in widgets:
        made.addWidget(widget)
    return made
