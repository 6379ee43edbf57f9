"""Sealed sound: what was safe stays readable after anything; what was changed or moved does not open."""

from __future__ import annotations

import contextlib
import errno
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe.capture.sealed import DiskFile, SealedReader, SealedWriter, destroy, sealed_path
from scribe.capture.sound import Pcm
from scribe.errors import Fixable
from scribe.records import RecordingEvent
from tests.capture.power import PowerlessDisk
from tests.capture.sounds import counted

KEY = bytes(range(32))


def write(folder: Path, *lengths: int, finish: bool = True, key: bytes = KEY) -> Pcm:
    """Append counted sound in pieces of these lengths, in samples."""
    sound = counted(sum(lengths))
    with SealedWriter(folder, key, "r") as writer:
        for piece in np.split(sound, np.cumsum(lengths)[:-1]):
            writer.append(piece)
        writer.flush()
        if finish:
            writer.finish()
    return sound


def read(folder: Path, start_ms: int = 0, end_ms: int | None = None) -> Pcm:
    pieces = list(SealedReader(folder, KEY, "r").pcm(start_ms, end_ms))
    return np.concatenate(pieces) if pieces else np.empty(0, np.int16)


def chunk_ends(folder: Path) -> list[int]:
    """Where each chunk ends in the file, BEGIN first."""
    data = sealed_path(folder, "r").read_bytes()
    ends = [data.index(b"\n") + 1]
    while ends[-1] < len(data):
        ends.append(ends[-1] + 5 + int.from_bytes(data[ends[-1] : ends[-1] + 4], "big"))
    return ends[1:]


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(0, 40_000), min_size=1, max_size=6),
    start_ms=st.integers(0, 8000),
    length_ms=st.integers(0, 8000) | st.none(),
)
def test_what_goes_in_comes_out(tmp_path_factory, lengths, start_ms, length_ms) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("sealed")
    sound = write(folder, *lengths)
    end_ms = None if length_ms is None else start_ms + length_ms

    assert np.array_equal(read(folder), sound)
    part = read(folder, start_ms, end_ms)
    assert np.array_equal(part, sound[start_ms * 16 : None if end_ms is None else end_ms * 16])
    extent = SealedReader(folder, KEY, "r").extent()
    assert (extent.samples, extent.complete) == (len(sound), True)


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 100_000))
def test_wherever_the_file_breaks_off_all_before_is_read_and_it_can_go_on(tmp_path_factory, cut) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("sealed")
    write(folder, *[8000] * 6)
    whole = [end for end in chunk_ends(folder) if end <= cut]
    samples = min(max(len(whole) - 1, 0), 6) * 8000
    path = sealed_path(folder, "r")
    os.truncate(path, min(cut, path.stat().st_size))

    assert np.array_equal(read(folder), counted(samples))
    if SealedReader(folder, KEY, "r").extent().complete:
        return
    with SealedWriter(folder, KEY, "r") as writer:
        assert writer.duration_ms == samples // 16
        writer.append(counted(8000, samples))
        writer.finish()
    assert np.array_equal(read(folder), counted(samples + 8000))


def test_nothing_is_in_the_clear(tmp_path: Path) -> None:
    sound = write(tmp_path, 16_000)

    data = sealed_path(tmp_path, "r").read_bytes()

    assert sound[:8].tobytes() not in data
    assert [path.name for path in tmp_path.iterdir()] == ["r.sound"]


def test_a_tail_of_zeros_is_torn_off(tmp_path: Path) -> None:
    """Power loss may leave a file its length but not its last bytes."""
    write(tmp_path, 8000, 8000, finish=False)
    path = sealed_path(tmp_path, "r")
    data = path.read_bytes()
    path.write_bytes(data[:-9000] + bytes(9000))

    assert np.array_equal(read(tmp_path), counted(8000))


def test_a_wrong_key_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, 8000, finish=False)
    before = sealed_path(tmp_path, "r").read_bytes()

    for use in (
        lambda: list(SealedReader(tmp_path, bytes(32), "r").pcm()),
        lambda: SealedWriter(tmp_path, bytes(32), "r"),
    ):
        with pytest.raises(Fixable) as caught:
            use()
        assert caught.value.code == "sound-locked"
    assert sealed_path(tmp_path, "r").read_bytes() == before


def test_the_sound_of_one_recording_does_not_open_as_that_of_another(tmp_path: Path) -> None:
    write(tmp_path, 8000)
    sealed_path(tmp_path, "r").rename(sealed_path(tmp_path, "other"))

    with pytest.raises(Fixable) as caught:
        list(SealedReader(tmp_path, KEY, "other").pcm())
    assert caught.value.code == "sound-locked"


def test_a_file_that_is_no_sealed_sound_is_left_alone(tmp_path: Path) -> None:
    sealed_path(tmp_path, "r").write_bytes(b"something else entirely, and long enough")

    with pytest.raises(Fixable):
        SealedWriter(tmp_path, KEY, "r")
    assert sealed_path(tmp_path, "r").read_bytes().startswith(b"something")


@pytest.mark.parametrize("harm", ["changed", "swapped", "left out"])
def test_a_chunk_that_was_tampered_with_is_noticed_and_all_before_is_read(tmp_path: Path, harm: str) -> None:
    write(tmp_path, *[8000] * 5)
    path = sealed_path(tmp_path, "r")
    data, ends = path.read_bytes(), chunk_ends(tmp_path)
    second, third = data[ends[1] : ends[2]], data[ends[2] : ends[3]]
    harmed = {
        "changed": second[:100] + bytes([second[100] ^ 1]) + second[101:] + third,
        "swapped": third + second,
        "left out": third,
    }[harm]
    path.write_bytes(data[: ends[1]] + harmed + data[ends[3] :])

    heard: list[Pcm] = []
    if harm == "left out":  # everything after it is off by one, so nothing tells it from a torn tail …
        heard.extend(SealedReader(tmp_path, KEY, "r").pcm())
        assert not SealedReader(tmp_path, KEY, "r").extent().complete  # … but the recording is not whole
    else:
        with pytest.raises(Fixable) as caught:
            heard.extend(SealedReader(tmp_path, KEY, "r").pcm())
        assert caught.value.code == "sound-damaged"
    assert np.array_equal(np.concatenate(heard), counted(8000))


def test_a_finished_recording_that_was_cut_at_a_chunk_is_not_whole(tmp_path: Path) -> None:
    write(tmp_path, 8000, 8000)
    os.truncate(sealed_path(tmp_path, "r"), chunk_ends(tmp_path)[1])

    assert not SealedReader(tmp_path, KEY, "r").extent().complete


def test_a_finished_recording_is_not_taken_up_again(tmp_path: Path) -> None:
    write(tmp_path, 8000)

    with pytest.raises(ValueError, match="finished"):
        SealedWriter(tmp_path, KEY, "r")


def test_no_nonce_is_used_twice(tmp_path: Path) -> None:
    write(tmp_path, *[10] * 300)
    data, ends = sealed_path(tmp_path, "r").read_bytes(), chunk_ends(tmp_path)

    assert len({data[end + 5 : end + 17] for end in ends[:-1]}) == 301


class BrokenDisk(DiskFile):
    """A disk that fills up after so many bytes, in the middle of a write as real ones do."""

    room = 10**9

    def append(self, data: bytes) -> None:
        fits = data[: max(self.room, 0)]
        super().append(fits)
        self.room -= len(fits)
        if len(fits) < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_keeps_what_is_safe_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    disks: list[BrokenDisk] = []

    def open_file(path: Path) -> BrokenDisk:
        disks.append(BrokenDisk(path))
        return disks[0]

    sound = counted(40_000)
    with SealedWriter(tmp_path, KEY, "r", sync_every_ms=0, open_file=open_file) as writer:
        writer.append(sound[:16_000])
        disks[0].room = 20_000
        for _ in range(2):
            with pytest.raises(Fixable) as caught:
                writer.append(sound[16_000:])
            assert caught.value.code == "disk-full"
            assert "0 min 1 s is safe" in caught.value.safe
            assert writer.duration_ms == writer.safe_ms == 1000
            assert np.array_equal(read(tmp_path), sound[:16_000])
        disks[0].room = 10**9
        writer.append(sound[16_000:])
        writer.finish()

    assert np.array_equal(read(tmp_path), sound)


def test_a_disk_that_is_full_from_the_start_says_so(tmp_path: Path) -> None:
    class Full(BrokenDisk):
        room = 10

    with pytest.raises(Fixable) as caught:
        SealedWriter(tmp_path, KEY, "r", open_file=Full)
    assert caught.value.code == "disk-full"


def test_after_power_loss_at_most_a_second_is_missing(tmp_path: Path) -> None:
    sound = counted(100_000)
    disk = PowerlessDisk(tmp_path / "after", random.Random(3))
    writer = SealedWriter(tmp_path / "now", KEY, "r", open_file=disk.open)
    for at in range(0, 100_000, 1600):
        writer.append(sound[at : at + 1600])
        disk.lose_power()
        kept = read(disk.folder)
        assert len(kept) // 16 == writer.safe_ms > writer.duration_ms - 1000
        assert np.array_equal(kept, sound[: len(kept)])
    writer.close()


def test_a_disk_that_writes_what_was_not_synced_in_part_and_in_any_order_loses_no_more(tmp_path: Path) -> None:
    chance = random.Random(5)
    for _ in range(60):
        folder = tmp_path / str(chance.random())
        disk = PowerlessDisk(folder / "after", chance)
        writer = SealedWriter(folder / "now", KEY, "r", sync_every_ms=0, open_file=disk.open)  # as the recorder does
        sound = counted(40_000)
        disk.dies_after = chance.randrange(12)
        with contextlib.suppress(Fixable):
            for at in range(0, 40_000, 8000):
                writer.append(sound[at : at + 8000])
        safe_ms = writer.safe_ms
        writer.close()
        disk.lose_power(tear=True)
        kept = read(disk.folder)
        assert len(kept) // 16 >= safe_ms
        assert np.array_equal(kept, sound[: len(kept)])
        with SealedWriter(disk.folder, KEY, "r") as again:  # and it goes on from there
            again.append(sound[len(kept) :])
            again.finish()
        assert np.array_equal(read(disk.folder), sound)


def struck_writer(folder: Path) -> SealedWriter:
    """Five seconds, of which those from the second on were struck."""
    writer = SealedWriter(folder, KEY, "r")
    for at in range(0, 80_000, 8000):
        writer.append(counted(8000, at))
    assert writer.strike(2200) == (2000, 5000)
    return writer


def test_struck_sound_is_silence_and_its_bytes_are_gone(tmp_path: Path) -> None:
    writer = struck_writer(tmp_path)
    writer.append(counted(8000, 80_000))
    writer.finish()
    said = counted(88_000)
    said[32_000:80_000] = 0

    assert np.array_equal(read(tmp_path), said)
    assert np.array_equal(read(tmp_path, 1900, 5100), said[30_400:81_600])
    reader = SealedReader(tmp_path, KEY, "r")
    assert reader.strikes() == ((2000, 5000),)
    assert (reader.extent().samples, reader.extent().complete) == (88_000, True)
    assert np.array_equal(np.concatenate(list(reader.follow(lambda: True))), said)
    data, ends = sealed_path(tmp_path, "r").read_bytes(), chunk_ends(tmp_path)
    for chunk in range(5, 11):  # BEGIN and four half seconds stand before it
        assert not any(data[ends[chunk - 1] + 5 : ends[chunk]])


def test_striking_again_strikes_only_what_came_since(tmp_path: Path) -> None:
    with struck_writer(tmp_path) as writer:
        assert writer.strike(0) == (0, 5000)
        assert writer.strike(0) == (5000, 5000), "there is nothing left"
        writer.append(counted(8000, 80_000))
        assert writer.strike(1000) == (5000, 5500)
    assert not read(tmp_path).any()


def test_a_strike_that_the_power_cuts_off_is_done_to_its_end_later_or_not_at_all(tmp_path: Path) -> None:
    chance = random.Random(11)
    done = 0
    for run in range(40):
        disk = PowerlessDisk(tmp_path / f"after{run}", chance)
        writer = SealedWriter(tmp_path / f"now{run}", KEY, "r", open_file=disk.open)
        for at in range(0, 80_000, 8000):
            writer.append(counted(8000, at))
        disk.dies_after = chance.randrange(12)
        with contextlib.suppress(OSError, Fixable):
            writer.strike(2000)
            disk.dies_after = None
        writer.close()
        disk.lose_power(tear=True)
        kept = read(disk.folder)
        assert np.array_equal(kept[:32_000], counted(32_000))
        reader = SealedReader(disk.folder, KEY, "r")
        if reader.strikes():
            done += 1
            assert not kept[32_000:].any()
            SealedWriter(disk.folder, KEY, "r").close()
            assert reader.to_erase() == []
        else:
            assert np.array_equal(kept, counted(80_000))
    assert 10 < done < 40, "both were tried"


def test_following_is_not_thrown_by_a_strike(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, KEY, "r")
    writer.append(counted(8000))
    steps = [
        lambda: writer.append(counted(8000, 8000)),
        lambda: (writer.append(counted(8000, 16_000)), writer.strike(1000)),
        writer.finish,
    ]
    heard = list(SealedReader(tmp_path, KEY, "r").follow(lambda: False, wait=lambda: steps.pop(0)() and None))

    assert [int(piece[-1]) for piece in heard] == [int(counted(16_000)[7999]), int(counted(16_000)[15_999]), 0]


def test_what_happened_is_kept_beside_the_sound(tmp_path: Path) -> None:
    gone = RecordingEvent(500, datetime(2026, 11, 25, 14, 3, tzinfo=UTC), "unplugged", "Desk microphone")
    back = RecordingEvent(500, datetime(2026, 11, 25, 14, 4, tzinfo=UTC), "back", "Desk microphone")
    with SealedWriter(tmp_path, KEY, "r") as writer:
        writer.append(counted(8000))
        writer.note(gone)
    with SealedWriter(tmp_path, KEY, "r") as writer:
        writer.note(back)
        writer.append(counted(8000, 8000))
        writer.finish()

    assert SealedReader(tmp_path, KEY, "r").events() == (gone, back)
    assert np.array_equal(read(tmp_path), counted(16_000))
    assert b"Desk" not in sealed_path(tmp_path, "r").read_bytes()


def test_two_channels_are_kept_apart_and_heard_together(tmp_path: Path) -> None:
    sides = np.stack([counted(20_000) // 4, counted(20_000, 500) // 4], axis=1)
    with SealedWriter(tmp_path, KEY, "r", channels=2) as writer:
        writer.append(sides[:12_000])
    with SealedWriter(tmp_path, KEY, "r", channels=2) as writer:
        assert writer.duration_ms == 750
        writer.append(sides[12_000:])
        writer.finish()

    reader = SealedReader(tmp_path, KEY, "r")
    assert np.array_equal(np.concatenate(list(reader.two_channels())), sides)
    assert np.array_equal(read(tmp_path), sides.sum(axis=1))
    assert np.array_equal(read(tmp_path, 100, 900), sides.sum(axis=1)[1600:14_400])
    assert np.array_equal(np.concatenate(list(reader.follow(lambda: True))), sides.sum(axis=1))
    assert (reader.extent().samples, reader.extent().channels) == (20_000, 2)


def test_both_sides_at_once_and_loud_do_not_wrap_round(tmp_path: Path) -> None:
    with SealedWriter(tmp_path, KEY, "r", channels=2) as writer:
        writer.append(np.full((1600, 2), 30_000, np.int16))
        writer.append(np.full((1600, 2), -30_000, np.int16))
        writer.finish()
    assert read(tmp_path)[[0, -1]].tolist() == [32_767, -32_768]


def test_following_a_recording_yields_each_chunk_once_and_ends_with_it(tmp_path: Path) -> None:
    writer = SealedWriter(tmp_path, KEY, "r")
    lengths = [8000, 1600, 16_000]
    heard: list[int] = []

    def another_second() -> None:
        if lengths:
            writer.append(counted(lengths.pop(0), sum(heard)))
        else:
            writer.finish()

    for pcm in SealedReader(tmp_path, KEY, "r").follow(stop=lambda: False, wait=another_second):
        assert np.array_equal(pcm, counted(len(pcm), sum(heard)))
        heard.append(len(pcm))

    assert heard == [8000, 1600, 16_000]


def test_following_waits_for_a_chunk_that_is_only_half_written(tmp_path: Path) -> None:
    write(tmp_path, 8000, 8000)
    path = sealed_path(tmp_path, "r")
    data = path.read_bytes()
    path.write_bytes(data[:20_000])

    heard = list(SealedReader(tmp_path, KEY, "r").follow(lambda: False, wait=lambda: path.write_bytes(data) and None))

    assert np.array_equal(np.concatenate(heard), counted(16_000))


def test_following_stops_when_told_with_all_that_is_there(tmp_path: Path) -> None:
    write(tmp_path, 8000, 8000, finish=False)

    heard = list(SealedReader(tmp_path, KEY, "r").follow(lambda: True, wait=pytest.fail))

    assert sum(map(len, heard)) == 16_000


def test_following_ends_when_the_recording_is_destroyed(tmp_path: Path) -> None:
    write(tmp_path, 8000, finish=False)

    heard = list(SealedReader(tmp_path, KEY, "r").follow(lambda: False, wait=lambda: destroy(tmp_path, "r")))

    assert len(heard) == 1
    with pytest.raises(Fixable) as caught:
        list(SealedReader(tmp_path, KEY, "r").pcm())
    assert caught.value.code == "sound-missing"


def test_destroying_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    write(tmp_path, 8000)
    destroy(tmp_path, "another")
    assert sum(len(piece) for piece in SealedReader(tmp_path, KEY, "r").pcm()) == 8000, "the one that is there stays"
