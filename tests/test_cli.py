"""The command line: results on stdout, everything else on stderr, exit codes that mean something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scribe import cli, demo_recordings, transcripts
from scribe.attribute import numbered
from tests.capture.sounds import tone, write
from tests.demo_run import DemoRun

ROOT = Path(__file__).resolve().parent.parent


def scribe(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs the command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scribe", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=300,
        env=None,
    )


def script(tmp_path: Path, demo_id: str = "new-medicine") -> Path:
    path = tmp_path / f"{demo_id}.json"
    path.write_text(json.dumps(demo_recordings.script(demo_id)), encoding="utf-8")
    return path


def test_a_missing_file_is_something_to_put_right(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["transcribe", str(tmp_path / "gone.wav")]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert "not there" in err


@pytest.mark.parametrize("content", [b"", b"Dear diary, this is text.", b"RIFF\x00\x00"])
def test_what_is_no_recording_is_named_as_that(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "odd.wav"
    path.write_bytes(content)
    assert cli.run(["draft", str(path)]) == 3


def test_a_broken_transcript_is_named_as_that(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "odd.json"
    path.write_text('{"utterances": "none"}', encoding="utf-8")
    assert cli.run(["draft", str(path)]) == 3
    assert "not a numbered transcript" in capfd.readouterr().err


def test_an_unknown_template_costs_no_work(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["draft", str(script(tmp_path)), "--template", "nonsense"]) == 3
    assert "no template called" in capfd.readouterr().err


def test_wrong_usage_is_2() -> None:
    assert cli.run(["draft"]) == 2
    assert cli.run(["nonsense"]) == 2


def test_an_error_of_ours_shows_no_words_of_the_patient(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise ValueError("the patient said something private")

    monkeypatch.setattr(numbered, "read", fail)
    assert cli.run(["draft", str(script(tmp_path))]) == 1
    assert "private" not in capfd.readouterr().err


def test_a_transcript_becomes_a_note_of_headings_and_statements(tmp_path: Path) -> None:
    done = scribe("draft", str(script(tmp_path)), "--template", "gp-consultation")
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert lines[0].endswith(":")
    assert sum(line.endswith(":") for line in lines) >= 4
    assert "amlodipine" in done.stdout.lower() and "penicillin" in done.stdout.lower()


def test_json_names_the_words_behind_every_line(tmp_path: Path) -> None:
    done = scribe("draft", str(script(tmp_path)), "--format", "json")
    content = json.loads(done.stdout)
    said = {u["n"]: u["text"] for u in demo_recordings.script("new-medicine")["utterances"]}  # type: ignore[attr-defined]
    assert {"lines", "checks", "coverage", "facts"} <= set(content)
    assert content["lines"]
    for line in content["lines"]:
        assert line["evidence"]
        for proof in line["evidence"]:
            assert proof["words"] in " ".join(said[proof["turn"]].split())


def test_turns_are_printed_as_json_text_and_vtt() -> None:
    turns = numbered.turns_from_numbered(
        {"id": "x", "utterances": [{"n": 1, "speaker": "patient", "start": 1, "end": 3, "text": "a < b & c"}]}
    )
    (turn,) = json.loads(transcripts.as_json(turns))["turns"]
    assert set(turn) == {"role", "start_ms", "end_ms", "text", "confidence", "words"}
    assert (turn["start_ms"], turn["end_ms"]) == (1000, 3000)
    assert transcripts.as_text(turns) == "[00:00:01] patient: a < b & c\n"
    assert transcripts.as_vtt(turns).startswith(
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v patient>a &lt; b &amp; c\n"
    )


@pytest.mark.slow
def test_silence_is_said_to_be_silence(tmp_path: Path) -> None:
    path = write(tmp_path / "tone.wav", "pcm_s16le", iter([tone(4000)]))
    done = scribe("transcribe", str(path))
    assert done.returncode == 3
    assert "No speech" in done.stderr and done.stdout == ""


@pytest.mark.slow
def test_the_demo_goes_all_the_way_and_marks_everything(demo_run: DemoRun) -> None:
    assert demo_run.code == 0, demo_run.stderr
    assert demo_run.stdout.startswith("DEMO, simulated consultation, not reviewed by a clinician")
    assert "speech to text" in demo_run.stderr
    assert sorted(path.suffix for path in demo_run.files) == [".docx", ".json", ".pdf", ".txt"]
