"""How fast the review page answers, with a note of sixty lines beside an hour of talk: `python -m tests.measure.review`.

Opens the real window over a real store (a throw-away one) that holds a transcript of 9,000 words and a note of 60
lines, and times it: opened from the store until it is painted, key to repaint, evidence to repaint, each frame of a
scripted scroll, and, where PulseAudio can be started, Space to an open loudspeaker that has its first sound. Every time is said twice: by the
clock, and of the window's own thread alone, which other work on the computer does not lengthen. Needs no display.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from scribe import offline
from scribe.capture.playback import Player
from scribe.capture.sound import SAMPLE_RATE
from scribe.desk import Desk
from scribe.records import Draft, Ledger, Recording, new_id
from tests.capture.sound_system import SoundSystem, alsa_of_its_own, missing
from tests.ui import consultation as made_up
from ui import theme
from ui.app import be_brief, leave_alone
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.pages.review import ReviewPage
from ui.preferences import Preferences
from ui.window import Window

WORDS, LINES = 9_000, 60
REST_S = 2  # between unlocking and opening a note: somebody looks for it in the list


@dataclass
class Timed:
    """Times of one kind of thing, in milliseconds: by the clock, and of this thread's processor time."""

    what: str
    bar_ms: float
    by_clock: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    def time(self, act: Callable[[], object]) -> None:
        """Does something and waits until what came of it is painted."""
        clock, own = time.perf_counter(), time.thread_time()
        act()
        QApplication.processEvents()
        self.by_clock.append((time.perf_counter() - clock) * 1000)
        self.own.append((time.thread_time() - own) * 1000)

    def row(self) -> str:
        told = [f"{percentile(times, 95):7.1f} {max(times):7.1f}" for times in (self.by_clock, self.own)]
        return f"{self.what:42} {len(self.own):4}  {'   '.join(told)}   {self.bar_ms:6.0f}"


def percentile(times: list[float], share: int) -> float:
    """The time that so many of a hundred do not exceed."""
    return sorted(times)[min(len(times) - 1, len(times) * share // 100)]


# ---------------------------------------------------------------- what is timed


def keys(page: ReviewPage) -> Timed:
    """Down the note, line by line."""
    timed = Timed("key to repaint, from line to line", 30)
    page.note.items()[0].setFocus()
    QApplication.processEvents()
    for _ in page.note.items()[1:]:
        timed.time(lambda: QTest.keyClick(page.note.current(), Qt.Key.Key_Down))
    return timed


def typing(page: ReviewPage) -> Timed:
    """A sentence into a line that is edited."""
    timed = Timed("key to repaint, while a line is edited", 30)
    item = page.note.items()[len(page.note.items()) // 2]
    item.setFocus()
    item.edit()
    QApplication.processEvents()
    for letter in " worse on stairs, some diclofenac gel, no swelling since":
        timed.time(lambda letter=letter: QTest.keyClicks(QApplication.focusWidget(), letter))  # type: ignore[misc]
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    QApplication.processEvents()
    return timed


def evidence(page: ReviewPage) -> Timed:
    """Clicks on lines far apart: their words are marked in the transcript, and in sight."""
    timed = Timed("line clicked to its words marked", 100)
    items = page.note.items()
    for number in range(0, len(items) * 7, 7):
        item = items[number % len(items)]
        timed.time(lambda item=item: QTest.mouseClick(item, Qt.MouseButton.LeftButton))  # type: ignore[misc]
        assert page.transcript.marked_text()
    return timed


def words(page: ReviewPage) -> Timed:
    """The caret through the transcript: the lines that use a word are framed."""
    timed = Timed("word chosen to its lines framed", 100)
    page.transcript.setFocus()
    page.transcript.moveCursor(QTextCursor.MoveOperation.Start)
    for _ in range(60):
        timed.time(lambda: QTest.keyClick(page.transcript, Qt.Key.Key_Down))
    return timed


def sound() -> Timed:
    """Stretches of sound played one after the other, as Space plays them, on a loudspeaker that leads nowhere."""
    timed = Timed("asked for to the loudspeaker open, playing", 100)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.environ.update(alsa_of_its_own(Path(folder)))
        system, player = SoundSystem(Path(folder)), Player()
        for _ in range(10):
            player.prepare()
            time.sleep(1.5)  # as long as somebody reads a line
            timed.time(lambda: player.play(iter([np.zeros(2 * SAMPLE_RATE, np.int16)])))
        player.close()
        system.close()
    return timed


def scroll(area: QAbstractScrollArea, what: str, frames: int = 120) -> Timed:
    """The wheel, notch by notch, down and up again."""
    timed = Timed(f"frame while scrolling the {what}", 50)
    for number in range(frames):
        notch = -120 if number < frames // 2 else 120
        where = QPointF(area.viewport().rect().center())
        turned = QWheelEvent(
            where, area.viewport().mapToGlobal(where), QPoint(), QPoint(0, notch), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        timed.time(lambda turned=turned: QApplication.sendEvent(area.viewport(), turned))  # type: ignore[misc]
    return timed


# ---------------------------------------------------------------- the real window


def fill(desk: Desk) -> str:
    """An hour of talk and its note in the store; returns the encounter."""
    profile = desk._unlocked()
    encounter = desk.begin_demo(desk.demo_recordings()[0][0])
    turns = made_up.long_turns(WORDS)
    recording = Recording(new_id(), encounter.id, "file", made_up.BEGUN, turns[-1].end_ms, True, "ab" * 32)
    profile.save_recording(recording)
    profile.save_turns(recording.id, tuple(replace(turn, recording_id=recording.id) for turn in turns))
    profile.save_ledger(Ledger(recording.id, ()))
    profile.save_draft(as_another(made_up.long_draft(encounter.id, LINES, recording.id)))
    return encounter.id


def as_another(draft: Draft) -> Draft:
    """As another note: none of its widgets are there yet."""
    return replace(draft, id=new_id(), lines=tuple(replace(line, id=new_id()) for line in draft.lines))


def main() -> int:
    offline.enforce()
    be_brief()
    app = QApplication([])
    app.setStyle("Fusion")
    theme.apply(app, "light")
    bridge = Bridge()
    desk = Desk(listener=bridge.listen, clipboard=SystemClipboard())
    window = Window(desk, bridge, Preferences())
    window.resize(1320, 860)
    window.show()
    window.activateWindow()

    def settle() -> None:
        while not bridge.is_idle:
            QApplication.processEvents()
        QApplication.processEvents()

    leave_alone()
    window._unlocked(desk.open_throwaway())
    settle()
    notes = [fill(desk) for _ in range(5)]  # the next is opened while the one before is on show
    opened, looked = Timed("opened from the store until painted", 500), Timed("frame while it is looked over", 50)
    in_sight = Timed("of that until the note itself is painted", 500)

    def whole() -> None:
        while window.review._reads:  # what was said, and what is to be checked
            QApplication.processEvents()

    until = time.monotonic() + REST_S
    while time.monotonic() < until:
        QApplication.processEvents()
    for encounter_id in notes:
        in_sight.time(lambda encounter_id=encounter_id: window.open_encounter(encounter_id))  # type: ignore[misc]
        opened.time(whole)
        opened.by_clock[-1] += in_sight.by_clock[-1]
        opened.own[-1] += in_sight.own[-1]
        assert window._pages.currentWidget() is window.review and window.review.transcript.turn("t1")
        began = time.perf_counter()
        while not bridge.is_idle and time.perf_counter() - began < 30:
            looked.time(lambda: QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down))
        settle()
    assert len(window.review.note.items()) == LINES
    rows = [opened, in_sight, looked]
    rows += [ask(window.review) for ask in (keys, typing, evidence, words)]
    rows.append(scroll(window.review.transcript, "transcript"))
    rows.append(scroll(window.review._note_area, "note"))
    settle()
    if not missing():
        rows.append(sound())
    print("opened, one after the other:", ", ".join(f"{ms:.0f}" for ms in opened.by_clock), "ms")
    print(f"{'':42} {'n':>4}  {'clock, ms':^15}   {'own thread, ms':^15}   {'bar':>6}")
    print(f"{'':42} {'':>4}  {'p95':>7} {'most':>7}   {'p95':>7} {'most':>7}")
    for row in rows:
        print(row.row())
    window.close()
    desk.close()
    bridge.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
