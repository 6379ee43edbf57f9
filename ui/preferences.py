"""placeholder until scribe.settings lands"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scribe.records import Detail


@dataclass
class Preferences:
    theme: str = "system"
    text_percent: int = 100
    microphone: str = ""
    export_folder: str = str(Path.home() / "Scribe notes")
    own_words: tuple[str, ...] = field(default_factory=tuple)
    template: str = "gp-consultation"
    detail: Detail = Detail.STANDARD
    idle_minutes: int = 10

    def save(self) -> None: ...
