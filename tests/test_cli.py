"""The command line: results on stdout, everything else on stderr, exit codes that mean something."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import docx
import pytest

from scribe import cli, demo_recordings, paths, transcripts
from scribe import line as line_module
from scribe.attribute import numbered
from scribe.errors import Bug
from scribe.export import FORMATS
from scribe.export.samples import write_samples
from scribe.export.site import Site
from scribe.records import Detail, Draft, Encounter, Heading, Line, Mode, Patient, Segment, Word
from scribe.review import sign
from scribe.store import Passphrase, Store
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
        timeout=900,
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


def test_what_was_recognised_before_the_engine_failed_is_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "said.wav", "pcm_s16le", iter([tone(9000)]))
    died = Bug("It stopped twice.", do="Try again.", code="child-died")

    def half(
        line: line_module.Line, recording_id: str, sound: object, *, on_segment: Callable[..., None], **_: object
    ) -> None:
        words = (Word("My", 0, 500, 0.9), Word("knee", 500, 7400, 0.9))
        on_segment(Segment("s1", recording_id, 1, 0, 7400, "My knee", words, "fake@1"), ())
        raise died

    monkeypatch.setattr(line_module.Line, "transcribe", half)
    assert cli.run(["transcribe", str(path), "--format", "text"]) == 1
    out, err = capfd.readouterr()
    assert "My knee" in out
    assert "It came to 0:07" in err and "Try again" in err
    assert cli.run(["draft", str(path)]) == 1
    out, err = capfd.readouterr()
    assert "My knee" in out
    assert "It came to 0:07" in err and "No note was made" in err


def test_a_draft_that_fails_prints_the_transcript_so_that_it_is_not_lost(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise Bug("It stopped twice.", do="Try again.", code="child-died")

    monkeypatch.setattr(line_module.Line, "ledger", fail)
    path = script(tmp_path)
    assert cli.run(["draft", str(path)]) == 1
    out, err = capfd.readouterr()
    said = [utterance["text"] for utterance in json.loads(path.read_text(encoding="utf-8"))["utterances"]]
    assert all(" ".join(text.split()) in out for text in said)
    assert "It stopped twice. No note was made. What was recognised is printed instead." in " ".join(err.split())
    assert "It came to" not in err
    assert cli.run(["draft", str(path), "--format", "json"]) == 1
    assert len(json.loads(capfd.readouterr().out)["turns"]) == len(said)


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
    assert set(turn) >= {"role", "start_ms", "end_ms", "text", "confidence", "words"}
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
    assert sorted(path.suffix for path in demo_run.files) == [
        ".docx",
        ".html",
        ".json",
        ".json",
        ".pdf",
        ".rtf",
        ".txt",
    ]


# ---------------------------------------------------------------- exports


def test_export_lists_formats_and_profiles(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export"]) == 0
    out = capfd.readouterr().out
    assert all(name in out for name in FORMATS) and "default" in out


def test_samples_are_written_in_every_format_and_each_holds(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "samples"
    assert cli.run(["export", "--samples", str(folder)]) == 0
    files = [Path(line) for line in capfd.readouterr().out.splitlines()]
    assert sorted(files) == sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) == 2 * (len(FORMATS) + 1) + 5 + 2 * 11
    pasted = (folder / "clipboard-emis" / "8-problem.txt").read_bytes().decode()
    assert pasted.startswith("Blood pressure check\r\nDrafted with AI (")
    for path in files:
        assert cli.run(["validate", str(path)]) == 0, path.name
        assert capfd.readouterr().out.rstrip().endswith(", it holds")


def test_an_administrator_imports_a_profile_which_is_listed_then(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "clinic.toml"
    profile.write_text('title = "Our clinic"\nformats = ["hl7-2.4-pdf"]\nfolder = "/mnt/engine/in"\n', encoding="utf-8")
    assert cli.run(["export", "--import-profile", str(profile)]) == 0
    assert capfd.readouterr().out == f"{tmp_path / 'site' / 'export' / 'clinic.toml'}\n"
    assert cli.run(["export"]) == 0
    listed = [line.split() for line in capfd.readouterr().out.splitlines()]
    assert ["clinic", "Our", "clinic", "hl7-2.4-pdf", "->", "/mnt/engine/in"] in listed
    profile.write_text('names = "{patient}"\n', encoding="utf-8")
    assert cli.run(["export", "--import-profile", str(profile)]) == 3
    assert "clinic.toml cannot be used" in capfd.readouterr().err


def test_samples_are_not_written_beside_others(tmp_path: Path) -> None:
    assert cli.run(["export", "--samples", str(tmp_path / "samples")]) == 0
    before = sorted((tmp_path / "samples").iterdir())
    assert cli.run(["export", "--samples", str(tmp_path / "samples")]) == 3
    assert sorted((tmp_path / "samples").iterdir()) == before


@pytest.mark.parametrize("suffix", [*(each.suffix for each in FORMATS.values()), ".manifest.json", ".toml", ".csv"])
def test_a_file_that_was_cut_short_is_said_not_to_hold(
    suffix: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], samples: Path
) -> None:
    path = next(each for each in sorted(samples.iterdir()) if each.name.endswith(suffix))
    cut = tmp_path / path.name
    cut.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    assert cli.run(["validate", str(cut)]) == 3
    assert "it does not hold" in capfd.readouterr().out


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    list(write_samples(folder, Site(), datetime(2026, 11, 25, tzinfo=UTC)))
    return folder


def test_what_is_no_file_of_ours_is_named_as_that(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert cli.run(["validate", str(path)]) == 3
    assert "nothing that Scribe writes" in capfd.readouterr().err
    assert cli.run(["validate", str(tmp_path / "gone")]) == 3


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.json", b'[{"name": "A B", "dob": "1961-04-09"}]', "a file that says who the patient is"),
        ("a.json", b'\xef\xbb\xbf{"name": "A B", "dob": "1961-04-09"}', "a file that says who the patient is"),
        ("a.json", b'\xef\xbb\xbf [{"name": "A B"}]', "a file that says who the patient is"),
        ("a.json", b'["cut', "JSON"),
        (
            "a.txt",
            b"[nazar amulet]\nTyped without AI (Scribe 1), signed by A B, 1961-04-09",
            "the text of one heading, as it is copied",
        ),
        ("a.CSV", b"name,dob\r\nA B,1961-04-09\r\n", "a file that says who the patient is"),
        ("a.toml", b"names = '{patient}'", "an export profile"),
    ],
)
def test_what_scribe_reads_is_known_as_well(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, content: bytes, kind: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code = cli.run(["validate", str(path)])
    said = capfd.readouterr().out
    assert said.startswith(f"{name}: {kind}, ") and (code == 0) == ("it holds" in said)
    assert code == (0 if b"1961-04-09" in content else 3)


def test_a_letterhead_is_known_and_checked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name, more in (("good.docx", "{{ patient.name }}"), ("bad.docx", "{{ patient.secret }}")):
        document = docx.Document()
        for text in ("{{ note }}", more):
            document.add_paragraph(text)
        document.save(str(tmp_path / name))
    assert cli.run(["validate", str(tmp_path / "good.docx")]) == 0
    assert capfd.readouterr().out == "good.docx: a clinic's letterhead, it holds\n"
    assert cli.run(["validate", str(tmp_path / "bad.docx")]) == 3
    assert "patient.secret" in capfd.readouterr().out


def test_the_schema_is_printed_as_it_is_published(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["export", "--schema"]) == 0
    assert json.loads(capfd.readouterr().out)["$id"] == "urn:scribe:signed-note:1"


def test_a_signed_note_is_exported_once_more_only_with_its_owners_pin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with Store.open(paths.data_dir(), Passphrase("correct horse battery")) as store:
        clinician, _ = store.create_profile("Dr Jo Field", "GP", "GMC 1234567", pin="274951")
        profile = store.unlock(clinician.id, "274951")
        patient = Patient("Anne Example", date(1950, 1, 2), "9434765919")
        encounter = Encounter("e1", clinician.id, datetime(2026, 11, 25, 9, tzinfo=UTC), Mode.TELEPHONE, (), patient)
        profile.begin(encounter)
        draft = Draft("d", "e1", "", "soap", "1", Detail.STANDARD, (Line("l", "", "history", "Cough", (), ()),))
        headings = (Heading("history", "History"),)
        note = sign(draft, encounter, clinician, headings=headings, confirmed_patient=patient, now=encounter.begun_at)
        profile.save_signed(note)
    out = tmp_path / "out"
    out.mkdir()

    def export(*arguments: str, pin: str = "274951") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"correct horse battery\n{pin}\n"))
        return cli.run(["export", *arguments])

    assert export(note.id[:8], "--to", str(out), pin="111222") == 3
    assert list(out.iterdir()) == []
    assert export("--notes") == 0
    listed = capfd.readouterr().out
    assert listed.startswith(f"{note.id}\tversion 1") and "Anne" not in listed
    assert export(note.id[:8], "--to", str(out), "--format", "txt", "--format", "pdf") == 0
    assert sorted(path.suffix for path in out.iterdir()) == [".json", ".pdf", ".txt"]
    assert export("ffffffff", "--to", str(out)) == 3
    assert export(note.id[:8]) == 3, "nobody said where to"
    assert export(note.id[:8], "--to", str(tmp_path / "away")) == 3
    assert "the export waits" in capfd.readouterr().err
    with Store.open(paths.data_dir(), Passphrase("correct horse battery")) as store:
        profile = store.unlock(clinician.id, "274951")
        (encounter,) = profile.encounters()
        corrected = replace(draft, id="d2", lines=(replace(draft.lines[0], text="Dry cough"),))
        second = sign(
            corrected,
            encounter,
            clinician,
            headings=headings,
            confirmed_patient=patient,
            now=encounter.begun_at,
            replaces=note,
        )
        profile.save_signed(second)
    assert export(note.id, "--to", str(out)) == 3, "a version that was replaced"
    assert f"Export {second.id} instead" in capfd.readouterr().err
    assert export(second.id, "--to", str(out), "--format", "txt") == 0
    (written,) = (path for path in out.glob("*_2.txt"))
    assert f"Version: 2, replaces {note.id}" in written.read_text(encoding="utf-8")
    with Store.open(paths.data_dir(), Passphrase("correct horse battery")) as store:
        profile = store.unlock(clinician.id, "274951")
        profile.save_encounter(replace(profile.encounter("e1"), patient=Patient("Beth Other", date(1961, 4, 9))))
    assert export(second.id, "--to", str(out), "--format", "pdf") == 3
    said = capfd.readouterr().err
    assert "signed for another patient" in said and "Beth" not in said and "Anne" not in said
    assert not list(out.glob("*_2.pdf"))
