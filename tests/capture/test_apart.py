"""A sound system that breaks down takes a process of its own with it, never the window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scribe.capture import apart
from scribe.capture.playback import Player
from scribe.capture.recorder_client import RecorderClient
from scribe.capture.sound import SAMPLE_RATE, Pcm
from scribe.errors import Fixable

SECOND = np.arange(SAMPLE_RATE, dtype=np.int16)
PLAYS = "import sys; print('playing', flush=True); open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())"
HANGS = "import sys; print('playing', flush=True); sys.stdin.close(); import threading; threading.Event().wait()"


def starts(code: str, *more: str) -> apart.Command:
    return lambda *_: [sys.executable, "-c", code, *more]


def test_microphones_are_listed_by_the_process() -> None:
    assert apart.microphones(starts('print(\'["Desk", "Headset"]\')')) == ("Desk", "Headset")


def test_what_the_process_says_is_missing_is_said() -> None:
    says = 'print(\'{"happened": "None.", "safe": "", "do": "Plug in.", "code": "x"}\'); raise SystemExit(3)'
    with pytest.raises(Fixable, match="None") as caught:
        apart.microphones(starts(says))
    assert (caught.value.do, caught.value.code) == ("Plug in.", "x")


@pytest.mark.parametrize("code", ["import os; os.abort()", "print('nonsense')", "raise SystemExit(1)"])
def test_a_sound_system_that_breaks_down_is_an_answer(code: str) -> None:
    with pytest.raises(Fixable, match="sound system does not work") as caught:
        apart.microphones(starts(code))
    assert caught.value.code == "no-microphone"
    with pytest.raises(Fixable, match="cannot be played"):
        Player(starts(code)).play(iter([SECOND]))


def test_a_recorder_that_breaks_down_as_it_opens_the_microphone_is_an_answer(tmp_path: Path) -> None:
    aborts = (
        "import os, sys; from pathlib import Path; from scribe.capture.recorder import main; "
        "main(sys.argv[1], Path(sys.argv[2]), lambda *named: os.abort())"
    )
    recorder = RecorderClient(
        tmp_path, lambda address, handshake: [sys.executable, "-c", aborts, address, str(handshake)]
    )
    with pytest.raises(Fixable, match="sound system does not work"):
        recorder.start("r", tmp_path / "sound", bytes(32))
    recorder.disconnect()


def test_what_is_played_reaches_the_process_whole_and_the_next_takes_its_place(tmp_path: Path) -> None:
    player = Player(starts(PLAYS, str(tmp_path / "played")))
    player.play(iter([SECOND, SECOND]))
    assert player._thread is not None
    player._thread.join()
    assert (tmp_path / "played").read_bytes() == SECOND.tobytes() * 2
    player.play(iter([SECOND]))
    player.stop()


def test_what_waits_opens_nothing_before_it_has_sound_and_ends_with_the_player(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    waits = (
        "import pathlib, sys; first = sys.stdin.buffer.read(2)\n"
        "if first: pathlib.Path(sys.argv[1]).write_bytes(first); print('playing', flush=True); sys.stdin.buffer.read()"
    )
    player = Player(starts(waits, str(opened)))
    player.prepare()
    waiting = player._next
    player.prepare()
    assert waiting is not None and player._next is waiting and not opened.exists()
    player.play(iter([SECOND]))
    assert player._process is waiting and opened.exists()
    player.prepare()
    last = player._next
    player.close()
    assert last is not None and last.returncode is not None and waiting.returncode is not None


def test_where_what_waited_has_died_another_takes_its_place(tmp_path: Path) -> None:
    player = Player(starts(PLAYS, str(tmp_path / "played")))
    player.prepare()
    assert player._next is not None
    player._next.kill()
    player._next.wait()
    player.play(iter([SECOND]))
    assert player._thread is not None
    player._thread.join()
    assert (tmp_path / "played").read_bytes() == SECOND.tobytes()


def test_stopping_does_not_wait_for_the_sound() -> None:
    def endless() -> Iterator[Pcm]:
        while True:
            yield SECOND

    player = Player(starts(HANGS))
    player.play(endless())
    process, thread = player._process, player._thread
    player.stop()
    assert process is not None and process.returncode is not None
    assert thread is not None and not thread.is_alive()
