"""A clinician speaks alone: dictates after the patient has left, or reads so that Scribe learns their voice. The sound is
destroyed once it is heard.

The sound lies in a folder while it is made, sealed with a key that only this process and the recorder know and that is
never written down: whatever becomes of the file, nobody can hear it later.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from scribe.attribute import people
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sealed import SealedReader, destroy
from scribe.capture.sound import Pcm
from scribe.errors import Fixable
from scribe.line import Line, Stopped
from scribe.records import Segment, Voice, new_id

_MARK = "dictation-"  # by which a recorder's other work is told from a consultation
_SENTENCE = re.compile(r"(?<=[.?!])(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)\s+(?=[^\W\d_])")


class Dictation:
    """One of them at a time, through the recorder and the speech child that also serve consultations.

    Args:
        recorder: records nothing else meanwhile.
        line: hears it, once it has heard what it is about.
    """

    def __init__(self, recorder: RecorderClient, line: Line) -> None:
        self._recorder, self._line = recorder, line
        self._id, self._folder, self._key = "", Path(), b""

    def begin(self, folder: Path, microphone: str) -> None:
        """Listens from now on.

        Args:
            folder: where the sealed sound lies until it is heard.
            microphone: the computer's usual one for an empty name.

        Raises:
            Fixable: "no-microphone", "microphone-busy", "microphone-refused", "disk-full", "recorder-missing".
        """
        self.drop()
        self._id, self._folder, self._key = _MARK + new_id(), folder, secrets.token_bytes(32)
        try:
            self._recorder.start(self._id, folder, self._key, microphone)
        except BaseException:
            self._forget()
            raise
        self._line.prepare_to_hear()  # its model loads while the clinician speaks

    def end(self) -> None:
        """Listens no longer; `text` or `voiceprint` then says what was heard."""
        if self._id:
            self._recorder.stop()

    def text(self, expected_words: Sequence[str] = ()) -> tuple[str, ...]:
        """What was said, sentence by sentence; nothing where nobody spoke. The sound is gone afterwards.

        Raises:
            Fixable: "dictation-stopped": other work ended the hearing.
            ScribeError: the engine failed.
        """
        segments, _ = self._heard(expected_words)
        return sentences(" ".join(segment.text for segment in segments))

    def voiceprint(self) -> tuple[float, ...]:
        """How the one voice that was heard sounds. The sound is gone afterwards.

        Raises:
            Fixable: "voices-mixed": more than one voice was heard, or too little of it; and as `text`.
        """
        _, voices = self._heard()
        if (found := people.print_of(voices)) is None:
            raise Fixable(
                "Scribe did not hear one voice alone for at least five seconds.",
                safe="Nothing was kept.",
                do="Read both sentences aloud in a quiet room, alone.",
                code="voices-mixed",
            )
        return found

    def _heard(self, expected_words: Sequence[str] = ()) -> tuple[list[Segment], list[Voice]]:
        segments: list[Segment] = []
        voices: list[Voice] = []
        if not self._id:
            return segments, voices
        recording_id, folder, reader = self._id, self._folder, SealedReader(self._folder, self._key, self._id)
        self._forget()  # from here on `drop` has nothing to do with it

        def keep(segment: Segment, heard: tuple[Voice, ...]) -> None:
            segments.append(segment)
            voices.extend(heard)

        def sound(start_ms: int) -> Iterator[Pcm]:
            return reader.pcm(start_ms)

        try:
            self._line.transcribe(
                recording_id,
                sound,
                total_ms=reader.extent().duration_ms,
                on_segment=keep,
                expected_words=expected_words,
            )
        except Stopped as error:
            raise Fixable(
                "What you said was not heard, because other work was stopped.",
                safe="Nothing else has changed.",
                do="Say it again.",
                code="dictation-stopped",
            ) from error
        finally:
            destroy(folder, recording_id)
        return segments, voices

    def drop(self) -> None:
        """Ends a dictation that is listened to, also one that an earlier window left running, and destroys its sound."""
        if self._recorder.running().recording_id.startswith(_MARK):
            self._recorder.cancel()
        if self._id:
            destroy(self._folder, self._id)
        self._forget()

    def _forget(self) -> None:
        self._id, self._key = "", b""


def sentences(text: str) -> tuple[str, ...]:
    """What was dictated as lines of a note: one a sentence, without the full stop."""
    found = (part.strip().removesuffix(".") for part in _SENTENCE.split(" ".join(text.split())))
    return tuple(part[:1].upper() + part[1:] for part in found if part)
