from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.errors import Bug
from scribe.records import Segment, Word
from scribe.store.seal import (
    Work,
    WrongKey,
    derive,
    new_key,
    pack,
    seal,
    seal_record,
    unpack,
    unseal,
    unseal_record,
)

# Half surrogates and control characters too: recognisers and paste have given both.
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT, st.floats(allow_nan=False))
def test_any_text_comes_back_as_it_was(text: str, number: float) -> None:
    segment = Segment("s", "r", 1, 0, 10, text, (Word(text, 0, 10, number),), "m")
    assert unpack(Segment, pack(Segment, segment)) == segment


def test_a_number_that_is_none_comes_back() -> None:
    back = unpack(Word, pack(Word, Word("x", 0, 1, float("nan"))))
    assert back.probability != back.probability


def test_a_field_that_came_later_takes_its_default() -> None:
    assert unpack(Word, pack(dict, {"text": "x", "start_ms": 0, "end_ms": 1})) == Word("x", 0, 1)


@given(st.binary(max_size=200), st.data())
def test_a_changed_byte_is_refused(plain: bytes, data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal(key, plain, "here"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WrongKey):
        unseal(key, bytes(sealed), "here")


def test_sealed_bytes_open_only_with_their_key_at_their_place() -> None:
    key = new_key()
    sealed = seal(key, b"left knee", "here")
    assert unseal(key, sealed, "here") == b"left knee"
    assert b"knee" not in sealed
    with pytest.raises(WrongKey):
        unseal(key, sealed, "there")
    with pytest.raises(WrongKey):
        unseal(new_key(), sealed, "here")


def test_the_same_text_never_looks_the_same_twice() -> None:
    key = new_key()
    assert seal(key, b"left knee", "here") != seal(key, b"left knee", "here")


def test_a_record_that_was_tampered_with_says_so_without_its_text() -> None:
    key = new_key()
    sealed = seal_record(key, Word, Word("amoxicillin", 0, 1), "here")
    with pytest.raises(Bug) as caught:
        unseal_record(key, Word, sealed, "there")
    assert caught.value.code == "sealed-cell"
    assert "amoxicillin" not in str(caught.value)


def test_keys_for_different_purposes_differ() -> None:
    secret = new_key()
    assert len({derive(secret, "a"), derive(secret, "b"), secret}) == 3


def test_work_is_kept_with_what_it_sealed() -> None:
    assert Work.parse(str(Work(2, 128, 3))) == Work(2, 128, 3)
    assert Work.parse(str(Work())) == Work()


def test_a_guess_at_a_pin_is_not_cheap() -> None:
    """RFC 9106's second recommendation, or more."""
    assert Work().memory_kib >= 64 * 1024
    assert Work().passes >= 3
