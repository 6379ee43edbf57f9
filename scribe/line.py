"""The line from sound to draft, driven: one object that owns the two child processes.

The window's desk, the command line, the demonstration and `evaluate` all go this way, so that what is measured
is what is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from scribe import models
from scribe.attribute import numbered, people
from scribe.attribute.attribute import attribute
from scribe.attribute.packed import PackedVoices
from scribe.attribute.people import Stretch
from scribe.capture import channels
from scribe.capture.sound import Pcm
from scribe.draft import render, templates
from scribe.engine import messages
from scribe.engine.client import LanguageClient, SpeechClient
from scribe.errors import Fixable, ScribeError
from scribe.events import Step
from scribe.extract.kept import Answers
from scribe.records import ENGLISH, Detail, Draft, Ledger, Mode, Present, Section, Segment, Turn, Voice, new_id

OnProgress = Callable[[Step, int, int], None]
"""Called with a step, how much of it is done and how much there is (0: not known)."""

OnWarning = Callable[[ScribeError], None]


class Stopped(Exception):
    """Somebody cancelled. An outcome, not an error: everything committed stays."""


class BrokenOff(Exception):
    """The work on a sound file failed in its middle.

    Args:
        error: why.
        turns: what was recognised before.
        whole: everything was recognised, and what failed came after.
    """

    def __init__(self, error: ScribeError, turns: tuple[Turn, ...], *, whole: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.turns = turns
        self._whole = whole

    def told(self, what_became_of_it: str) -> ScribeError:
        """The error, with how far the work came and what became of that."""
        minutes, seconds = divmod(self.turns[-1].end_ms // 1000, 60)
        reached = "" if self._whole else f" It came to {minutes}:{seconds:02}."
        return type(self.error)(
            f"{self.error.happened}{reached}",
            safe=f"{what_became_of_it} The file is as it was.",
            do=self.error.do,
            code=self.error.code,
        )


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft with everything that it came from."""

    draft: Draft
    ledger: Ledger
    turns: tuple[Turn, ...]

    def text(self) -> str:
        return render.as_text(self.draft, templates.load(self.draft.template_id))

    def as_json(self) -> dict[str, Any]:
        return render.as_json(self.draft, self.ledger, self.turns)


class Line:
    """Sound → segments → turns → ledger → draft. A context manager; `close` ends the children.

    Args:
        speech_model: the speech model's name in the manifest.
        language_model: the language model's name in the manifest; "" is the usual one here (`models.drafting`).
        own_words: the clinician's, which recognition expects in files.
        on_progress: told how far the long steps are.
        on_warning: told what the clinician should know although the work goes on.
    """

    def __init__(
        self,
        speech_model: str = "whisper-base",
        language_model: str = "",
        *,
        own_words: Sequence[str] = (),
        on_progress: OnProgress | None = None,
        on_warning: OnWarning | None = None,
    ) -> None:
        language_model = language_model or models.drafting()
        self._models = (speech_model, language_model)
        self._speech = SpeechClient.with_model(speech_model)
        self._language = LanguageClient.with_model(language_model)
        self._own_words = tuple(own_words)
        self._written: tuple[str, Answers] = "", {}  # of the recording that was worked on last
        self.on_progress: OnProgress = on_progress or (lambda step, done, total: None)
        self._on_warning: OnWarning = on_warning or (lambda warning: None)

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Starts both children, so that models load while the consultation goes on. Returns at once."""
        self._speech.start()
        self._language.start()

    def prepare_to_hear(self) -> None:
        """Starts the speech child alone, where it does not run. Returns at once."""
        self._speech.start()

    def use_models(self, speech_model: str, language_model: str) -> None:
        """Other models, named as above, from the next recording and the next draft on."""
        language_model = language_model or models.drafting()
        before, self._models = self._models, (speech_model, language_model)
        if speech_model != before[0]:
            self._speech.use_model(speech_model)
        if language_model != before[1]:
            self._language.use_model(language_model)
            self.forget()

    def cancel(self) -> None:
        """Stops what is under way, from any thread; the blocked call raises `Stopped`."""
        self._speech.cancel()
        self._language.cancel()

    def forget(self) -> None:
        """Drops what was written ahead: of a recording that is to be destroyed, or by another model."""
        self._written = "", {}

    def close(self) -> None:
        self._speech.close()
        self._language.close()

    # ---------------------------------------------------------------- steps

    def transcribe(
        self,
        recording_id: str,
        sound: Callable[[int], Iterator[Pcm]],
        *,
        total_ms: int,
        on_segment: Callable[[Segment, tuple[Voice, ...]], None],
        start_after: Segment | None = None,
        expected_words: Sequence[str] = (),
        is_live: Callable[[], bool] = lambda: False,
    ) -> None:
        """Recognises a recording; every segment reaches `on_segment` before the next is made.

        Args:
            recording_id: the recording.
            sound: gives its sound from a millisecond on; that of one that goes on blocks for more.
            total_ms: its length, 0 where it goes on.
            on_segment: gets each segment with how its voices sound.
            start_after: the last segment of an earlier attempt.
            expected_words: words that are likely to be said, the most important first: this patient's known
                medicines, then the clinician's own words. What comes after thirty is left out.
            is_live: asked with every piece: whether it was said just now, so that its text is wanted soon.

        Raises:
            Stopped: it was cancelled.
            ScribeError: it failed; segments already handed over stay good.
        """

        def on_event(event: messages.Event) -> None:
            if isinstance(event, messages.SegmentReady):
                on_segment(event.segment, event.voices)
            elif isinstance(event, messages.Progress):
                self.on_progress(Step.TRANSCRIBE, event.done, event.total)

        outcome = self._speech.transcribe(
            recording_id,
            sound,
            total_ms=total_ms,
            on_event=on_event,
            start_after=start_after,
            expected_words=expected_words,
            is_live=is_live,
        )
        if isinstance(outcome, messages.Cancelled):
            raise Stopped
        if total_ms:
            self._speech.rest()  # it has heard all there is: its memory is the writer's

    def ledger(
        self, recording_id: str, turns: Sequence[Turn], mode: Mode, known_medicines: Sequence[str] = ()
    ) -> Ledger:
        """The facts of a consultation; what was written of it before is not written again.

        Raises:
            Stopped: it was cancelled.
            ScribeError: it failed.
        """

        def on_event(event: messages.Event) -> None:
            if isinstance(event, messages.Progress):
                self.on_progress(Step.DRAFT, event.done, event.total)

        ledger = self._language.ledger(
            recording_id, usable(turns), mode, known_medicines, on_event, self._answers(recording_id)
        )
        if ledger is None:
            raise Stopped
        return ledger

    def ahead(self, recording_id: str, turns: Sequence[Turn]) -> dict[Section, int]:
        """Drafts what is over of a talk that goes on, so that little is left to do when it ends.

        Returns:
            How many facts of each kind it holds so far, before they are verified and merged.

        Raises:
            Stopped: it was cancelled.
            ScribeError: it failed.
        """
        gathered = self._language.ahead(usable(turns), self._answers(recording_id))
        if gathered is None:
            raise Stopped
        return dict(gathered.counts)

    def _answers(self, recording_id: str) -> Answers:
        if self._written[0] != recording_id:
            self._written = recording_id, {}
        return self._written[1]

    # ---------------------------------------------------------------- files, without a store

    def turns_of_recording(self, path: Path, present: Iterable[Present] = ()) -> tuple[Turn, ...]:
        """The turns of a sound file. Nothing is kept.

        Raises:
            Fixable: not a sound file, or one that cannot be read (`scribe.capture.decode`).
            BrokenOff: the engine failed when some of it had been recognised.
        """
        segments: list[Segment] = []
        voices = PackedVoices()

        def turns() -> tuple[Turn, ...]:
            return attribute(segments, voices, tuple(present), channels.measure(path))

        try:
            self._hear(path, segments, voices)
        except ScribeError as error:
            if not segments:
                raise
            raise BrokenOff(error, turns()) from error
        return turns()

    def stretches_of(self, path: Path) -> tuple[Stretch, ...]:
        """Who is heard when in a sound file, by voices alone; nothing where nobody speaks. Nothing is kept.

        Raises:
            Fixable: as `turns_of_recording`.
        """
        segments: list[Segment] = []
        voices = PackedVoices()
        try:
            self._hear(path, segments, voices)
            return people.stretches(segments, voices)
        except Fixable as error:
            if error.code == "no-speech":
                return ()
            raise

    def voiceprint(self, path: Path) -> tuple[float, ...]:
        """How the one voice in a sound file sounds: of a clinician who reads a few sentences. Nothing is kept.

        Raises:
            Fixable: "voices-mixed": there is more than one voice, or too little of it; and as `turns_of_recording`.
        """
        voices = PackedVoices()
        self._hear(path, [], voices)
        if (found := people.print_of(voices)) is None:
            raise Fixable(
                f"“{path.name}” does not hold one voice alone for at least five seconds.",
                safe="Nothing was kept.",
                do="Read the two sentences in a quiet room, alone.",
                code="voices-mixed",
            )
        return found

    def _hear(self, path: Path, segments: list[Segment], voices: PackedVoices) -> None:
        """Adds what is heard in a file, as it comes."""
        from scribe.capture import decode  # late: the window opens without the decoders

        info = decode.probe(path)
        recording_id = new_id()

        def keep(segment: Segment, heard: tuple[Voice, ...]) -> None:
            segments.append(segment)
            voices.extend(heard)

        def sound(start_ms: int) -> Iterator[Pcm]:
            return after(decode.pcm(path, on_damage=self._on_warning), start_ms)

        self.transcribe(recording_id, sound, total_ms=info.duration_ms, on_segment=keep, expected_words=self._own_words)
        if not segments:
            raise Fixable(
                f"No speech was found in “{path.name}”.",
                safe="The file is as it was.",
                do="Play it to check that it holds the consultation, and that it is loud enough.",
                code="no-speech",
            )

    def turns_of(self, path: Path, present: Iterable[Present] = ()) -> tuple[Turn, ...]:
        """The turns of a recording, or of a numbered transcript (.json)."""
        if path.suffix.lower() == ".json":
            return numbered.read(path)
        return self.turns_of_recording(path, present)

    def draft_file(
        self,
        path: Path,
        *,
        template_id: str = "gp-consultation",
        detail: Detail = Detail.STANDARD,
        mode: Mode = Mode.FACE_TO_FACE,
    ) -> Drafted:
        """A draft note of a recording or a numbered transcript. Nothing is kept, nothing can be signed.

        Raises:
            Fixable: as `turns_of_recording`.
            BrokenOff: the engine failed in the middle: a note of half a consultation would mislead. Or it failed to
                draft what was recognised.
        """
        template = templates.load(template_id)  # first: a wrong name should not cost minutes
        turns = self.turns_of(path)
        try:
            ledger = self.ledger(turns[0].recording_id, turns, mode)
        except ScribeError as error:
            raise BrokenOff(error, turns, whole=True) from error
        draft = render.render(ledger, template, detail, encounter_id=new_id(), mode=mode)
        return Drafted(draft, ledger, turns)


def usable(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns that facts may come from: understood, and not taken out by the clinician."""
    return tuple(turn for turn in turns if not turn.left_out and turn.language == ENGLISH)


def after(pieces: Iterator[Pcm], start_ms: int) -> Iterator[Pcm]:
    """The same sound from `start_ms` on; what lies before is decoded and dropped."""
    skip = start_ms * 16
    for piece in pieces:
        if skip >= len(piece):
            skip -= len(piece)
            continue
        yield piece[skip:] if skip else piece
        skip = 0
