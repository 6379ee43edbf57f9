"""From the button to the first sound: `python -m tests.measure.start [TIMES]`, with the real window and recorder.

Opens Scribe's own window over a store of its own, presses "record" and takes the time until the recorder records, and
until the first sound is safe on disk. The microphone is a null sink of PulseAudio where that is there, else a file.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_own = tempfile.TemporaryDirectory(prefix="scribe-start-")
for _name in ("SCRIBE_DATA_DIR", "SCRIBE_CONFIG_DIR"):
    os.environ[_name] = _own.name

from PySide6.QtCore import QEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from scribe.desk import Desk  # noqa: E402
from scribe.records import Stage  # noqa: E402
from tests.capture.sound_system import SoundSystem, alsa_of_its_own, missing  # noqa: E402
from ui.bridge import Bridge  # noqa: E402
from ui.clipboard import SystemClipboard  # noqa: E402
from ui.preferences import Preferences  # noqa: E402
from ui.window import Window  # noqa: E402


def main(times: int) -> None:
    app = QApplication([])
    folder = Path(_own.name)
    system = None
    if missing():
        print(f"no microphone: {', '.join(sorted(missing()))} missing", file=sys.stderr)
        return
    os.environ |= alsa_of_its_own(folder)
    system = SoundSystem(folder)
    # A null sink that nobody listens to sleeps for two seconds at a time, as no microphone does.
    awake = subprocess.Popen(["parec", "--latency-msec=20"], stdout=subprocess.DEVNULL)
    bridge = Bridge()
    desk = Desk(listener=bridge.listen, clipboard=SystemClipboard())
    desk.warm_up = lambda: None  # type: ignore[method-assign]  # the models would load after the button, not before
    window = Window(desk, bridge, Preferences())
    window.show()

    def until(condition: object) -> None:
        while not condition():  # type: ignore[operator]
            app.processEvents()

    bridge.run(lambda: desk.open_store("a passphrase for this measurement"))
    until(lambda: bridge.is_idle)
    bridge.run(lambda: desk.create_profile("Dr A", "GP", "", "274951"))
    until(lambda: bridge.is_idle)
    window._unlocked(desk.clinician)  # type: ignore[arg-type]
    recording, heard = [], []
    for _ in range(times):
        window.new_consultation()
        until(lambda: bridge.is_idle)
        began = time.monotonic()
        window.consultation.begin.start.click()
        until(lambda: desk.recorder_status().state == "recording")
        recording.append((time.monotonic() - began) * 1000)
        until(lambda: desk.recorder_status().elapsed_ms > 0)
        # The first block holds the tenth of a second before it came.
        heard.append((time.monotonic() - began) * 1000 - desk.recorder_status().elapsed_ms)
        until(lambda: bridge.is_idle)
        assert window._encounter is not None and desk.encounter(window._encounter.id).stage is Stage.RECORDING
        desk.stop_recording()
    for what, taken in (("recording after", recording), ("first sound kept is from, after the button,", heard)):
        print(f"{what} {statistics.median(taken):.0f} ms (median of {times}), at most {max(taken):.0f} ms")
    window.close()
    bridge.close()
    desk.close()
    awake.kill()
    awake.wait()
    system.close()
    window.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
