"""Cutting at pauses, with a voice activity that says what the samples say: loud is speech."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from scribe.capture.sound import Pcm
from scribe.transcribe.windows import LIVE, WHOLE, Silero, SpeechWindows, Window


def loudness(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.abs(frames).max(axis=1) > 0.1, np.float32)


def sound(*parts: tuple[str, float]) -> Pcm:
    """Speech is loud, silence is zero."""
    made = []
    for kind, seconds in parts:
        samples = round(seconds * 16_000)
        made.append(np.full(samples, 8000 if kind == "speech" else 0, np.int16))
    return np.concatenate(made)


def cut(pcm: Pcm, piece: int = 16_000, start_ms: int = 0) -> list[Window]:
    windows = SpeechWindows(start_ms, loudness)
    found = [w for at in range(0, len(pcm), piece) for w in windows.feed(pcm[at : at + piece])]
    return found + list(windows.finish())


def seconds(window: Window) -> float:
    return len(window.pcm) / 16_000


def test_silence_gives_nothing() -> None:
    assert cut(sound(("silence", 60))) == []


def test_a_click_gives_nothing() -> None:
    assert cut(sound(("silence", 5), ("speech", 0.1), ("silence", 20))) == []


def test_speech_is_whole_with_a_margin_and_at_its_place() -> None:
    (window,) = cut(sound(("silence", 10), ("speech", 3), ("silence", 10)))
    (piece,) = window.pieces
    assert 9_500 <= piece.start_ms <= 10_000
    assert 13_000 <= piece.end_ms <= 13_500
    assert np.count_nonzero(window.pcm) == 3 * 16_000


def test_start_ms_moves_everything() -> None:
    plain = cut(sound(("silence", 1), ("speech", 3)))
    moved = cut(sound(("silence", 1), ("speech", 3)), start_ms=60_000)
    assert moved[0].pieces[0].start_ms == plain[0].pieces[0].start_ms + 60_000


def test_endless_talk_is_cut_where_it_is_quiet_and_nothing_is_lost() -> None:
    talk = sound(*[("speech", 4.8), ("silence", 0.2)] * 24)
    found = cut(talk)
    assert all(seconds(window) <= 30 for window in found)
    assert len(found) <= 6
    assert sum(np.count_nonzero(window.pcm) for window in found) == np.count_nonzero(talk)


def test_talk_without_any_pause_is_cut_all_the_same() -> None:
    talk = sound(("speech", 100))
    found = cut(talk)
    assert all(seconds(window) <= 30 for window in found)
    assert sum(len(window.pcm) for window in found) >= len(talk)


def test_a_rest_closes_a_window_before_it_is_full() -> None:
    windows = SpeechWindows(0, loudness)
    assert len(list(windows.feed(sound(("speech", 4), ("silence", 7))))) == 1


def test_long_pauses_inside_a_window_are_left_out_and_times_still_hold() -> None:
    (window,) = cut(sound(("speech", 3), ("silence", 4), ("speech", 3)))
    first, second = window.pieces
    assert seconds(window) < 8
    in_second = len(first.pcm) / 16_000 + 1
    assert window.span_ms(in_second, in_second + 0.5) == (second.start_ms + 1000, second.start_ms + 1500)
    over_the_edge = len(first.pcm) / 16_000
    assert window.span_ms(over_the_edge - 0.5, over_the_edge + 0.5)[1] == first.end_ms


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["speech", "silence"]), st.floats(0.3, 20)), min_size=1, max_size=8),
    st.integers(100, 50_000),
)
def test_any_talk_in_any_pieces_is_kept_whole_and_in_order(parts: list[tuple[str, float]], piece: int) -> None:
    pcm = sound(*parts)
    found = cut(pcm, piece)
    assert sum(np.count_nonzero(window.pcm) for window in found) == np.count_nonzero(pcm)
    pieces = [piece for window in found for piece in window.pieces]
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(pieces))


def test_memory_stays_flat_over_hours() -> None:
    windows = SpeechWindows(0, loudness)
    minute = sound(("speech", 20), ("silence", 3), ("speech", 30), ("silence", 7))
    most = 0
    for _ in range(180):
        for _window in windows.feed(minute):
            pass
        most = max(most, len(windows._sound))
    assert most < 60 * 32


def test_silero_hears_the_same_in_pieces_as_at_once() -> None:
    noise = np.random.default_rng(1).normal(0, 0.05, (200, 512)).astype(np.float32)
    in_pieces = Silero()
    pieces = np.concatenate([in_pieces(noise[:70]), in_pieces(noise[70:71]), in_pieces(noise[71:])])
    assert np.allclose(Silero()(noise), pieces, atol=1e-4)


# ---------------------------------------------------------------- while people talk


def cut_live(pcm: Pcm) -> tuple[list[Window], list[float]]:
    """The windows, and how many seconds of sound there were when each was closed."""
    windows, found, closed = SpeechWindows(0, loudness), [], []
    windows.pace = LIVE
    for at in range(0, len(pcm), 1600):
        for window in windows.feed(pcm[at : at + 1600]):
            found.append(window)
            closed.append((at + 1600) / 16_000)
    return found + list(windows.finish()), closed


def test_a_short_pause_closes_a_window_while_people_talk() -> None:
    found, closed = cut_live(sound(("speech", 3), ("silence", 0.5), ("speech", 3), ("silence", 5)))
    assert len(found) == 2 and closed[0] <= 3.5 and closed[1] <= 7.0


def test_a_word_alone_is_not_held_back_for_long() -> None:
    _, closed = cut_live(sound(("speech", 0.6), ("silence", 5)))
    assert len(closed) == 1 and closed[0] <= 1.6


def test_talk_without_a_pause_is_cut_before_its_text_would_be_late() -> None:
    found, _ = cut_live(sound(("speech", 40)))
    assert max(seconds(window) for window in found) <= LIVE.full_ms / 1000 + 0.1
    assert sum(np.count_nonzero(window.pcm) for window in found) == 40 * 16_000


def test_sound_that_fell_behind_is_cut_as_that_of_a_file() -> None:
    pcm = sound(("speech", 3), ("silence", 0.5), ("speech", 3), ("silence", 10))
    windows = SpeechWindows(0, loudness)
    windows.pace = LIVE
    first = list(windows.feed(pcm[: 2 * 16_000]))
    windows.pace = WHOLE
    found = first + list(windows.feed(pcm[2 * 16_000 :])) + list(windows.finish())
    assert [len(window.pieces) for window in found] == [1]
