"""How long the window stands still over a whole demonstration, both children at work: `python -m tests.measure.stalls`.

Opens the real window with a bundled consultation in a throw-away store, goes from sound to exported files by its own
pages, and notes every gap in the event loop with what was being done. Beside it runs a bare Qt process
that does nothing: what it shows at the same moment is the computer's doing, not ours. Needs no display.

    --demo ID       which consultation (new-medicine)
    --speech MODEL  the speech model (whisper-base)
    --worst N       how many gaps to print (10)
    --bar MS        what a gap may be beyond the bare process (100); above it the exit code is 1
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from scribe import offline, settings
from scribe.desk import DEMO_PIN, Desk
from ui import theme
from ui.app import be_brief, leave_alone
from ui.bridge import Bridge
from ui.clipboard import SystemClipboard
from ui.preferences import Preferences
from ui.window import Window

BEAT_MS = 5
NOTED_S = 0.03  # shorter gaps are not noted
LONGEST_S = 900

# A Qt process that does nothing but beat, and tells of every late beat until its input ends.
_BARE = """
import sys, threading, time
from PySide6.QtCore import QCoreApplication, Qt, QTimer
app = QCoreApplication([])
last = time.monotonic()
def beat():
    global last
    now = time.monotonic()
    if now - last > 0.015:
        print(f"{last} {now - last}", flush=True)
    last = now
timer = QTimer(); timer.setTimerType(Qt.TimerType.PreciseTimer); timer.timeout.connect(beat); timer.start(5)
threading.Thread(target=lambda: (sys.stdin.read(), app.quit()), daemon=True).start()
app.exec()
"""


@dataclass
class Gap:
    """One stretch in which no event was handled. Times in seconds of the monotonic clock."""

    start: float
    length: float
    doing: str


class Watcher:
    """Beats on the GUI thread, and notes late beats. (To look at that thread's stack from another one crashes Qt.)"""

    def __init__(self) -> None:
        self.gaps: list[Gap] = []
        self.doing = "start"
        self._last = time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.monotonic()
        if now - self._last > NOTED_S:
            self.gaps.append(Gap(self._last, now - self._last, self.doing))
        self._last = now


def _beyond(gap: Gap, bare: list[tuple[float, float]]) -> float:
    """How much longer a gap is than what the bare process showed within it."""
    meanwhile = [length for start, length in bare if start < gap.start + gap.length and start + length > gap.start]
    return gap.length - max(meanwhile, default=0.0)


def _walk(window: Window, watcher: Watcher, desk: Desk, out: Path, done: Callable[[], None]) -> None:
    """From draft to files, a step at a time, each when the window has come to rest."""
    review, sign, export = window.review, window.sign, window.export

    def typed() -> None:
        item = review.note.items()[0]
        item.setFocus()
        item.edit()
        for letter in " as said":
            assert item._editor is not None
            item._editor.insertPlainText(letter)

    def switch(template: str) -> None:
        review._template.setCurrentIndex(review._template.findData(template))
        review._template.activated.emit(review._template.currentIndex())

    def settle_all() -> None:
        if checks := review.lanes.checks():
            checks[0].accept()
            steps.insert(0, ("settle checks", settle_all))

    def look(number: int = 0) -> None:
        items = review.note.items()
        if number < min(len(items), 25):
            items[number].setFocus()
            steps.insert(0, ("evidence", lambda: look(number + 1)))

    def enter_pin() -> None:
        sign._same.setChecked(True)
        sign.pin.setText(DEMO_PIN)
        sign._sign()

    def save() -> None:
        export.folder.setText(str(out))
        for box in export._formats.values():
            box.setChecked(True)
        export.save()

    steps: list[tuple[str, Callable[[], object]]] = [
        ("evidence", look),
        ("edit a line", typed),
        ("leave the line", review.sign.setFocus),
        ("another template", lambda: switch("soap")),
        ("and back", lambda: switch("gp-consultation")),
        ("undo", review.undo),
        ("settle checks", settle_all),
        ("lock", window.lock),
        ("unlock", lambda: window.unlock.unlock(desk.profiles()[0].id, DEMO_PIN)),
        ("to sign", review.sign.click),
        ("sign", enter_pin),
        ("copy", export.copy_all),
        ("save files", save),
        ("settings", window.show_settings),
        ("keys", window.show_keys),
        ("today", window.go_home),
        ("next patient", window.new_consultation),
    ]

    def step() -> None:
        if not window._bridge.is_idle:
            QTimer.singleShot(50, step)
        elif steps:
            watcher.doing, act = steps.pop(0)
            print(watcher.doing, file=sys.stderr, flush=True)
            act()
            QTimer.singleShot(150, step)
        else:
            done()

    step()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--demo", default="new-medicine")
    parser.add_argument("--speech", default="whisper-base", help="the speech model; whisper-tiny.en is quicker")
    parser.add_argument("--worst", type=int, default=10)
    parser.add_argument("--bar", type=float, default=100)
    options = parser.parse_args()
    offline.enforce()
    be_brief()  # as the app does
    app = QApplication([])
    app.setStyle("Fusion")
    theme.apply(app, "light")
    bridge = Bridge()
    desk = Desk(listener=bridge.listen, clipboard=SystemClipboard())
    window = Window(desk, bridge, Preferences(settings.Preferences(speech_model=options.speech)))
    window.resize(1320, 860)
    window.show()
    bare = subprocess.Popen([sys.executable, "-c", _BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    told: list[str] = []
    assert bare.stdout is not None
    hears = threading.Thread(target=told.extend, args=(bare.stdout,))  # a full pipe would stop it
    hears.start()
    watcher = Watcher()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as out:
        bridge.progressed.connect(lambda _id, what, _done, _total: setattr(watcher, "doing", f"work: {what}"))
        bridge.turns_ready.connect(lambda *_: setattr(watcher, "doing", "turns ready"))
        bridge.draft_ready.connect(
            lambda *_: QTimer.singleShot(300, lambda: _walk(window, watcher, desk, Path(out), app.quit))
        )
        bridge.failed.connect(lambda _id, error: (print(error), app.exit(3)))
        QTimer.singleShot(LONGEST_S * 1000, lambda: app.exit(4))
        leave_alone()
        window.start(options.demo)
        code = app.exec()
    took = time.monotonic() - began
    assert bare.stdin is not None
    bare.stdin.close()
    bare.wait()
    hears.join()
    late = sorted((float(a), float(b)) for a, b in (line.split() for line in told))
    window.close()
    desk.close()
    bridge.close()
    ours = sorted(watcher.gaps, key=lambda gap: -_beyond(gap, late))
    over = [gap for gap in ours if _beyond(gap, late) * 1000 > options.bar]
    print(f"{took:.0f} s from window to files; load {os.getloadavg()[0]:.1f}; exit {code}")
    print(
        f"bare Qt process: {sum(b > 0.1 for _, b in late)} gaps over 100 ms, worst {max((b for _, b in late), default=0) * 1000:.0f} ms"
    )
    print(
        f"Scribe: {sum(g.length > 0.1 for g in watcher.gaps)} gaps over 100 ms, worst {max((g.length for g in watcher.gaps), default=0) * 1000:.0f} ms"
    )
    print(f"beyond the bare process at the same time: {len(over)} over {options.bar:.0f} ms")
    for gap in ours[: options.worst]:
        print(
            f"\n{gap.length * 1000:.0f} ms, {_beyond(gap, late) * 1000:.0f} beyond, at {gap.start - began:.1f} s, {gap.doing}"
        )
    return code or bool(over)


if __name__ == "__main__":
    sys.exit(main())
