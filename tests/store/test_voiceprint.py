"""A clinician's voiceprint is kept only where they want it, sealed, and goes when they say so."""

from __future__ import annotations

from pathlib import Path

from scribe.records import Voiceprint
from scribe.store import Profile, Store
from tests.store.made import MORNING, OTHER_PIN, PIN, every_file

PRINT = Voiceprint((0.123456789, 0.987654321), MORNING)


def test_nothing_is_kept_until_it_is_wanted(profile: Profile) -> None:
    assert profile.voiceprint() is None


def test_it_comes_back_after_the_store_was_closed(profile: Profile, store: Store, open_store, folder: Path) -> None:
    profile.save_voiceprint(PRINT)
    clinician = profile.clinician
    store.close()
    assert open_store().unlock(clinician.id, PIN).voiceprint() == PRINT
    assert not any(b"0.123456789" in content for _, content in every_file(folder))


def test_a_new_one_takes_the_place_of_the_old(profile: Profile) -> None:
    profile.save_voiceprint(PRINT)
    newer = Voiceprint((0.6, 0.8), MORNING)
    profile.save_voiceprint(newer)
    assert profile.voiceprint() == newer


def test_nobody_elses_profile_has_it(profile: Profile, store: Store) -> None:
    profile.save_voiceprint(PRINT)
    clinician, _ = store.create_profile("Dr Other", "GP", pin=OTHER_PIN)
    assert store.unlock(clinician.id, OTHER_PIN).voiceprint() is None


def test_it_is_gone_when_it_is_forgotten(profile: Profile) -> None:
    profile.save_voiceprint(PRINT)
    profile.forget_voiceprint()
    assert profile.voiceprint() is None
    profile.forget_voiceprint()  # once more does no harm
