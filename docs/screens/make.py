"""Takes a picture of every page in light and dark: `python docs/screens/make.py [FOLDER]`, from the checkout.

Everything on the pictures is made up (tests/ui/consultation.py). Needs no display.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_own = tempfile.TemporaryDirectory()
os.environ["SCRIBE_DATA_DIR"] = os.environ["SCRIBE_CONFIG_DIR"] = _own.name

from PySide6.QtCore import QEventLoop, Qt, QTimer  # noqa: E402
from PySide6.QtGui import QImage, QPainter  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from scribe.errors import Fixable  # noqa: E402
from scribe.records import Consent, Mode, Patient, Stage  # noqa: E402
from tests.ui import consultation as made_up  # noqa: E402
from tests.ui.fake_desk import PIN, FakeDesk  # noqa: E402
from ui import theme  # noqa: E402
from ui.bridge import Bridge  # noqa: E402
from ui.clipboard import SystemClipboard  # noqa: E402
from ui.preferences import Preferences  # noqa: E402
from ui.window import Window  # noqa: E402


def settle(bridge: Bridge) -> None:
    """Lets everything that is under way arrive."""
    for _ in range(3):
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()
        while not bridge.is_idle:
            QApplication.processEvents()


STRIP = (
    ("05-today", "1  New consultation: one key"),
    ("06-begin", "2  Patient told, no objection: record"),
    ("08-recording", "3  Stop, and the note is drafted"),
    ("12-review-evidence", "4  Check: each line shows the words it stands on"),
    ("15-sign", "5  Sign with your PIN"),
    ("16-export", "6  Copy it, or save files"),
)
_ACROSS, _WIDE, _GAP, _CAPTION = 2, 640, 16, 34


def strip(folder: Path) -> None:
    """The walk-through of README: six of the pictures, small, side by side."""
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    pictures = [QImage(str(folder / f"{name}-light.png")) for name, _ in STRIP]
    smooth = Qt.TransformationMode.SmoothTransformation
    pictures = [picture.scaledToWidth(_WIDE, smooth) for picture in pictures]
    step = pictures[0].height() + _CAPTION + _GAP
    rows = -(-len(STRIP) // _ACROSS)
    whole = QImage(_ACROSS * (_WIDE + _GAP) + _GAP, rows * step + _GAP, QImage.Format.Format_RGB32)
    whole.fill(theme.colour("sunken"))
    painter = QPainter(whole)
    font = painter.font()
    font.setPointSizeF(13)
    painter.setFont(font)
    painter.setPen(theme.colour("text"))
    for number, (picture, (_, caption)) in enumerate(zip(pictures, STRIP, strict=True)):
        left = _GAP + number % _ACROSS * (_WIDE + _GAP)
        top = _GAP + number // _ACROSS * step
        painter.drawText(left, top, _WIDE, _CAPTION, Qt.AlignmentFlag.AlignVCenter, caption)
        painter.drawImage(left, top + _CAPTION, picture)
    painter.end()
    whole.save(str(folder / "walk-through.png"))


def type_into(text: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), text)


def main(folder: Path, percent: int = 100, size: tuple[int, int] = (1320, 860)) -> None:
    app = QApplication([])
    app.setStyle("Fusion")
    for look in ("light", "dark"):
        theme.apply(app, look, percent)
        walk(folder, look, size)
    strip(folder)


def walk(folder: Path, look: str, size: tuple[int, int]) -> None:
    """One consultation from first run to export, with a picture at each page."""
    # The day's list shows the time alone of what happened today.
    made_up.BEGUN = datetime.now(UTC).replace(hour=9, minute=5, second=0, microsecond=0)
    bridge = Bridge()
    desk = FakeDesk(bridge.listen, clipboard=SystemClipboard(), profiles=())
    window = Window(desk, bridge, Preferences(), save_after_ms=0, poll_ms=5)  # type: ignore[arg-type]
    window.resize(*size)
    window.show()
    window.activateWindow()

    def shot(name: str) -> None:
        settle(bridge)
        window.grab().save(str(folder / f"{name}-{look}.png"))

    def then(*steps: Callable[[], object]) -> None:
        for step in steps:
            step()
            settle(bridge)

    then(window.start)
    shot("01-first-run")
    then(lambda: window.unlock.make_profile("Dr Amara Okafor", "GP", "GMC 7654321", PIN))
    shot("02-recovery-code")
    then(window.unlock.finish)
    shot("03-today-empty")
    then(lambda: desk.create_profile("Dr Tom Hale", "GP registrar", "", PIN), window.lock)
    shot("04-unlock")
    first = desk.profiles()[0].id
    then(lambda: window.unlock.unlock(first, PIN))
    told = Consent.TOLD_NO_OBJECTION
    desk.add(Stage.EXPORTED, Patient("Peter Vance", made_up.date(1948, 7, 19), "9000000009"), Mode.TELEPHONE, 62, told)
    desk.add(
        Stage.SIGNED, Patient("Aisha Rahman", made_up.date(1990, 11, 2), "9000000017"), Mode.FACE_TO_FACE, 48, told
    )
    desk.add(Stage.DRAFTED, Patient("John Whitmore", made_up.date(1955, 1, 30), "9000000025"), Mode.VIDEO, 31, told)
    desk.add(
        Stage.RECORDED, Patient("Grace Adeyemi", made_up.date(2019, 5, 8), "9000000033"), Mode.FACE_TO_FACE, 15, told
    )
    then(window.go_home)
    shot("05-today")
    then(window.new_consultation)
    shot("06-begin")
    then(window.strip.open_form)
    shot("07-patient")
    then(lambda: window.strip.given.emit(made_up.PATIENT), window.consultation.start_recording)
    desk.hear(ms=227_000, level=0.46)
    shot("08-recording")
    then(window.lock)
    shot("09-locked-recording")
    then(lambda: window.unlock.unlock(first, PIN), window.consultation.stop_recording)
    then(lambda: desk.recognise(8))
    shot("10-writing-down")
    then(desk.finish)
    shot("11-review")
    items = window.review.note.items
    then(lambda: items()[2].setFocus())
    shot("12-review-evidence")
    then(
        lambda: items()[7].setFocus(),
        lambda: items()[7].edit(),
        lambda: type_into(" for the swelling, no diarrhea with it"),
    )
    shot("13-review-edit")
    then(lambda: QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape))
    bottom = window.review._note_area.verticalScrollBar()
    then(lambda: bottom.setValue(bottom.maximum()), window.review.lanes.omissions()[0].setFocus)
    shot("13b-review-omission")
    then(lambda: items()[7].setFocus(), window.review.copy_refused.emit)
    shot("14-review-copy-refused")
    window.notices.clear()
    then(window.review.lanes.focus_first, *(window.review.lanes.checks()[0].accept for _ in "1"))
    then(lambda: window.review.lanes.checks()[0].remove())
    then(window.review.sign.click)
    shot("15-sign")
    then(lambda: window.sign._same.setChecked(True), lambda: window.sign.pin.setText(PIN), window.sign._sign)
    then(window.export.blocks[1].copy)
    with tempfile.TemporaryDirectory() as out:
        then(lambda: window.export.folder.setText(out), window.export.save)
        window.export.folder.setText("C:/Users/okafor/Documents/Scribe notes")
        shot("16-export")
    then(window.show_settings)
    shot("17-settings")
    then(window.show_keys)
    shot("18-keys")
    then(window.new_consultation)
    window.show_error(
        Fixable(
            "The microphone was unplugged.",
            safe="Everything recorded so far is saved.",
            do="Plug it in again, or stop and go on with what there is.",
            code="unplugged",
        ),
        lambda: None,
    )
    then(window.ask_objection)
    shot("19-error-objection")
    then(lambda: window.open_typed(window._encounter.id))  # type: ignore[union-attr]
    shot("20-typed")
    window.close()
    desk.close()
    bridge.close()
    window.deleteLater()
    settle(bridge)


if __name__ == "__main__":
    where = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screens"
    where.mkdir(parents=True, exist_ok=True)
    main(where, *(int(text) for text in sys.argv[2:3]))
