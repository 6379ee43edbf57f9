"""The bundled simulated consultations, known by the hash of their sound."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scribe import paths
from scribe.errors import Bug, Fixable
from scribe.records import Mode, Patient, Present


@dataclass(frozen=True, slots=True)
class DemoRecording:
    id: str
    title: str
    mode: Mode
    present: tuple[Present, ...]
    template_id: str
    path: Path
    sha256: str  # of the file's bytes
    duration_ms: int


# What a person would enter on the page where an encounter begins.
_CIRCUMSTANCES: dict[str, tuple[Mode, tuple[Present, ...], str]] = {
    "telephone-cough": (Mode.TELEPHONE, (), "gp-consultation"),
    "new-medicine": (Mode.FACE_TO_FACE, (), "gp-consultation"),
    "outpatient-relative": (Mode.FACE_TO_FACE, (Present.RELATIVE,), "outpatient-letter"),
}
PATIENT = Patient("Demonstration patient", date(1970, 1, 1))


def bundled() -> tuple[DemoRecording, ...]:
    """Every bundled recording, in the manifest's order.

    Raises:
        Bug: the demo folder is not as it was shipped.
    """
    try:
        manifest = tomllib.loads((paths.demo_dir() / "manifest.toml").read_text(encoding="utf-8"))
        return tuple(_recording(each) for each in manifest["recording"])
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise Bug(
            "The demonstration recordings are not where they should be.",
            safe="Your own work is not touched.",
            do="Install Scribe again.",
            code="demo-missing",
        ) from error


def recording(demo_id: str) -> DemoRecording:
    """The bundled recording with this id.

    Raises:
        Fixable: there is none ("demo-unknown").
    """
    found = {each.id: each for each in bundled()}
    if demo_id not in found:
        raise Fixable(
            f"There is no demonstration called “{demo_id}”.",
            do=f"Choose one of: {', '.join(found)}.",
            code="demo-unknown",
        )
    return found[demo_id]


def hashes() -> frozenset[str]:
    """SHA-256 of every bundled recording: the only sound that may go to a note without a review."""
    return frozenset(each.sha256 for each in bundled())


def script(demo_id: str) -> dict[str, object]:
    """The numbered transcript that a bundled recording was voiced from."""
    text = (paths.demo_dir() / demo_id / "script.json").read_text(encoding="utf-8")
    content: dict[str, object] = json.loads(text)
    return content


def _recording(entry: dict[str, object]) -> DemoRecording:
    demo_id = str(entry["id"])
    mode, present, template_id = _CIRCUMSTANCES[demo_id]
    return DemoRecording(
        id=demo_id,
        title=str(entry["title"]),
        mode=mode,
        present=present,
        template_id=template_id,
        path=paths.demo_dir() / str(entry["file"]),
        sha256=str(entry["sha256"]),
        duration_ms=int(str(entry["duration_ms"])),
    )
