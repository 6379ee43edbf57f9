"""Tells speech that is not English, which Whisper would otherwise turn into English that nobody said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scribe.records import ENGLISH
from scribe.transcribe.windows import Piece, Window

GAP = "[…]"  # stands where something was said that was not understood

_FOREIGN = 0.15  # chance that it is English, below which it is not
_DOUBTFUL = 0.85  # and below which some of it may not be: its pieces are heard one by one
_SHORTEST_MS = 2_000  # a word or two can be of any language
_PIECE_MS = 6_000
_REST_MS = 200  # of quiet, where a piece may end


def by_language(model: Any, window: Window) -> Iterator[tuple[Window, str]]:
    """The parts of a window, each with its language; all of it is one part where all of it is English.

    Args:
        model: what `whisper.load` returned; one that knows English alone calls everything English.
        window: the speech.
    """
    chance, language = _english(model, window)
    pieces = [piece for whole in window.pieces for piece in _cut(whole)]
    if chance >= _DOUBTFUL or len(pieces) == 1:
        yield window, ENGLISH if chance >= _FOREIGN else language
        return
    part: list[Piece] = []
    before = ""
    for piece in pieces:
        chance, language = _english(model, Window((piece,)))
        here = ENGLISH if chance >= _FOREIGN else language
        if part and here != before:
            yield Window(tuple(part)), before
            part = []
        part.append(piece)
        before = here
    yield Window(tuple(part)), before


def _english(model: Any, window: Window) -> tuple[float, str]:
    """How likely a window is English, and what it is if not. Too little speech is taken for English."""
    sound = window.pcm
    if len(getattr(model, "supported_languages", ())) < 2 or len(sound) < _SHORTEST_MS * 16:
        return 1.0, ENGLISH
    language, _, chances = model.detect_language(sound.astype(np.float32) / 32768.0)
    return dict(chances).get(ENGLISH, 0.0), language


def _cut(piece: Piece) -> list[Piece]:
    """A piece in parts of about six seconds, cut where it is quietest."""
    step = _REST_MS * 16
    quiet = [float(np.abs(piece.pcm[at : at + step].astype(np.float32)).mean()) for at in _starts(piece, step)]
    parts: list[Piece] = []
    begun, count = 0, len(quiet)
    while count - begun > 2 * (_PIECE_MS // _REST_MS):
        first, last = begun + _PIECE_MS // _REST_MS // 2, begun + _PIECE_MS * 3 // 2 // _REST_MS
        at = first + int(np.argmin(quiet[first:last]))
        parts.append(_part(piece, begun * step, at * step))
        begun = at
    return [*parts, _part(piece, begun * step, len(piece.pcm))]


def _starts(piece: Piece, step: int) -> range:
    return range(0, max(1, len(piece.pcm)), step)


def _part(piece: Piece, first: int, end: int) -> Piece:
    cut: NDArray[np.int16] = piece.pcm[first:end]
    return Piece(piece.start_ms + first // 16, cut)
