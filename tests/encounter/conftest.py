from __future__ import annotations

from collections.abc import Iterator

import pytest

from scribe.encounter import ClipboardGuard, Session
from scribe.records import Encounter
from scribe.store import Profile, Store
from tests.store.made import PIN, Clock


class FakeClipboard:
    def __init__(self) -> None:
        self.held = ""

    def text(self) -> str:
        return self.held

    def clear(self) -> None:
        self.held = ""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def clipboard() -> FakeClipboard:
    return FakeClipboard()


@pytest.fixture
def guard(clipboard: FakeClipboard) -> ClipboardGuard:
    return ClipboardGuard(clipboard)


@pytest.fixture
def profile(clock: Clock) -> Iterator[Profile]:
    with Store.throwaway(clock=clock) as store:
        clinician, _ = store.create_profile("Dr Jo Field", "GP", "GMC 1234567", pin=PIN)
        yield store.unlock(clinician.id, PIN)


@pytest.fixture
def closed() -> list[Encounter]:
    """The encounters whose closing was told, in order, as they were at that moment."""
    return []


@pytest.fixture
def session(profile: Profile, guard: ClipboardGuard, clock: Clock, closed: list[Encounter]) -> Session:
    return Session(profile, guard, closing=closed.append, clock=clock)
