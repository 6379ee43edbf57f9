"""Background work on recordings: one encounter after another, committed step by step, resumed where it stopped."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from scribe.attribute.attribute import attribute
from scribe.capture import channels
from scribe.capture.sealed import SealedReader
from scribe.draft import render, templates
from scribe.errors import Bug, Fixable, ScribeError
from scribe.events import (
    Cancelled,
    DraftReady,
    Event,
    Failed,
    Progressed,
    SegmentReady,
    StageChanged,
    Step,
    TurnsReady,
)
from scribe.line import Line, Stopped
from scribe.records import Detail, Draft, Encounter, Ledger, Recording, Segment, Stage, Turn, Voice
from scribe.store import Profile
from scribe.transcribe import expected

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Job:
    profile: Profile
    encounter_id: str
    detail: Detail
    own_words: tuple[str, ...]


class Work:
    """A thread that takes encounters from recording to draft.

    Args:
        line: the engines; owned by whoever made them.
        listener: told what happens, from the thread.
    """

    def __init__(self, line: Line, listener: Callable[[Event], None]) -> None:
        self._line = line
        self._listener = listener
        self._jobs: queue.SimpleQueue[_Job | Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Condition()
        self._pending: dict[str, bool] = {}  # encounter → cancel asked
        self._now = ""
        self._thread = threading.Thread(target=self._run, name="scribe-work")
        self._thread.start()

    def submit(self, profile: Profile, encounter_id: str, detail: Detail, own_words: tuple[str, ...] = ()) -> None:
        """Starts or resumes the work on an encounter; asking twice changes nothing."""
        with self._lock:
            if encounter_id in self._pending:
                return
            self._pending[encounter_id] = False
        self._jobs.put(_Job(profile, encounter_id, detail, own_words))

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
            self._pending[encounter_id] = True
            if self._now == encounter_id:
                self._line.cancel()

    def stop(self, encounter_id: str) -> None:
        """Cancels and waits until nothing more will be written to the encounter (two seconds at the most)."""
        self.cancel(encounter_id)
        with self._lock:
            self._lock.wait_for(lambda: encounter_id not in self._pending)

    def close(self) -> None:
        """Stops what is under way (it resumes the next time) and ends the thread."""
        with self._lock:
            self._pending = dict.fromkeys(self._pending, True)
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
            self._go_on(job.encounter_id)
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
                del self._pending[job.encounter_id]
                self._lock.notify_all()
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
            turns = self._transcribe(profile, encounter, recording)
        ledger = self._ledger(profile, encounter, recording, turns)
        self._go_on(encounter_id)
        draft = self._render(profile, encounter, ledger, job.detail)
        self._listener(StageChanged(profile.encounter(encounter_id)))
        self._listener(DraftReady(encounter_id, draft))

    def _transcribe(self, profile: Profile, encounter: Encounter, recording: Recording) -> tuple[Turn, ...]:
        segments = profile.segments(recording.id)
        reader = SealedReader(profile.sound_folder(encounter.id), profile.sound_key(encounter.id), recording.id)
        self._listener(StageChanged(profile.advance(encounter.id, Stage.TRANSCRIBING)))

        def commit(segment: Segment, voices: tuple[Voice, ...]) -> None:
            profile.add_segment(segment, voices)
            self._listener(SegmentReady(encounter.id, segment))

        self._line.transcribe(
            recording.id,
            reader.pcm,
            total_ms=recording.duration_ms,
            on_segment=commit,
            start_after=segments[-1] if segments else None,
            expected_words=expected.names(encounter.patient.known_medicines),
        )
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
        )
        profile.save_turns(recording.id, turns, stage=Stage.TRANSCRIBED)
        self._listener(TurnsReady(encounter.id, turns))
        return turns

    def _ledger(self, profile: Profile, encounter: Encounter, recording: Recording, turns: tuple[Turn, ...]) -> Ledger:
        self._go_on(encounter.id)
        ledger = self._line.ledger(recording.id, turns, encounter.mode, encounter.patient.known_medicines)
        profile.save_ledger(ledger)
        return ledger

    def _render(self, profile: Profile, encounter: Encounter, ledger: Ledger, detail: Detail) -> Draft:
        template = templates.load(encounter.template_id)
        draft = render.render(
            ledger,
            template,
            detail,
            encounter_id=encounter.id,
            mode=encounter.mode,
            previous=profile.latest_draft(encounter.id),
        )
        profile.save_draft(draft)
        return draft

    def _progressed(self, encounter_id: str, step: Step, done: int, total: int) -> None:
        self._listener(Progressed(encounter_id, step, done, total))

    def _go_on(self, encounter_id: str) -> None:
        """Between two steps no child is at work that a cancel could stop."""
        with self._lock:
            if self._pending[encounter_id]:
                raise Stopped


def _unexpected(error: Exception) -> Bug:
    return Bug(
        f"Something went wrong inside Scribe ({type(error).__name__}).",
        safe="The recording and everything made from it so far are kept.",
        do="Try again. If it happens again, restart Scribe.",
        code="unexpected",
    )
