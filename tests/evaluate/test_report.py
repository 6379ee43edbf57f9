"""A folder of consultations is drafted, scored and reported, from transcripts, from sound, or both."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scribe.attribute.people import Stretch
from scribe.draft.render import as_text, render
from scribe.draft.templates import load
from scribe.errors import Fixable
from scribe.evaluate.report import as_json, as_table, evaluate
from scribe.evaluate.speakers import RoleScore
from scribe.records import Detail, Draft, Entry, Evidence, Ledger, Mode, Outcome, Turn, Verdict
from tests.capture.sounds import tone, write
from tests.extract.talk import fact, turns

HEARD = turns("P: I have a cough.", "P: There is no blood.")


@dataclass
class Drafted:
    draft: Draft
    turns: tuple[Turn, ...] = tuple(HEARD.values())

    def text(self) -> str:
        return as_text(self.draft, load(self.draft.template_id))


@dataclass
class FakeLine:
    """Drafts the same two facts from any file, and hears the same words in any sound."""

    files: list[Path] = field(default_factory=list)

    def draft_file(self, file: Path, *, template_id: str, detail: Detail, mode: Mode) -> Drafted:
        self.files.append(file)
        facts = (
            fact("Cough", HEARD, evidence=(Evidence("t1", 1, 0, 4),)),
            fact("No blood", HEARD, evidence=(Evidence("t1", 1, 0, 4),)),
        )
        ledger = Ledger("r", tuple(Entry(one, Verdict(Outcome.SUPPORTED)) for one in facts))
        return Drafted(render(ledger, load(template_id), detail, encounter_id="e", mode=mode))

    def turns_of_recording(self, file: Path) -> tuple[Turn, ...]:
        return tuple(HEARD.values())

    def stretches_of(self, file: Path) -> tuple[Stretch, ...]:
        return (Stretch(0, 5_000, 0), Stretch(5_000, 10_000, 1))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("transcripts", "gold", "audio"):
        (tmp_path / name).mkdir()
    said = [{"n": turn.number, "speaker": "patient", "text": turn.text} for turn in HEARD.values()]
    (tmp_path / "transcripts" / "a.json").write_text(json.dumps({"id": "a", "utterances": said}))
    facts = [
        {"id": "f1", "text": "Cough", "polarity": "present", "evidence": [1], "match": [["cough*"]]},
        {"id": "f2", "text": "No blood", "polarity": "absent", "evidence": [2], "match": [["blood"]]},
        {"id": "f3", "text": "Fever", "polarity": "present", "evidence": [5], "match": [["fever"]]},
    ]
    sheet = {"id": "a", "facts": [one | {"section": "history", "weight": "critical"} for one in facts]}
    (tmp_path / "gold" / "a.json").write_text(json.dumps(sheet))
    return tmp_path


def test_recall_evidence_and_unseen_facts_are_reported(folder: Path) -> None:
    told: list[str] = []
    result = evaluate(folder, FakeLine(), notes=folder / "notes", say=told.append)
    plain = json.loads(as_json(result))
    assert plain["all"]["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert plain["all"]["evidence_right"] == 0.5  # the denial cites the wrong turn
    assert plain["each"][0]["unseen_critical"] == ["f3"]
    assert "wer" not in plain["all"]
    assert "No blood" in (folder / "notes" / "a.txt").read_text()
    assert told == ["1 of 1: a"]
    table = as_table(result)
    assert "0.667" in table and "recall" in table


def test_sound_is_measured_against_the_transcript_or_the_text_beside_it(folder: Path) -> None:
    (folder / "audio" / "a.wav").write_bytes(b"sound")
    (folder / "audio" / "b.ogg").write_bytes(b"sound")
    (folder / "audio" / "b.txt").write_text("P: I have a cough.\n\nPatient: There is some blood.\n")
    line = FakeLine()
    result = evaluate(folder, line)
    assert [file.name for file in line.files] == ["a.json", "b.ogg"]
    assert [one.words_heard.rate for one in result.each if one.words_heard] == [0.0, pytest.approx(1 / 8)]
    assert json.loads(as_json(result))["all"]["wer"] == pytest.approx(1 / 16, abs=1e-4)
    assert "6.2%" in as_table(result) or "6.3%" in as_table(result)


def test_other_transcripts_may_stand_in_for_those_of_the_folder(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "recognised"
    other.mkdir()
    (other / "a.json").write_text("{}")
    line = FakeLine()
    evaluate(folder, line, transcripts=other)
    assert line.files == [other / "a.json"]


def test_an_empty_folder_and_a_broken_fact_sheet_say_what_to_do(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Fixable) as nothing:
        evaluate(tmp_path / "gold", FakeLine())
    assert nothing.value.code == "nothing-to-measure" and nothing.value.do
    (folder / "gold" / "a.json").write_text("{")
    with pytest.raises(Fixable) as broken:
        evaluate(folder, FakeLine())
    assert broken.value.code == "bad-fact-sheet" and "a.json" in str(broken.value)


# ---------------------------------------------------------------- who spoke


def test_roles_of_a_recording_are_held_against_its_transcript(folder: Path) -> None:
    (folder / "audio" / "a.wav").write_bytes(b"")
    (folder / "audio" / "b.wav").write_bytes(b"")
    (folder / "audio" / "b.txt").write_text("D: I have a cough.\nP: There is no blood.\n")
    result = evaluate(folder, FakeLine())
    assert {one.id: one.roles for one in result.each} == {"a": RoleScore(8, 8), "b": RoleScore(4, 8)}
    assert json.loads(as_json(result))["all"]["roles_right"] == 0.75
    assert "75.0%" in as_table(result)


def test_recordings_with_marked_speakers_are_measured_and_not_drafted(tmp_path: Path) -> None:
    audio = tmp_path / "audio"
    audio.mkdir()
    line = "SPEAKER {} 1 {} {} <NA> <NA> {} <NA> <NA>\n"
    for name in ("c1", "c2"):
        write(audio / f"{name}.wav", "pcm_s16le", iter([tone(1000)] * 12))
    marked = [("c1", 0, 5, "x"), ("c1", 5, 5, "y"), ("c2", 0, 5, "x"), ("c2", 7, 3, "y"), ("c3", 0, 1, "z")]
    (audio / "all.rttm").write_text("".join(line.format(*one) for one in marked))
    drafter = FakeLine()
    result = evaluate(tmp_path, drafter)
    assert drafter.files == [] and result.each == ()
    found = result.diarisation
    assert found is not None and found.recordings == 2 and found.outside_overlap is not None
    # c1 is all right; in c2 the 1.75 s between 5 and 7 are nobody's, less a quarter of a second beside each boundary
    assert found.outside_overlap.added_s == pytest.approx(1.5)
    assert found.outside_overlap.missed_s == found.outside_overlap.confused_s == 0
    assert json.loads(as_json(result))["all"]["diarisation_error_outside_overlap"] == round(1.5 / 16.0, 4)
    assert "Diarisation error, 2 recordings pooled" in as_table(result)


def test_without_the_library_the_rest_is_measured(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "audio" / "c1.wav").write_bytes(b"")
    (folder / "audio" / "c1.rttm").write_text("SPEAKER c1 1 0 5 <NA> <NA> x <NA> <NA>\n")
    monkeypatch.setattr("scribe.evaluate.speakers.can_measure_diarisation", lambda: False)
    said: list[str] = []
    result = evaluate(folder, FakeLine(), say=said.append)
    assert [one.id for one in result.each] == ["a"]
    assert any("pyannote.metrics" in text for text in said)
    assert "– outside overlap" in as_table(result)
