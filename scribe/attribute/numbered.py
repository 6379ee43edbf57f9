"""Numbered transcripts, whose turns and roles are known: read back as turns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scribe.errors import Fixable
from scribe.records import Role, Turn, Word, new_id

MADE_BY = "numbered transcript"


def read(path: Path) -> tuple[Turn, ...]:
    """The turns of a numbered transcript on disk.

    Raises:
        Fixable: "transcript-unreadable": it is not there, or not such a file.
    """
    try:
        return turns_from_numbered(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Fixable(
            f"“{path.name}” is not a numbered transcript.",
            safe="The file is as it was.",
            do='Give a JSON file with "utterances", each with "n", "speaker" and "text".',
            code="transcript-unreadable",
        ) from error


def turns_from_numbered(transcript: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Turns of `{"id", "utterances": [{"n", "speaker", "start", "end", "text"}]}`, times in seconds.

    Turns keep their numbers; words share their turn's time evenly. Empty turns are left out.

    Raises:
        KeyError, TypeError, ValueError: the transcript is not of this form.
    """
    recording_id = str(transcript.get("id") or new_id())
    turns = tuple(_turn(recording_id, said) for said in transcript["utterances"] if said["text"].split())
    if not turns:
        raise ValueError("nobody says anything")
    return turns


def _turn(recording_id: str, said: Mapping[str, Any]) -> Turn:
    start, end = float(said.get("start") or 0), float(said.get("end") or said.get("start") or 0)
    texts = said["text"].split()
    step = max(0.0, end - start) * 1000 / len(texts)
    words = tuple(
        Word(text, round(start * 1000 + step * place), round(start * 1000 + step * (place + 1)))
        for place, text in enumerate(texts)
    )
    return Turn(new_id(), recording_id, int(said["n"]), Role(said["speaker"]), 1.0, words, made_by=MADE_BY)
