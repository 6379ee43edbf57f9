"""Bad input, one thing after another: each gets an error that says what to do, and nothing is lost."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil
import pytest

from scribe import cli, demo_recordings
from scribe.capture import decode
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.desk import Desk
from scribe.errors import Fixable, ScribeError
from scribe.evaluate.wer import word_errors
from scribe.line import Line
from scribe.records import Mode, Patient, Segment, Stage, Voice
from tests.capture.sounds import tone, write
from tests.fakes import FakeLine
from tests.small_disk import SmallDisk

SPEECH_S = 40


@pytest.fixture(scope="module")
def speech() -> Pcm:
    """The first forty seconds of a bundled consultation."""
    whole = np.concatenate(list(decode.pcm(demo_recordings.recording("telephone-cough").path)))
    return whole[: SPEECH_S * SAMPLE_RATE]


@pytest.fixture(scope="module")
def warnings() -> list[ScribeError]:
    return []


@pytest.fixture(scope="module")
def line(warnings: list[ScribeError]) -> Iterator[Line]:
    """The real engines, with the small model."""
    with Line("whisper-tiny.en", on_warning=warnings.append) as line:
        yield line


def silence() -> Pcm:
    return np.zeros(15 * SAMPLE_RATE, np.int16)


def hiss() -> Pcm:
    return np.random.default_rng(1).normal(0, 300, 15 * SAMPLE_RATE).astype(np.int16)


def music() -> Pcm:
    """A melody with overtones over a chord and a drum."""
    chance = np.random.default_rng(2)
    at = np.arange(SAMPLE_RATE * 4 // 10) / SAMPLE_RATE
    drum = np.exp(-40 * at)

    def note(hz: float) -> np.ndarray:
        return np.exp(-5 * at) * sum(np.sin(2 * np.pi * hz * k * at) / k for k in range(1, 5))

    chord = sum(note(hz) for hz in (131, 165, 196)) / 4
    melody = [262, 294, 330, 349, 392, 440, 494, 523, 494, 440, 392, 349, 330, 294, 262, 196] * 3
    bars = [note(hz) + chord + drum * chance.normal(0, 1, len(at)) for hz in melody]
    return (np.clip(np.concatenate(bars) / 4, -1, 1) * 30_000).astype(np.int16)


# ---------------------------------------------------------------- files that hold no consultation


@pytest.mark.parametrize(
    ("name", "content", "happened"),
    [
        (
            "letter.wav",
            b"Dear colleague, thank you for seeing this patient.",
            "Scribe cannot read “letter.wav” as sound",
        ),
        ("nothing.mp3", b"", "“nothing.mp3” is empty"),
        ("started.wav", b"RIFF\x00\x00", "Scribe cannot read “started.wav” as sound"),
    ],
)
@pytest.mark.parametrize("command", ["transcribe", "draft"])
def test_what_is_no_recording_is_named_and_left_alone(
    command: str, name: str, content: bytes, happened: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert cli.run([command, str(path)]) == 3
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(happened) and "The file is as it was." in err and "Traceback" not in err
    assert path.read_bytes() == content


@pytest.mark.slow
@pytest.mark.parametrize(
    "sound", [silence, hiss, music, lambda: tone(15_000)], ids=["silence", "hiss", "music", "tone"]
)
def test_what_holds_no_speech_gives_no_words(sound: object, line: Line, tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([sound()]))  # type: ignore[operator]
    with pytest.raises(Fixable, match=r"No speech was found in “a\.wav”") as caught:
        line.turns_of_recording(path)
    assert caught.value.code == "no-speech" and caught.value.safe and caught.value.do


@pytest.mark.slow
def test_without_speech_the_command_prints_nothing_but_the_error(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", "pcm_s16le", iter([silence()]))
    done = subprocess.run(
        [sys.executable, "-m", "scribe", "draft", str(path)], capture_output=True, text=True, timeout=900, check=False
    )
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[-1].startswith("No speech was found in “a.wav”. The file is as it was.")


# ---------------------------------------------------------------- files that hold less, or other, than they should


def words(line: Line, path: Path) -> str:
    return " ".join(turn.text for turn in line.turns_of_recording(path))


@pytest.mark.slow
def test_a_truncated_mp3_is_taken_as_far_as_it_goes_and_said_to_be_cut_short(
    line: Line, warnings: list[ScribeError], speech: Pcm, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.mp3", "libmp3lame", iter([speech]))
    whole = words(line, path)
    warnings.clear()
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10 - 7])
    part = words(line, path)
    assert [warning.code for warning in warnings] == ["sound-damaged"]
    assert whole[:100] == part[:100] and len(part) < len(whole)


@pytest.mark.slow
def test_a_telephone_recording_in_stereo_is_understood(line: Line, speech: Pcm, tmp_path: Path) -> None:
    frame = av.AudioFrame.from_ndarray(speech[None], format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    narrow = [out.to_ndarray()[0] for out in av.AudioResampler("s16", "mono", 8000).resample(frame)]
    telephone = write(tmp_path / "t.wav", "pcm_s16le", iter(narrow), rate=8000, layout="stereo")
    wide = write(tmp_path / "w.wav", "pcm_s16le", iter([speech]))
    assert word_errors(words(line, wide), words(line, telephone)).rate < 0.2


# ---------------------------------------------------------------- what breaks on the way


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_the_speech_process_killed_in_the_middle_costs_no_word(line: Line, speech: Pcm) -> None:
    def sound(start_ms: int) -> Iterator[Pcm]:
        yield from np.array_split(speech[start_ms * 16 :], 80)

    def transcribed(kill_at: int) -> list[Segment]:
        segments: list[Segment] = []

        def commit(segment: Segment, voices: tuple[Voice, ...]) -> None:
            segments.append(segment)
            if len(segments) == kill_at:
                assert line._speech.pid
                os.kill(line._speech.pid, signal.SIGKILL)

        line.transcribe("r", sound, total_ms=SPEECH_S * 1000, on_segment=commit)
        return segments

    def text(segments: list[Segment]) -> str:
        return " ".join(segment.text for segment in segments)

    whole, killed = transcribed(0), transcribed(2)
    assert [segment.text for segment in killed[:2]] == [segment.text for segment in whole[:2]]
    assert [segment.number for segment in killed] == list(range(1, len(killed) + 1))
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(killed))
    assert word_errors(text(whole), text(killed)).rate < 0.1  # windows are cut elsewhere, so some words differ


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_ends_the_command_and_its_children(speech: Pcm, tmp_path: Path) -> None:
    path = write(tmp_path / "speech.wav", "pcm_s16le", iter([speech]))
    command = [sys.executable, "-m", "scribe", "transcribe", str(path)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # Whoever runs the tests in the background has their shell make them deaf to Ctrl+C; the command would inherit that.
    with psutil.Popen(command, **pipes, preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL)) as process:
        assert process.stderr.readline().startswith("Speech to text")
        children = process.children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=240)
    assert (process.returncode, out) == (130, "")
    assert "Stopped. Nothing was left half-done." in err
    assert children and not psutil.wait_procs(children, timeout=60)[1]


def test_stopping_on_a_full_disk_can_be_done_again_and_loses_nothing(
    small_disk: SmallDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The desk with the real recorder; the sound's disk is full, the rest of Scribe's is not."""
    path = write(tmp_path / "speech.wav", "pcm_s16le", iter([tone(20_000)]))
    monkeypatch.setattr("tempfile.tempdir", str(small_disk.folder))
    monkeypatch.setattr(
        Desk, "_require_lasting", lambda desk: None
    )  # a throw-away store's sound lies on the small disk
    desk = Desk(listener=lambda event: None, line=FakeLine())
    try:
        desk.open_throwaway()
        encounter = desk.confirm_told(desk.begin(Mode.FACE_TO_FACE, (), Patient("Anne Example")).id)
        desk.start_recording(encounter.id, f"file:{path}")
        small_disk.fill(but_bytes=32_768)
        while desk.recorder_status().problem != "disk-full":
            os.sched_yield()
        for _ in range(2):
            with pytest.raises(Fixable) as caught:
                desk.stop_recording()
            assert caught.value.code == "disk-full"
        heard_ms = desk.recorder_status().elapsed_ms
        small_disk.make_room()
        desk.stop_recording()
        assert desk.encounter(encounter.id).stage is Stage.RECORDED
        assert heard_ms >= 500
        assert desk._latest(encounter.id).duration_ms >= heard_ms  # type: ignore[union-attr]
    finally:
        desk.close()


def test_a_folder_that_cannot_be_used_is_said_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCRIBE_DATA_DIR", str(tmp_path / "file" / "x"))
    assert cli.run(["demo", "--out", str(tmp_path / "out")]) == 3  # a thread left behind would fail this test
    assert "Scribe cannot use its folder" in capfd.readouterr().err
