"""One recording under way: sound from its source to the disk, and an eye on microphone, disk and clocks."""

from __future__ import annotations

import contextlib
import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from scribe.capture.clocks import Clocks, ClockWatch
from scribe.capture.ear import Ear
from scribe.capture.sealed import SealedWriter
from scribe.capture.sound import LONGEST_ASIDE_MS, LONGEST_MS, SAMPLE_RATE, Pcm, duration_ms
from scribe.capture.sources import COMPUTER_SOUND, Source
from scribe.errors import Fixable
from scribe.records import RecordingEvent

_PIECE = SAMPLE_RATE // 2  # sound is sealed and synced by the half second
_GONE_S = 1.5  # without a block for so long the microphone counts as gone
_OPENING_S = 5.0  # how long the first block may take: headsets and sound servers wake up slowly
_PROMPT_S = 1.0  # one that takes longer is said to wake up: what is said meanwhile is not heard
_RETRY_S = 1.0
_OTHER_AFTER_S = 3.0  # how long a microphone that went is waited for before another takes over
_BUFFER_MS = 120_000  # how much sound waits in memory for a disk that is full; what comes after it is not kept
_DISK_LOW_BYTES = 200 * 1000 * 1000
_ROOM_S = 1.0  # how often the disk is asked how much room it has
_RECENT = 8


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """What the recorder does now.

    `state` is "idle", "recording", "paused" or "problem" (no sound is being kept). `problem` is empty or one of
    "muted", "silent", "quiet", "only-here", "only-there" (still recording), "waking" (the microphone has given no sound
    yet), "unplugged", "taken", "disk-full", "disk-error", "longest", "recorder-gone". `urgent` says that one of the
    first three has lasted. `aside` says that what is said now was called an interruption. `level` is 0 to 1, the peak of
    the last block on a scale of decibels; `safe_ms` is how much would outlast a loss of power.

    `recent` are the last things that happened, oldest first, of `happened` altogether. Their codes: "started",
    "gone-on" (taken up after the recorder had died), "paused", "resumed", "unplugged", "taken", "back",
    "other-microphone", "microphone-changed", "computer-sound-missing", "computer-sound-back", "muted", "silent",
    "quiet", "only-here", "only-there", "heard" (the end of one of the five before), "slept", "clock-changed" (both with
    seconds), "gap" (the sound system lost samples), "disk-low", "disk-full", "disk-error", "disk-room", "struck" (from
    and to, in milliseconds), "aside" and "aside-over" (an interruption, said to be one).
    """

    state: str = "idle"
    elapsed_ms: int = 0
    level: float = 0.0
    device: str = ""
    problem: str = ""
    safe_ms: int = 0
    recording_id: str = ""
    urgent: bool = False
    computer_sound: bool = False
    aside: bool = False
    recent: tuple[RecordingEvent, ...] = ()
    happened: int = 0


class LiveRecording:
    """Sound on its way from a source to the disk. The source's thread only hands over; `tick` does the work.

    Args:
        source: where the sound comes from.
        writer: where it goes; it must sync every append.
        clocks: the first of them counts.
        other: what may take over where the source stays away.
        follows_usual: which microphone is the computer's usual one now; the source is opened anew when that changes.
            Nothing where it is not known, or not to be followed.
        free_bytes: the room on the disk.
        paused: begins without opening the source.

    Raises:
        Fixable: what `Source.start` raises.
    """

    def __init__(
        self,
        source: Source,
        writer: SealedWriter,
        clocks: Clocks | None = None,
        *,
        other: Source | None = None,
        follows_usual: Callable[[], str] = lambda: "",
        free_bytes: Callable[[], int] = lambda: _DISK_LOW_BYTES,
        paused: bool = False,
    ) -> None:
        clocks = clocks or Clocks()
        self._source = source
        self._wanted = source
        self._other = other
        self._writer = writer
        self._clock = clocks.awake
        self._wall = clocks.wall
        self._watch = ClockWatch(clocks)
        self._usual = follows_usual
        self._usual_was = ""
        self._free_bytes = free_bytes
        self._ask_room = 0.0
        self._disk_low = False
        self._heard: queue.SimpleQueue[Pcm] = queue.SimpleQueue()
        self._piece: list[Pcm] = []  # less than a piece
        self._waiting: deque[Pcm | RecordingEvent] = deque()  # on its way to the disk
        self._waiting_ms = 0  # of all sound that is not on disk
        self._ear = Ear()
        self._level = 0.0
        self._said = ""  # the ear's problem that was noted last
        self._paused = paused
        self._aside_since: int | None = None  # milliseconds of sound
        self._over = False
        self._disk_problem = ""
        self._save_again = 0.0
        self._gone = ""  # or "unplugged", "taken"
        self._gone_since = 0.0
        self._missing = ""
        self._gaps = source.gaps
        self._waking_since: float | None = None
        self._due = 0.0
        self._recent: deque[RecordingEvent] = deque(maxlen=_RECENT)
        self._happened = 0
        if not paused:
            self._listen()
        self._happen("gone-on" if writer.taken_up else "started", source.name)

    @property
    def is_over(self) -> bool:
        """It reached its greatest length, and is closed."""
        return self._over

    @property
    def heard_ms(self) -> int:
        """How much sound there is, on disk or on its way there."""
        return self._writer.duration_ms + self._waiting_ms

    def status(self) -> RecorderStatus:
        problem = "longest" if self._over else self._disk_problem or self._gone
        state = "problem" if problem else "paused" if self._paused else "recording"
        if state == "recording":
            problem = self._ear.problem
            if self._waking_since is not None:
                problem = "waking" if self._clock() - self._waking_since > _PROMPT_S else ""
        return RecorderStatus(
            state,
            self.heard_ms,
            self._level,
            self._source.name,
            problem,
            self._writer.safe_ms,
            urgent=state == "recording" and bool(problem) and self._ear.urgent,
            computer_sound=self._writer.channels == 2 and not self._missing,
            aside=self._aside_since is not None,
            recent=tuple(self._recent),
            happened=self._happened,
        )

    def tick(self) -> None:
        """Seals what was heard, and looks after microphone, disk and clocks; to be called ten times a second."""
        if self._over:
            return
        for what, seconds in self._watch.look(not self._heard.empty()):
            self._happen(what, str(seconds))
        self._gather()
        if self._aside_since is not None and self.heard_ms - self._aside_since >= LONGEST_ASIDE_MS:
            self.aside(False)
        if not self._paused:
            self._look_after_source()
        self._look_after_room()
        if self._clock() >= self._save_again:
            with contextlib.suppress(Fixable):
                self._save()
        if self._writer.duration_ms >= LONGEST_MS:
            with contextlib.suppress(Fixable):
                self.stop()
                self._over = True

    def pause(self) -> None:
        """Lets go of the microphone, so that the computer too shows that nobody listens."""
        if not self._paused:
            self._source.stop()
            self._gather()
            self._seal_piece()
            self._paused, self._gone, self._level, self._said = True, "", 0.0, ""
            self._happen("paused")
            with contextlib.suppress(Fixable):
                self._save()

    def resume(self) -> None:
        """Raises:
        Fixable: what `Source.start` raises; it stays paused then.
        """
        if self._paused:
            self._source = self._wanted
            self._listen()
            self._paused = False
            self._happen("resumed", self._source.name)

    def strike(self, ms: int) -> None:
        """Destroys the sound of the last so many milliseconds, and up to half a second before; recording goes on.

        Raises:
            Fixable: "disk-full" or "disk-error": what waits for the disk is gone, what is on it could not be
                struck yet; may be called again.
        """
        self._gather()
        self._seal_piece()
        from_ms = max(0, self.heard_ms - ms)
        self._silence_waiting(from_ms)
        self._save()
        start_ms, end_ms = self._writer.strike(from_ms)
        self._happen("struck", f"{start_ms}-{end_ms}")
        self._save()

    def aside(self, begins: bool) -> None:
        """What is said from now on belongs to an interruption, or no longer does. Its sound is kept like any other."""
        if begins is not (self._aside_since is None):
            return
        self._gather()
        self._aside_since = self.heard_ms if begins else None
        self._happen("aside" if begins else "aside-over")

    def stop(self) -> None:
        """Ends: everything that was heard is on disk and the recording is marked as whole.

        Raises:
            Fixable: "disk-full" or "disk-error": the rest waits in memory; stop may be called again.
        """
        if not self._over:
            self._save_rest()
            self._writer.finish()

    def break_off(self) -> None:
        """Ends with everything on disk that the disk takes, not marked as whole, so that it is offered back."""
        with contextlib.suppress(Fixable):
            self._save_rest()
        self._writer.close()

    def cancel(self) -> None:
        """Ends without keeping what still waits for the disk."""
        self._source.stop()
        self._writer.close()

    # ---------------------------------------------------------------- from the source

    def _listen(self) -> None:
        self._source.start(self._heard.put)
        self._waking_since = self._clock()
        self._due = self._clock() + _OPENING_S
        self._ear = Ear()
        self._usual_was = self._usual()

    def _gather(self) -> None:
        while not self._heard.empty():
            block = self._heard.get()
            self._due, self._waking_since = self._clock() + _GONE_S, None
            if self._gone:
                self._gone = ""
                self._happen("back", self._source.name)
            self._ear.hear(block)
            self._level = self._ear.level
            if self._waiting_ms < _BUFFER_MS:
                self._piece.append(block)
                self._waiting_ms += duration_ms(len(block))
            if sum(map(len, self._piece)) >= _PIECE:
                self._seal_piece()
        if (problem := self._ear.problem) != self._said and not self._paused:
            self._said = problem
            self._happen(problem or "heard")

    def _seal_piece(self) -> None:
        if self._piece:
            self._waiting.append(np.concatenate(self._piece))
            self._piece.clear()

    def _look_after_source(self) -> None:
        now = self._clock()
        if self._source.missing != self._missing:
            self._missing = self._source.missing
            self._happen(f"{COMPUTER_SOUND}-missing" if self._missing else f"{COMPUTER_SOUND}-back")
        if self._source.gaps > self._gaps:
            self._happen("gap")
        self._gaps = self._source.gaps
        usual = self._usual()
        changed = bool(usual and self._usual_was and usual != self._usual_was)
        self._usual_was = usual or self._usual_was
        if changed and not self._gone:
            self._source.stop()
            self._gather()
            self._happen("microphone-changed", usual)
            self._open_again(now)
        elif now >= self._due:
            self._source.stop()
            self._level = 0.0
            first = not self._gone
            self._gone_since = now if first else self._gone_since
            self._gone = self._open_again(now) or self._gone or "unplugged"
            if first:
                self._happen(self._gone, self._source.name)

    def _open_again(self, now: float) -> str:
        """Tries the source, or the other one once it has stayed away. Returns why it did not open, or nothing."""
        self._due = now + _RETRY_S
        try:
            self._listen()
        except Fixable as error:
            if self._other and self._source is self._wanted and self._gone and now - self._gone_since >= _OTHER_AFTER_S:
                with contextlib.suppress(Fixable):
                    self._other.start(self._heard.put)
                    self._source, self._ear = self._other, Ear()
                    self._due = now + _OPENING_S
                    self._happen("other-microphone", self._other.name)
            return "taken" if error.code == "microphone-busy" else "unplugged"
        return ""

    # ---------------------------------------------------------------- to the disk

    def _happen(self, what: str, detail: str = "") -> None:
        """Keeps that something happened, in its place among the sound, once the disk takes it."""
        event = RecordingEvent(self.heard_ms, datetime.fromtimestamp(self._wall(), UTC), what, detail)
        self._seal_piece()
        self._waiting.append(event)
        self._recent.append(event)
        self._happened += 1

    def _look_after_room(self) -> None:
        if self._clock() < self._ask_room:
            return
        self._ask_room = self._clock() + _ROOM_S
        low = False
        with contextlib.suppress(OSError):
            low = self._free_bytes() < _DISK_LOW_BYTES
        if low and not self._disk_low:
            self._happen("disk-low")
        self._disk_low = low

    def _save(self) -> None:
        try:
            while self._waiting:
                match self._waiting[0]:
                    case RecordingEvent() as event:
                        self._writer.note(event)
                        self._waiting.popleft()
                    case sound:
                        self._writer.append(sound)
                        self._waiting_ms -= duration_ms(len(sound))
                        self._waiting.popleft()
        except Fixable as error:
            if self._disk_problem != error.code:
                self._disk_problem = error.code
                self._happen(error.code)
            self._save_again = self._clock() + _RETRY_S
            raise
        if self._disk_problem:
            self._disk_problem = ""
            self._happen("disk-room")

    def _silence_waiting(self, from_ms: int) -> None:
        """What still waits in memory is struck there."""
        position = self._writer.duration_ms
        for at, waiting in enumerate(self._waiting):
            if not isinstance(waiting, RecordingEvent):
                position += duration_ms(len(waiting))
                if position > from_ms:
                    self._waiting[at] = np.zeros_like(waiting)

    def _save_rest(self) -> None:
        self._source.stop()
        self._paused = True  # nothing more is expected of the source, should the disk refuse
        self._gather()
        self._seal_piece()
        self._save()
