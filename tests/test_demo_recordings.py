"""The simulated consultations are whole: sound, script and fact sheet belong together."""

from __future__ import annotations

import hashlib
import json
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from scribe import demo_recordings
from scribe.evaluate.facts import FactSheet, faults

DEMO = Path(__file__).parents[1] / "demo"
MANIFEST = tomllib.loads((DEMO / "manifest.toml").read_text(encoding="utf-8"))
IDS = ("new-medicine", "outpatient-relative", "telephone-cough")
MOST_BYTES = 6_000_000
SECTIONS = {
    "presenting_complaint",
    "history",
    "past_history",
    "medication",
    "allergy",
    "family_history",
    "social_history",
    "ideas_concerns_expectations",
    "examination",
    "assessment",
    "plan",
    "safety_net",
}


def entry(demo_id: str) -> dict[str, Any]:
    (found,) = [each for each in MANIFEST["recording"] if each["id"] == demo_id]
    return found


def utterances(demo_id: str) -> list[dict[str, Any]]:
    script = json.loads((DEMO / demo_id / "script.json").read_text(encoding="utf-8"))
    assert script["id"] == demo_id
    return script["utterances"]


def sheet(demo_id: str) -> FactSheet:
    return FactSheet.model_validate_json((DEMO / demo_id / "facts.json").read_text(encoding="utf-8"))


def test_manifest_lists_the_three_and_says_that_they_are_simulated() -> None:
    assert sorted(each["id"] for each in MANIFEST["recording"]) == sorted(IDS)
    assert "Simulated voices" in MANIFEST["statement"]
    assert "No real patient" in MANIFEST["statement"]
    assert sum((DEMO / each["file"]).stat().st_size for each in MANIFEST["recording"]) <= MOST_BYTES


def test_the_app_knows_every_recording_of_the_manifest() -> None:
    for known in demo_recordings.bundled():
        assert known.mode == entry(known.id)["mode"]
        assert hashlib.sha256(known.path.read_bytes()).hexdigest() == known.sha256


@pytest.mark.parametrize("demo_id", IDS)
def test_sound_is_the_file_of_the_manifest_and_decodes(demo_id: str) -> None:
    about = entry(demo_id)
    data = (DEMO / about["file"]).read_bytes()
    assert len(data) == about["bytes"]
    assert hashlib.sha256(data).hexdigest() == about["sha256"]
    with av.open(str(DEMO / about["file"])) as sound:
        rate_hz = sound.streams.audio[0].rate
        assert sound.streams.audio[0].codec_context.channels == 1
        decoded_ms = sum(frame.samples for frame in sound.decode(audio=0)) * 1000 // rate_hz
    assert decoded_ms == about["duration_ms"]
    assert 3 * 60_000 <= decoded_ms <= 6 * 60_000


@pytest.mark.parametrize("demo_id", IDS)
def test_script_is_numbered_in_order_and_lies_inside_the_sound(demo_id: str) -> None:
    lines = utterances(demo_id)
    assert [line["n"] for line in lines] == list(range(1, len(lines) + 1))
    starts = [line["start"] for line in lines]
    assert starts == sorted(starts)
    assert all(0 <= line["start"] < line["end"] for line in lines)
    assert max(line["end"] for line in lines) * 1000 <= entry(demo_id)["duration_ms"]
    assert all(line["text"].strip() for line in lines)


@pytest.mark.parametrize("demo_id", IDS)
def test_speakers_talk_over_each_other_somewhere(demo_id: str) -> None:
    lines = utterances(demo_id)
    assert any(later["start"] < earlier["end"] for earlier, later in pairwise(lines))


def test_only_the_outpatient_clinic_has_a_third_speaker() -> None:
    speakers = {demo_id: {line["speaker"] for line in utterances(demo_id)} for demo_id in IDS}
    assert speakers == {
        "new-medicine": {"clinician", "patient"},
        "outpatient-relative": {"clinician", "patient", "other"},
        "telephone-cough": {"clinician", "patient"},
    }
    for demo_id, who in speakers.items():
        assert set(entry(demo_id)["voices"]) == who
        assert len(set(entry(demo_id)["voices"].values())) == len(who)


@pytest.mark.parametrize("demo_id", IDS)
def test_fact_sheet_is_sound(demo_id: str) -> None:
    facts = sheet(demo_id)
    assert facts.id == demo_id
    assert faults(facts, {line["n"]: line["text"] for line in utterances(demo_id)}) == []
    assert [fact.id for fact in facts.facts] == [f"F{i}" for i in range(1, len(facts.facts) + 1)]
    assert {fact.section for fact in facts.facts} <= SECTIONS
    assert {fact.polarity for fact in facts.facts} == {"present", "absent"}
    assert {fact.weight for fact in facts.facts} == {"critical", "routine"}


@pytest.mark.parametrize("demo_id", IDS)
def test_every_consultation_holds_denials_a_plan_and_a_safety_net(demo_id: str) -> None:
    facts = sheet(demo_id).facts
    assert len(facts) >= 35
    assert sum(fact.polarity == "absent" for fact in facts) >= 10
    assert {"allergy", "medication", "examination", "assessment", "plan", "safety_net"} <= {
        fact.section for fact in facts
    }
