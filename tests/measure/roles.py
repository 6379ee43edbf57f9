"""How many words get their right role on recordings whose transcripts are known, and what that costs.

    python -m tests.measure.roles FOLDER [--speech MODEL] [--only ID] [--json PATH]

FOLDER holds `audio/ID.*` beside `transcripts/ID.json`, as `scribe evaluate` takes it and `demo/recipe/voiced.py` makes
it. Nothing is drafted: the sound goes through the recogniser, the speaker encoder and attribution, as it does in the
speech child and after it. The cost is the time of the encoder and of attribution beside that of the recogniser, both in
this process, and the memory that loading and running the encoder adds to it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psutil

from scribe import models
from scribe.attribute.attribute import attribute
from scribe.attribute.speaker import SpeakerEncoder
from scribe.capture import channels, decode
from scribe.capture.sound import Pcm
from scribe.engine import workers
from scribe.engine.messages import SegmentReady, Transcribe
from scribe.evaluate.speakers import Said, roles_right
from scribe.evaluate.wer import word_errors
from scribe.records import Role

UNSURE = 0.6  # confidence below which a turn is shown as not sure


@dataclass(frozen=True)
class Measured:
    """`turns` in the reference and as heard; `unsure` is the share of words in turns that are shown as not sure. Seconds
    by the wall clock."""

    name: str
    seconds: float
    words: int
    right: int
    word_errors: float
    turns: tuple[int, int]
    unsure: float
    recognised_s: float
    attributed_s: float


class _Given:
    """Stands for the speech child's pipe: gives all of a file's sound."""

    def __init__(self, path: Path) -> None:
        self.pieces = list(decode.pcm(path))

    def sound(self) -> Iterator[tuple[Pcm, bool]]:
        return ((piece, False) for piece in self.pieces)


def measure(path: Path, said: list[Said], speech: workers.SpeechWorker, encoder: SpeakerEncoder) -> Measured:
    """Attributes one recording."""
    given = _Given(path)
    began = time.perf_counter()
    events = list(speech.events(Transcribe(1, path.stem, 0, 1, 0), given))  # type: ignore[arg-type]
    whole_s = time.perf_counter() - began
    segments = [event.segment for event in events if isinstance(event, SegmentReady)]
    voices = [voice for event in events if isinstance(event, SegmentReady) for voice in event.voices]
    sides = channels.measure(path)
    pcm = np.concatenate(given.pieces)
    began = time.perf_counter()
    for segment in segments:
        encoder.voices(segment, pcm, 0)
    listened_s = time.perf_counter() - began
    turns = attribute(segments, voices, (), sides)
    attributed_s = time.perf_counter() - began
    score = roles_right(said, turns)
    unsure = sum(len(turn.words) for turn in turns if turn.confidence < UNSURE)
    return Measured(
        path.stem,
        round(len(pcm) / 16_000, 1),
        score.words,
        score.right,
        round(word_errors(" ".join(text for _, text in said), " ".join(turn.text for turn in turns)).rate, 4),
        (len(said), len(turns)),
        round(unsure / max(1, sum(len(turn.words) for turn in turns)), 4),
        round(whole_s - listened_s, 1),
        round(attributed_s, 2),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--speech", default="whisper-base", help="the recogniser's name in the manifest")
    parser.add_argument("--only", metavar="ID")
    parser.add_argument("--json", type=Path, help="keep the figures here too")
    chosen = parser.parse_args()
    speech = workers.load_speech(chosen.speech)
    before = psutil.Process().memory_info().rss
    encoder = SpeakerEncoder(models.installed("ge2e").path)
    found = []
    for path in sorted((chosen.folder / "audio").iterdir()):
        told = json.loads((chosen.folder / "transcripts" / f"{path.stem}.json").read_text(encoding="utf-8"))
        if chosen.only not in (None, path.stem):
            continue
        said = [(Role(one["speaker"]), one["text"]) for one in told["utterances"]]
        found.append(measure(path, said, speech, encoder))
        print(found[-1], flush=True)
        if chosen.json:
            chosen.json.write_text(json.dumps([asdict(one) for one in found], indent=1) + "\n", encoding="utf-8")
    right, words = sum(one.right for one in found), sum(one.words for one in found)
    cost = sum(one.attributed_s for one in found) / max(0.1, sum(one.recognised_s for one in found))
    grown = (psutil.Process().memory_info().rss - before) / 1e6
    print(f"{right / max(1, words):.2%} of {words} words; {cost:.1%} of the recogniser's time; {grown:.0f} MB at most")


if __name__ == "__main__":
    main()
