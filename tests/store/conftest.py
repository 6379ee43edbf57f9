from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scribe.store import Keyring, Profile, Store
from tests.store.made import PIN, QUICK, Clock, FakeKeyring


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def open_store(folder: Path, keyring: FakeKeyring, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the test's store, again after it was closed if need be."""
    opened = []

    def open_it() -> Store:
        opened.append(Store.open(folder, Keyring(keyring), clock=clock, work=QUICK))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def profile(store: Store) -> Profile:
    clinician, _ = store.create_profile("Dr Jo Field", "GP", "GMC 1234567", pin=PIN)
    return store.unlock(clinician.id, PIN)


@pytest.fixture
def other_profile(store: Store) -> Profile:
    clinician, _ = store.create_profile("Dr Sam Hill", "GP", pin=PIN)
    return store.unlock(clinician.id, PIN)
