"""PINs and profiles on a shared computer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scribe.errors import Bug, Fixable
from scribe.store import Keyring, Store
from tests.store.made import OTHER_PIN, PIN, QUICK, Clock, FakeKeyring, consultation

WRONG = "135246"


def refusal(call, *args) -> Fixable:
    with pytest.raises(Fixable) as caught:
        call(*args)
    return caught.value


@pytest.fixture
def clinician(store):
    return store.create_profile("  Dr Jo   Field ", "GP", "GMC 1234567", pin=PIN)[0]


def test_profiles_are_listed_with_tidy_names(store, clinician) -> None:
    other, _ = store.create_profile("Dr Sam Hill", "GP", pin=PIN)
    assert store.profiles() == (clinician, other)
    assert clinician.name == "Dr Jo Field"


@pytest.mark.parametrize("name, role", [("", "GP"), ("Dr Jo Field", " ")])
def test_a_profile_needs_name_and_role(store, name, role) -> None:
    assert refusal(lambda: store.create_profile(name, role, pin=PIN)).code == "name-missing"
    assert store.profiles() == ()


@pytest.mark.parametrize("pin", ["", "12345", "123456", "987654", "111111", "121212"])
def test_a_pin_that_is_tried_first_is_refused(store, pin) -> None:
    assert refusal(lambda: store.create_profile("Dr Jo Field", "GP", pin=pin)).code == "pin-weak"


def test_only_the_right_pin_unlocks(store, clinician) -> None:
    assert store.unlock(clinician.id, PIN).clinician == clinician
    assert refusal(store.unlock, clinician.id, WRONG).code == "pin-wrong"
    with pytest.raises(Bug):
        store.unlock("nobody", PIN)


def test_wrong_pins_must_wait_longer_and_longer(store, clinician, clock) -> None:
    for _ in range(3):
        assert refusal(store.unlock, clinician.id, WRONG).code == "pin-wrong"
    waits = []
    for _ in range(8):
        waited = timedelta(0)
        while refusal(store.unlock, clinician.id, WRONG).code == "pin-wait":
            clock.advance(timedelta(seconds=15))
            waited += timedelta(seconds=15)
        waits.append(waited.total_seconds())
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_even_the_right_pin_waits(store, clinician, clock) -> None:
    for _ in range(3):
        refusal(store.unlock, clinician.id, WRONG)
    assert refusal(store.unlock, clinician.id, PIN).code == "pin-wait"
    clock.advance(timedelta(seconds=31))
    store.unlock(clinician.id, PIN)
    refusal(store.unlock, clinician.id, WRONG)
    store.unlock(clinician.id, PIN)  # a right one starts the count anew


def test_the_wait_outlives_the_program_and_a_clock_set_back(store, open_store, clinician, clock) -> None:
    for _ in range(3):
        refusal(store.unlock, clinician.id, WRONG)
    store.close()
    store = open_store()
    assert refusal(store.unlock, clinician.id, PIN).code == "pin-wait"
    clock.advance(timedelta(days=-400))
    assert "30 seconds" in refusal(store.unlock, clinician.id, PIN).happened
    clock.advance(timedelta(days=400, seconds=31))
    store.unlock(clinician.id, PIN)


def test_a_try_counts_even_when_the_program_is_ended_in_the_middle(store, clinician, monkeypatch) -> None:
    class Killed(BaseException):
        pass

    def killed(*args: object) -> bytes:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("scribe.store.store.unseal", killed)
        for _ in range(3):
            with pytest.raises(Killed):
                store.unlock(clinician.id, PIN)
    assert refusal(store.unlock, clinician.id, PIN).code == "pin-wait"


def test_one_colleague_s_wrong_pins_do_not_keep_another_out(store, clinician) -> None:
    other, _ = store.create_profile("Dr Sam Hill", "GP", pin=PIN)
    for _ in range(4):
        refusal(store.unlock, clinician.id, WRONG)
    assert refusal(store.unlock, clinician.id, PIN).code == "pin-wait"
    assert store.unlock(other.id, PIN).clinician.name == "Dr Sam Hill"


def test_the_pin_is_asked_again_and_counted_at_signing(store, profile) -> None:
    profile.check_pin(PIN)
    for _ in range(3):
        assert refusal(profile.check_pin, WRONG).code == "pin-wrong"
    assert refusal(profile.check_pin, PIN).code == "pin-wait"
    assert refusal(store.unlock, profile.clinician.id, PIN).code == "pin-wait"


def test_a_pin_can_be_changed_by_the_old_one_only(store, profile) -> None:
    saved = consultation(profile.clinician, "gabapentin").save(profile)
    assert refusal(store.change_pin, profile.clinician.id, WRONG, OTHER_PIN).code == "pin-wrong"
    assert refusal(store.change_pin, profile.clinician.id, PIN, "111111").code == "pin-weak"
    store.change_pin(profile.clinician.id, PIN, OTHER_PIN)
    assert refusal(store.unlock, profile.clinician.id, PIN).code == "pin-wrong"
    assert store.unlock(profile.clinician.id, OTHER_PIN).encounter(saved.encounter.id)


def test_a_recovery_code_opens_its_own_profile_only(store) -> None:
    jo, code = store.create_profile("Dr Jo Field", "GP", pin=PIN)
    sam, _ = store.create_profile("Dr Sam Hill", "GP", pin=PIN)
    assert refusal(store.recover, sam.id, code, OTHER_PIN).code == "code-wrong"
    store.unlock(sam.id, PIN)
    for _ in range(4):
        refusal(store.unlock, jo.id, WRONG)
    store.recover(jo.id, code, OTHER_PIN)  # needs no wait
    store.unlock(jo.id, OTHER_PIN)


def test_a_new_recovery_code_replaces_the_old_one(store) -> None:
    jo, old = store.create_profile("Dr Jo Field", "GP", pin=PIN)
    code = store.new_recovery_code(jo.id, PIN)
    assert refusal(store.recover, jo.id, old, OTHER_PIN).code == "code-wrong"
    store.recover(jo.id, code, OTHER_PIN)


def test_the_pin_alone_opens_nothing_without_the_keyring_s_secret(store, clinician, folder, tmp_path) -> None:
    """The profile's row, carried into another store under another root, does not open with the right PIN."""
    row = store._database.rows("SELECT * FROM profiles")[0]
    with Store.open(tmp_path / "elsewhere", Keyring(FakeKeyring()), clock=Clock(), work=QUICK) as elsewhere:
        with elsewhere._database.transaction():
            marks = ", ".join("?" * len(row))
            elsewhere._database.execute(f"INSERT INTO profiles VALUES ({marks})", *row)
        assert refusal(elsewhere.unlock, clinician.id, PIN).code == "pin-wrong"


def test_a_locked_profile_reads_and_writes_nothing(profile) -> None:
    saved = consultation(profile.clinician, "gabapentin").save(profile)
    profile.lock()
    for call in (
        lambda: profile.encounters(),
        lambda: profile.encounter(saved.encounter.id),
        lambda: profile.save_draft(saved.draft),
        lambda: profile.sound_key(saved.encounter.id),
        lambda: profile.begin(consultation(profile.clinician, "next").encounter),
    ):
        assert refusal(call).code == "profile-locked"
