"""Where the key is kept: keyring, passphrase, recovery code; never in the clear."""

from __future__ import annotations

import keyring as keyring_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.errors import Fixable
from scribe.store import KeyKind, Keyring, Passphrase, Store, key_kind, recover_key, system_keyring
from scribe.store.keys import new_code, read_code
from tests.store.made import OTHER_PIN, PIN, QUICK, FakeKeyring, consultation, every_file

WORDS = "correct horse battery"


def test_a_passphrase_opens_the_store_and_another_does_not(folder) -> None:
    assert key_kind(folder) is None
    Store.open(folder, Passphrase(WORDS, QUICK)).close()
    assert key_kind(folder) is KeyKind.PASSPHRASE
    Store.open(folder, Passphrase(WORDS)).close()
    with pytest.raises(Fixable) as caught:
        Store.open(folder, Passphrase("correct horse batter", QUICK))
    assert caught.value.code == "passphrase-wrong"


def test_a_passphrase_is_the_same_however_its_letters_are_composed(folder) -> None:
    Store.open(folder, Passphrase("Zoë walks at noon", QUICK)).close()
    Store.open(folder, Passphrase("Zoe\u0308 walks at noon")).close()
    with pytest.raises(Fixable):
        Store.open(folder, Passphrase("Zoe walks at noon"))


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Fixable) as caught:
        Passphrase("short")
    assert caught.value.code == "passphrase-short"


def test_another_store_under_the_same_keyring_has_another_key(tmp_path, keyring) -> None:
    for name in ("one", "two"):
        Store.open(tmp_path / name, Keyring(keyring)).close()
    assert len(set(keyring.secrets.values())) == 2
    (tmp_path / "two" / "store.db").write_bytes((tmp_path / "one" / "store.db").read_bytes())
    with pytest.raises(Fixable) as caught:
        Store.open(tmp_path / "two", Keyring(keyring))
    assert caught.value.code == "store-key-wrong"


def test_a_keyring_that_lost_the_key_says_what_to_do(store, open_store, keyring) -> None:
    store.close()
    keyring.secrets.clear()
    with pytest.raises(Fixable) as caught:
        open_store()
    assert caught.value.code == "store-key-missing"
    assert "recovery code" in caught.value.do


def test_a_store_with_a_passphrase_is_not_opened_by_a_keyring(folder, keyring) -> None:
    Store.open(folder, Passphrase(WORDS, QUICK)).close()
    with pytest.raises(Fixable) as caught:
        Store.open(folder, Keyring(keyring))
    assert caught.value.code == "store-other-key"


def test_the_key_can_move_from_passphrase_to_keyring(folder, keyring) -> None:
    with Store.open(folder, Passphrase(WORDS, QUICK)) as store:
        store.keep_key_in(Keyring(keyring))
    assert key_kind(folder) is KeyKind.KEYRING
    Store.open(folder, Keyring(keyring)).close()


def test_without_its_key_file_a_store_stays_shut_and_whole(store, open_store, folder) -> None:
    store.close()
    before = (folder / "store.db").read_bytes()
    (folder / "store.keys").rename(folder / "elsewhere")
    with pytest.raises(Fixable) as caught:
        open_store()
    assert caught.value.code == "key-file-missing"
    assert (folder / "store.db").read_bytes() == before
    (folder / "store.keys").write_text("{")
    with pytest.raises(Fixable) as caught:
        open_store()
    assert caught.value.code == "key-file-damaged"


@pytest.mark.parametrize("source", ["keyring", "passphrase"])
def test_no_secret_lies_on_disk_in_the_clear(folder, keyring, source) -> None:
    with Store.open(folder, Keyring(keyring) if source == "keyring" else Passphrase(WORDS, QUICK)) as store:
        clinician, code = store.create_profile("Dr Jo Field", "GP", pin=PIN)
        profile = store.unlock(clinician.id, PIN)
        profile.begin(consultation(clinician, "gabapentin").encounter)
        root = store._root
        for path, data in every_file(folder):
            for secret in (root, root.hex().encode(), profile._key, code.encode(), PIN.encode(), WORDS.encode()):
                assert secret not in data, path
            assert b"Field" not in data
            assert b"SQLite" not in data


# ---------------------------------------------------------------- system keyrings


def backend(module: str, **attributes: object) -> object:
    return type("Backend", (), {"__module__": module, **attributes})()


@pytest.mark.parametrize(
    "module", ["keyrings.alt.file", "keyring.backends.fail", "keyring.backends.null", "sagecipher.keyring"]
)
def test_a_keyring_that_may_write_plain_text_is_not_trusted(monkeypatch, module) -> None:
    monkeypatch.setattr(keyring_library, "get_keyring", lambda: backend(module))
    assert system_keyring() is None
    with pytest.raises(Fixable) as caught:
        Keyring()
    assert caught.value.code == "no-keyring"


def test_the_trusted_keyring_is_taken_from_a_chain(monkeypatch) -> None:
    trusted = backend("keyring.backends.SecretService")
    chain = backend("keyring.backends.chainer", backends=[backend("keyrings.alt.file"), trusted])
    monkeypatch.setattr(keyring_library, "get_keyring", lambda: chain)
    assert system_keyring() is trusted


def test_a_keyring_that_does_not_answer_says_so() -> None:
    class Locked(FakeKeyring):
        def get_password(self, service: str, username: str) -> str | None:
            raise keyring_library.errors.KeyringLocked("locked")

        def set_password(self, service: str, username: str, password: str) -> None:
            raise keyring_library.errors.PasswordSetError("locked")

    for call in (lambda: Keyring(Locked()).fetch("id", ""), lambda: Keyring(Locked()).keep("id", b"x")):
        with pytest.raises(Fixable) as caught:
            call()
        assert caught.value.code == "keyring-locked"


# ---------------------------------------------------------------- recovery codes


def test_a_recovery_code_opens_everything_when_the_keyring_is_lost(store, open_store, folder, keyring) -> None:
    clinician, code = store.create_profile("Dr Jo Field", "GP", pin=PIN)
    store.create_profile("Dr Sam Hill", "GP", pin=PIN)
    saved = consultation(clinician, "gabapentin").save(store.unlock(clinician.id, PIN))
    store.close()
    keyring.secrets.clear()

    recover_key(folder, code, Keyring(keyring))
    store = open_store()
    profile = store.recover(clinician.id, code, OTHER_PIN)
    assert profile.encounter(saved.encounter.id).patient == saved.encounter.patient
    assert store.unlock(clinician.id, OTHER_PIN).latest_draft(saved.encounter.id) == saved.draft
    with pytest.raises(Fixable):
        store.unlock(clinician.id, PIN)


def test_a_recovery_code_sets_a_new_passphrase(folder) -> None:
    with Store.open(folder, Passphrase(WORDS, QUICK), work=QUICK) as store:
        _, code = store.create_profile("Dr Jo Field", "GP", pin=PIN)
    recover_key(folder, code, Passphrase("another four words here", QUICK))
    Store.open(folder, Passphrase("another four words here")).close()
    with pytest.raises(Fixable):
        Store.open(folder, Passphrase(WORDS))


def test_a_wrong_recovery_code_changes_nothing(store, folder, keyring) -> None:
    store.create_profile("Dr Jo Field", "GP", pin=PIN)
    before = (folder / "store.keys").read_bytes()
    for code, reason in ((new_code(), "code-wrong"), ("ABCD", "code-mistyped")):
        with pytest.raises(Fixable) as caught:
            recover_key(folder, code, Keyring(FakeKeyring()))
        assert caught.value.code == reason
    assert (folder / "store.keys").read_bytes() == before


def test_recovery_needs_a_store(tmp_path, keyring) -> None:
    with pytest.raises(Fixable) as caught:
        recover_key(tmp_path, new_code(), Keyring(keyring))
    assert caught.value.code == "store-missing"


def test_a_code_is_read_as_people_write_it() -> None:
    code = new_code()
    assert len(code.split("-")) == 6
    untidy = " " + code.lower().replace("-", " ").replace("o", "0").replace("i", "1").replace("b", "8")
    assert read_code(untidy) == read_code(code)
    assert new_code() != code


@given(st.text())
def test_what_is_no_code_is_refused_kindly(typed: str) -> None:
    try:
        assert len(read_code(typed)) == 15
    except Fixable as error:
        assert error.code == "code-mistyped"
