from __future__ import annotations

import pytest

from scribe.encounter import ClipboardGuard


@pytest.mark.parametrize("back", ["Left knee pain\nNo fever", "Left knee pain\r\nNo fever\r\n"])
def test_what_scribe_copied_is_cleared_however_its_lines_end(guard, clipboard, back) -> None:
    guard.copied("Left knee pain\nNo fever")
    clipboard.held = back
    assert guard.clear_own()
    assert clipboard.held == ""


def test_what_was_copied_elsewhere_is_left_alone(guard, clipboard) -> None:
    clipboard.held = "a telephone number"
    assert not guard.clear_own()
    guard.copied("Left knee pain")
    assert not guard.clear_own()
    assert clipboard.held == "a telephone number"


def test_an_earlier_copy_that_was_put_back_is_cleared_too(guard, clipboard) -> None:
    for text in ("Left knee pain", "No fever"):
        guard.copied(text)
    clipboard.held = "Left knee pain"  # from a clipboard history
    assert guard.clear_own()


def test_the_guard_holds_no_clinical_text_nor_a_hash_that_can_be_looked_up(clipboard) -> None:
    guards = [ClipboardGuard(clipboard) for _ in range(2)]
    for guard in guards:
        guard.copied("Left knee pain")
    held = [repr(vars(guard)) for guard in guards]
    assert all("knee" not in one for one in held)
    assert guards[0]._copied != guards[1]._copied


def test_odd_text_can_be_copied(guard, clipboard) -> None:
    guard.copied("half a \ud800 sign")
    clipboard.held = "half a \ud800 sign"
    assert guard.clear_own()
