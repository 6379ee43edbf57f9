"""While people talk: sound that is still being recorded, and the drafting that follows it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType

from scribe.attribute.packed import PackedVoices
from scribe.capture.sealed import SealedReader
from scribe.capture.sound import Pcm, duration_ms
from scribe.errors import ScribeError
from scribe.line import Stopped, after
from scribe.records import Section, Segment, Turn, Voice

LATE_MS = 8_000  # behind the recording, from which on long windows are heard, which cost less for each second
_LOOK_S = 0.1
_NEW_WORDS = 40  # about half a passage; attribution is made anew over all that was said, so not for every word
_NEW_SHARE = 0.02  # of all words: a longer talk is looked at less often, so that the work for a minute stays the same

_log = logging.getLogger(__name__)


class Growing:
    """The sound of a recording that goes on, and how far behind it its text is.

    Args:
        reader: of its sealed sound.
        is_over: whether nothing more will be written, for a recording that broke off before its end.
        since: when the recording began, as `clock` counts: before anything else had to be done first.
        told: told how many milliseconds the text is behind when that is too many, and 0 once it has caught up.
        clock: seconds, monotonic.
        wait: waits a moment for more sound.
    """

    def __init__(
        self,
        reader: SealedReader,
        is_over: Callable[[], bool],
        since: float,
        told: Callable[[int], None] = lambda behind_ms: None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[], None] = lambda: time.sleep(_LOOK_S),
    ) -> None:
        self._reader = reader
        self._is_over = is_over
        self._told = told
        self._clock = clock
        self._wait = wait
        self._since = since
        self._caught_up: float | None = None  # when all that was there had last been given
        self._given_ms = 0  # since then
        self._late = False

    def pcm(self, start_ms: int) -> Iterator[Pcm]:
        """The sound from a millisecond on, to the end of the recording; waits for more."""
        if self._caught_up is None and start_ms == 0:  # nothing of it was heard before
            self._caught_up = self._since
        for piece in after(self._reader.follow(self._is_over, self._all_given), start_ms):
            self._given_ms += duration_ms(len(piece))
            yield piece

    def is_live(self) -> bool:
        """Whether the piece given last was said just now. Asked after each piece."""
        if self._caught_up is None:  # what was recorded before anybody listened
            return False
        behind_ms = round((self._clock() - self._caught_up) * 1000) - self._given_ms
        if behind_ms > LATE_MS:
            self._late = True
            self._told(behind_ms)
        return not self._late

    def _all_given(self) -> None:
        if self._late:
            self._late = False
            self._told(0)
        self._caught_up, self._given_ms = self._clock(), 0
        self._wait()


class Drafting:
    """Attribution and ledger follow the talk in a thread of their own. A context manager; leaving it waits for the
    passage that is being written.

    Args:
        turns_of: attributes all that was heard so far.
        write: drafts what is over of it, and says what it holds.
        told: told what the talk holds so far.
        segments, voices: what was heard before.
    """

    def __init__(
        self,
        turns_of: Callable[[Sequence[Segment], Sequence[Voice]], tuple[Turn, ...]],
        write: Callable[[tuple[Turn, ...]], Mapping[Section, int]],
        told: Callable[[Mapping[Section, int]], None],
        segments: Iterable[Segment] = (),
        voices: Iterable[Voice] = (),
    ) -> None:
        self._turns_of = turns_of
        self._write = write
        self._told = told
        self._segments = list(segments)
        self._voices = PackedVoices()
        self._voices.extend(voices)
        self._words = self._new = sum(len(segment.words) for segment in self._segments)
        self._over = False
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="scribe-drafting")

    def __enter__(self) -> Drafting:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._more:
            self._over = True
            self._more.notify_all()
        self._thread.join()

    def hear(self, segment: Segment, voices: Sequence[Voice]) -> None:
        """Takes what was heard just now."""
        with self._more:
            self._voices.extend(voices)
            self._segments.append(segment)
            self._words += len(segment.words)
            self._new += len(segment.words)
            self._more.notify_all()

    def _run(self) -> None:
        try:
            while (segments := self._enough()) is not None:
                self._told(self._write(self._turns_of(segments, self._voices)))
        except Stopped:
            pass
        except ScribeError as error:
            _log.warning("nothing more is drafted ahead: %s", error.code)  # said when the note is to be made
        except Exception as error:
            _log.error("nothing more is drafted ahead: %s", type(error).__name__)

    def _enough(self) -> Sequence[Segment] | None:
        """What was heard, once there is enough that is new; None when the talk is over."""
        with self._more:
            self._more.wait_for(lambda: self._over or self._new >= max(_NEW_WORDS, _NEW_SHARE * self._words))
            self._new = 0
            return None if self._over else tuple(self._segments)
