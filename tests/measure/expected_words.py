"""What telling a recogniser of expected words does to speech in which they do not occur, and costs in time.

    python -m tests.measure.expected_words FILE ... [--model whisper-base] [--word WORD ...] [--always]

Each file is heard once without expected words and once with them: by default the names of thirty common medicines,
less those that the first hearing has. Prints every word that differs, and counts those that were put in. With
--always Whisper is told of all of them in every window, as faster-whisper's own `hotwords` are; that is not what
Scribe does, and is there to be compared with.
"""

from __future__ import annotations

import argparse
import difflib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scribe import models
from scribe.capture import decode
from scribe.capture.sound import Pcm
from scribe.extract.verify import medicines
from scribe.transcribe import expected, whisper

MEDICINES = (
    "amlodipine ramipril bisoprolol atorvastatin simvastatin metformin gliclazide empagliflozin apixaban warfarin "
    "clopidogrel lansoprazole omeprazole sertraline citalopram mirtazapine amitriptyline gabapentin pregabalin "
    "levothyroxine salbutamol beclometasone prednisolone methotrexate hydroxychloroquine sulfasalazine doxycycline "
    "amoxicillin trimethoprim nitrofurantoin"
)


class Remembering:
    """A model that hears the same sound, told of the same words, only once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._heard: dict[tuple[bytes, str | None], list[Any]] = {}
        self.again = 0
        self.seconds = 0.0
        self.always: str | None = None

    @property
    def hf_tokenizer(self) -> Any:
        return self._model.hf_tokenizer

    def transcribe(self, sound: Any, **options: Any) -> tuple[list[Any], None]:
        options["hotwords"] = options["hotwords"] or self.always
        key = (sound.tobytes(), options["hotwords"])
        if key not in self._heard:
            began = time.monotonic()
            self._heard[key] = list(self._model.transcribe(sound, **options)[0])
            self.seconds += time.monotonic() - began
            self.again += options["hotwords"] is not None
        return self._heard[key], None


def heard(model: Remembering, sound: Iterable[Pcm], words: list[str]) -> list[str]:
    """The words of a recording, told of those that are expected."""
    transcriber = whisper.WhisperTranscriber(
        model,
        recording_id="r",
        made_by="m",
        expected_words=words,
        medicine=lambda word: medicines.british(word) or medicines.suggestion(word),
    )
    segments = [s for pcm in sound for s in transcriber.feed(pcm)] + list(transcriber.finish())
    return [word.text for segment in segments for word in segment.words]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--word", action="append", help="an expected word; may be given again")
    parser.add_argument("--always", action="store_true")
    arguments = parser.parse_args()
    loaded = whisper.load(models.installed(arguments.model).path, threads=2)
    everything = 0
    for path in arguments.files:
        model = Remembering(loaded)
        before = heard(model, decode.pcm(path), [])
        first_s = model.seconds
        said = " ".join(before).lower()
        words = arguments.word or [name for name in MEDICINES.split() if name not in said]
        if arguments.always:
            model.always = expected.as_prompt(words)
        after = heard(model, decode.pcm(path), [] if arguments.always else words)
        put_in = [word for word in after if any(name.lower() in word.lower() for name in words)]
        everything += len(put_in)
        print(
            f"{path.name}: {len(before)} words, {model.again} windows heard again "
            f"({model.seconds - first_s:.0f} s on top of {first_s:.0f} s), expected words put in: {put_in or 'none'}",
            flush=True,
        )
        for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag != "equal":
                print(f"    {' '.join(before[a:b])!r} became {' '.join(after[c:d])!r}")
    print(f"{everything} expected words put in, all files together")


if __name__ == "__main__":
    main()
