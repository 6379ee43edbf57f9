"""A disk that is really full keeps the store shut, says so, and harms nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scribe.errors import Fixable
from scribe.store import Keyring, Store
from tests.small_disk import SmallDisk
from tests.store.made import PIN, QUICK, Clock, FakeKeyring, consultation


@pytest.fixture
def open_here(small_disk: SmallDisk, keyring: FakeKeyring, clock: Clock) -> Callable[[], Store]:
    return lambda: Store.open(small_disk.folder / "data", Keyring(keyring), clock=clock, work=QUICK)


def test_a_store_that_finds_no_room_to_open_says_so_and_opens_once_there_is(
    small_disk: SmallDisk, open_here: Callable[[], Store]
) -> None:
    with open_here() as store:
        clinician, _ = store.create_profile("Dr Jo Field", "GP", pin=PIN)
        saved = consultation(clinician, "x").save(store.unlock(clinician.id, PIN))
    small_disk.fill()
    with pytest.raises(Fixable) as caught:
        open_here()
    assert caught.value.code == "disk-full"
    assert "cannot open its records" in caught.value.happened
    assert str(small_disk.folder / "data") in caught.value.do
    small_disk.make_room()
    with open_here() as store:
        assert store.unlock(clinician.id, PIN).latest_draft(saved.encounter.id) == saved.draft


def test_the_first_start_on_a_full_disk_can_be_tried_again(
    small_disk: SmallDisk, open_here: Callable[[], Store]
) -> None:
    (small_disk.folder / "data").mkdir()
    for room in (0, 4096, 12_288, 65_536):
        small_disk.fill(but_bytes=room)
        with pytest.raises(Fixable) as caught:
            open_here()
        assert caught.value.code == "disk-full"
    small_disk.make_room()
    with open_here() as store:
        assert store.profiles() == ()


def test_a_disk_that_fills_up_while_the_store_is_open_loses_no_saved_draft(
    small_disk: SmallDisk, open_here: Callable[[], Store]
) -> None:
    with open_here() as store:
        clinician, _ = store.create_profile("Dr Jo Field", "GP", pin=PIN)
        profile = store.unlock(clinician.id, PIN)
        saved = consultation(clinician, "x").save(profile)
        small_disk.fill()
        with pytest.raises(Fixable) as caught:
            for number in range(1000):  # the log may have room left inside it for some
                consultation(clinician, f"y{number}").save(profile)
        assert caught.value.code == "disk-full"
        assert profile.latest_draft(saved.encounter.id) == saved.draft
        small_disk.make_room()
        again = consultation(clinician, "z").save(profile)
        assert profile.latest_draft(again.encounter.id) == again.draft
