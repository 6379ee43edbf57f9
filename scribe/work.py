"""Background work on recordings: one encounter after another, committed step by step, resumed where it stopped.

A recording is followed while it is made; a file is worked on once it is there. Both go the same way.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from scribe.attribute import interruption
from scribe.attribute.attribute import attribute
from scribe.capture import channels
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import Pcm
from scribe.draft import render, templates
from scribe.errors import Bug, Fixable, ScribeError
from scribe.events import (
    Behind,
    Cancelled,
    DraftReady,
    Event,
    Failed,
    Gathered,
    Progressed,
    SegmentReady,
    StageChanged,
    Step,
    TurnsReady,
)
from scribe.extract.again import known_again
from scribe.line import Line, Stopped
from scribe.live import Drafting, Growing
from scribe.records import Detail, Draft, Encounter, Ledger, Recording, Section, Segment, Stage, Turn, Voice
from scribe.store import Profile
from scribe.transcribe import expected

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    """What is to be done for an encounter. It changes while it is under way, with the lock of `Work` held."""

    profile: Profile
    encounter_id: str
    own_words: tuple[str, ...]
    follows: bool  # the recording goes on
    detail: Detail | None = None  # how much the note is to say; None: no note is wanted yet
    cancelled: bool = False
    recorded: bool = False  # the recording that is followed is over
    asked_at: float = 0.0  # by the clock: a recording that is followed began just then


class Work:
    """A thread that takes encounters from recording to draft.

    Args:
        line: the engines; owned by whoever made them.
        listener: told what happens, from the thread.
        clock: seconds, monotonic, by which the text of a recording that is followed is behind it or not.
    """

    def __init__(
        self, line: Line, listener: Callable[[Event], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._line = line
        self._clock = clock
        self._listener = listener
        self._jobs: queue.SimpleQueue[_Job | Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Condition()
        self._pending: dict[str, _Job] = {}  # by encounter
        self._now = ""
        self._heard = ""  # the recording that was followed to its end last
        self._thread = threading.Thread(target=self._run, name="scribe-work")
        self._thread.start()

    def submit(self, profile: Profile, encounter_id: str, detail: Detail, own_words: tuple[str, ...] = ()) -> None:
        """Starts or resumes the work on an encounter, or has a note made once its recording is over; asking twice
        changes nothing."""
        with self._lock:
            if under_way := self._pending.get(encounter_id):
                under_way.detail = under_way.detail or detail
                return
            job = self._pending[encounter_id] = _Job(profile, encounter_id, own_words, False, detail)
        self._jobs.put(job)

    def follow(self, profile: Profile, encounter_id: str, own_words: tuple[str, ...] = ()) -> None:
        """Writes down and drafts ahead what is being recorded, until the recording is over. What keeps it from that is
        no failure yet: `submit` does whatever is left."""
        with self._lock:
            if encounter_id in self._pending:
                return
            job = self._pending[encounter_id] = _Job(profile, encounter_id, own_words, True, asked_at=self._clock())
        self._jobs.put(job)

    def recorded(self, encounter_id: str) -> None:
        """The recording is over, also where it broke off without an end."""
        with self._lock:
            if job := self._pending.get(encounter_id):
                job.recorded = True

    def afterwards(self, call: Callable[[], None]) -> None:
        """Calls once everything that was submitted before is done."""
        self._jobs.put(call)

    def is_busy_with(self, encounter_id: str) -> bool:
        with self._lock:
            return encounter_id in self._pending

    def cancel(self, encounter_id: str) -> None:
        """Stops the work on an encounter, or takes it out of the queue."""
        with self._lock:
            if encounter_id not in self._pending:
                return
            self._pending[encounter_id].cancelled = True
            if self._now == encounter_id:
                self._line.cancel()

    def stop(self, encounter_id: str) -> None:
        """Cancels and waits until nothing more will be written to the encounter (two seconds at the most)."""
        self.cancel(encounter_id)
        with self._lock:
            self._lock.wait_for(lambda: encounter_id not in self._pending)

    def leave(self, encounter_id: str) -> tuple[str, ...]:
        """As `stop`. Returns the words that the work expected, for `follow` to take it up again."""
        with self._lock:
            job = self._pending.get(encounter_id)
        self.stop(encounter_id)
        return job.own_words if job else ()

    def close(self) -> None:
        """Stops what is under way (it resumes the next time) and ends the thread."""
        with self._lock:
            for job in self._pending.values():
                job.cancelled = True
            if self._now:
                self._line.cancel()
        self._jobs.put(None)
        self._thread.join()

    # ---------------------------------------------------------------- in the thread

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            if callable(job):
                job()
            else:
                self._take(job)

    def _take(self, job: _Job) -> None:
        outcome: Event | None = None
        try:
            with self._lock:
                self._now = job.encounter_id
            self._go_on(job)
            if job.follows:
                self._follow(job)
            if self._is_wanted(job):
                self._do(job)
        except Stopped:
            outcome = Cancelled(job.encounter_id)
        except ScribeError as error:
            outcome = Failed(job.encounter_id, error)
        except Exception as error:
            _log.error("work stopped: %s", type(error).__name__)
            outcome = Failed(job.encounter_id, _unexpected(error))
        finally:
            with self._lock:
                self._now = ""
                self._end(job)
        if outcome:
            self._listener(outcome)

    def _do(self, job: _Job) -> None:
        profile, encounter_id = job.profile, job.encounter_id
        encounter = profile.encounter(encounter_id)
        recordings = profile.recordings(encounter_id)
        if not recordings:
            raise Fixable("There is no recording yet.", do="Record or open one first.", code="no-recording")
        recording = recordings[-1]
        self._line.on_progress = lambda step, done, total: self._progressed(encounter_id, step, done, total)
        turns = profile.turns(recording.id)
        if not turns:
            turns = self._transcribe(job, encounter, recording)
        self._go_on(job)
        ledger = self._line.ledger(recording.id, turns, encounter.mode, encounter.patient.known_medicines)
        ledger = known_again(ledger, profile.ledger(recording.id))
        profile.save_ledger(ledger)
        self._go_on(job)
        draft = self._render(profile, encounter, ledger, job.detail or Detail.STANDARD)
        self._listener(StageChanged(profile.encounter(encounter_id)))
        self._listener(DraftReady(encounter_id, draft))

    def _follow(self, job: _Job) -> None:
        """Listens to a recording while it is made, and drafts what is over."""
        profile, encounter_id = job.profile, job.encounter_id
        encounter = profile.encounter(encounter_id)
        recording = profile.recordings(encounter_id)[-1]
        known = profile.voiceprint()
        sound = self._sound(profile, encounter_id, recording)
        sides = channels.Following(sound.two_channels)

        def turns_of(segments: Sequence[Segment], voices: Sequence[Voice]) -> tuple[Turn, ...]:
            asides = interruption.stretches(sound.events())
            return attribute(segments, voices, encounter.present, sides.so_far(), known, asides=asides)

        def gathered(counts: Mapping[Section, int]) -> None:
            self._listener(Gathered(encounter_id, tuple(counts.items())))

        growing = Growing(
            sound,
            lambda: job.recorded or job.cancelled,
            job.asked_at,
            lambda behind_ms: self._listener(Behind(encounter_id, behind_ms)),
            self._clock,
        )
        drafting = Drafting(
            turns_of,
            lambda turns: self._line.ahead(recording.id, turns),
            gathered,
            profile.segments(recording.id),
            profile.voices(recording.id),
        )
        self._line.on_progress = lambda step, done, total: None
        try:
            with drafting:
                self._hear(job, encounter, recording, growing.pcm, drafting.hear, growing.is_live)
        except ScribeError as error:
            _log.warning("the recording is not followed any more: %s", error.code)  # said when a note is wanted
        else:
            self._go_on(job)  # what was cancelled was not heard to its end
            self._heard = recording.id

    def _transcribe(self, job: _Job, encounter: Encounter, recording: Recording) -> tuple[Turn, ...]:
        profile = job.profile
        self._listener(StageChanged(profile.advance(encounter.id, Stage.TRANSCRIBING)))
        if self._heard != recording.id:
            sound = self._sound(profile, encounter.id, recording)
            self._hear(job, encounter, recording, sound.pcm)
        segments = profile.segments(recording.id)
        if not segments:
            raise Fixable(
                "No speech was heard in this recording.",
                safe="The recording is kept.",
                do="Play it to check the microphone, or type the note.",
                code="no-speech",
            )
        folder, key = profile.sound_folder(encounter.id), profile.sound_key(encounter.id)
        turns = attribute(
            segments,
            profile.voices(recording.id),
            encounter.present,
            channels.kept(folder, key, recording.id),
            profile.voiceprint(),
            asides=interruption.stretches(recording.events),
        )
        profile.save_turns(recording.id, turns, stage=Stage.TRANSCRIBED)
        self._listener(TurnsReady(encounter.id, turns))
        return turns

    def _hear(
        self,
        job: _Job,
        encounter: Encounter,
        recording: Recording,
        sound: Callable[[int], Iterator[Pcm]],
        heard: Callable[[Segment, tuple[Voice, ...]], None] = lambda segment, voices: None,
        is_live: Callable[[], bool] = lambda: False,
    ) -> None:
        """Commits what is said, from where an earlier attempt stopped."""

        def commit(segment: Segment, voices: tuple[Voice, ...]) -> None:
            job.profile.add_segment(segment, voices)
            self._listener(SegmentReady(encounter.id, segment))
            heard(segment, voices)

        segments = job.profile.segments(recording.id)
        self._line.transcribe(
            recording.id,
            sound,
            total_ms=recording.duration_ms,
            on_segment=commit,
            start_after=segments[-1] if segments else None,
            expected_words=(*expected.names(encounter.patient.known_medicines), *job.own_words),
            is_live=is_live,
        )

    def _sound(self, profile: Profile, encounter_id: str, recording: Recording) -> SealedReader:
        return SealedReader(profile.sound_folder(encounter_id), profile.sound_key(encounter_id), recording.id)

    def _render(self, profile: Profile, encounter: Encounter, ledger: Ledger, detail: Detail) -> Draft:
        before = profile.latest_draft(encounter.id)
        draft = render.render(
            ledger,
            templates.load(before.template_id if before else encounter.template_id),
            before.detail if before else detail,  # the view that the clinician chose stays
            encounter_id=encounter.id,
            mode=encounter.mode,
            previous=before,
        )
        heard_by = {segment.made_by for segment in profile.segments(ledger.recording_id)}
        draft = replace(draft, made_by=tuple(sorted({*draft.made_by, *heard_by})))
        profile.save_draft(draft)
        return draft

    def _progressed(self, encounter_id: str, step: Step, done: int, total: int) -> None:
        self._listener(Progressed(encounter_id, step, done, total))

    def _is_wanted(self, job: _Job) -> bool:
        """Whether a note is wanted; if not, the work on this encounter is over, and `submit` begins it anew."""
        with self._lock:
            if job.detail is None:
                self._end(job)
            return job.detail is not None

    def _end(self, job: _Job) -> None:
        """With the lock held."""
        if self._pending.get(job.encounter_id) is job:
            del self._pending[job.encounter_id]
            self._lock.notify_all()

    def _go_on(self, job: _Job) -> None:
        """Between two steps no child is at work that a cancel could stop."""
        with self._lock:
            if job.cancelled:
                raise Stopped


def _unexpected(error: Exception) -> Bug:
    return Bug(
        f"Something went wrong inside Scribe ({type(error).__name__}).",
        safe="The recording and everything made from it so far are kept.",
        do="Try again. If it happens again, restart Scribe.",
        code="unexpected",
    )
