"""What the built program starts with. The same executable is the window, the recorder, whatever else touches sound, and each engine's child."""

from __future__ import annotations

import itertools
import multiprocessing
import sys
import tempfile
import wave
from pathlib import Path

_SMOKE_S = 20


def main() -> int:
    multiprocessing.freeze_support()  # a child of the engines ends here, before anything of the window is loaded
    from scribe.capture import apart

    if sys.argv[1:2] == [apart.SOUND_FLAG]:
        return apart.main(sys.argv[2:])
    from ui.app import main as window

    return window() or (smoke() if "--smoke" in sys.argv else 0)


def smoke() -> int:
    """After the window has shown that it opens: a little real speech through both children, to a draft."""
    from scribe import paths
    from scribe.capture import decode
    from scribe.line import Line

    with tempfile.TemporaryDirectory() as folder, Line("whisper-tiny.en") as line:
        sound = Path(folder) / "smoke.wav"
        with wave.open(str(sound), "wb") as out:
            out.setparams((1, 2, 16_000, 0, "NONE", ""))
            for pcm in itertools.islice(decode.pcm(paths.demo_dir() / "new-medicine" / "recording.ogg"), _SMOKE_S):
                out.writeframes(pcm.tobytes())
        drafted = line.draft_file(sound)
    print(f"Scribe heard {len(drafted.turns)} turns, and drafted from them.")
    from scribe.export.samples import write_samples
    from scribe.export.site import Site
    from scribe.records import utc_now

    with tempfile.TemporaryDirectory() as folder:
        written = list(write_samples(Path(folder), Site(), utc_now()))
    print(f"Scribe wrote {len(written)} sample exports, and read each back.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
