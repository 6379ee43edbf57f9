"""Turns as text for people and programs, and numbered transcripts read back as turns."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from scribe.records import Turn


def as_json(turns: Sequence[Turn]) -> str:
    """`{"turns": [{"role", "who", "voice", "start_ms", "end_ms", "text", "confidence", "overlapped", "interruption",
    "language", "words"}]}`."""
    return json.dumps({"turns": [_turn(turn) for turn in turns]}, ensure_ascii=False, indent=1) + "\n"


def as_text(turns: Sequence[Turn]) -> str:
    """One turn a line, with its role and when it begins."""
    return "".join(f"[{_clock(turn.start_ms)[:8]}] {turn.informant}: {turn.text}\n" for turn in turns)


def as_vtt(turns: Sequence[Turn]) -> str:
    """WebVTT, the role as the cue's voice."""
    cues = (
        f"{_clock(turn.start_ms)} --> {_clock(turn.end_ms)}\n<v {turn.informant}>{_vtt_safe(turn.text)}\n"
        for turn in turns
    )
    return "\n".join(["WEBVTT\n", *cues])


FORMATS: dict[str, Callable[[Sequence[Turn]], str]] = {"json": as_json, "text": as_text, "vtt": as_vtt}


def _turn(turn: Turn) -> dict[str, Any]:
    return {
        "role": turn.role,
        "who": turn.who,
        "voice": turn.voice,
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
        "text": turn.text,
        "confidence": round(turn.confidence, 3),
        "overlapped": turn.overlapped,
        "interruption": turn.interruption,
        "language": turn.language,
        "words": [
            {"text": w.text, "start_ms": w.start_ms, "end_ms": w.end_ms, "probability": round(w.probability, 3)}
            for w in turn.words
        ],
    }


def _clock(ms: int) -> str:
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"


def _vtt_safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
