"""Review and sign: edits are pure functions from draft to draft; `sign` makes the note that can be exported."""

from scribe.review.again import look_again
from scribe.review.edits import (
    Change,
    Kind,
    accept_check,
    add_line,
    changes,
    correct_check,
    edit_line,
    merge_lines,
    move_line,
    own_words,
    remove_check,
    remove_line,
    restore,
    split_line,
    take_omission,
    typed_note,
)
from scribe.review.risk import by_risk
from scribe.review.signing import DEMO_STAMP, PRODUCT, amend, demo_stamp, sign, sign_demo, stamp, verify_signed

__all__ = [
    "DEMO_STAMP",
    "PRODUCT",
    "Change",
    "Kind",
    "accept_check",
    "add_line",
    "amend",
    "by_risk",
    "changes",
    "correct_check",
    "demo_stamp",
    "edit_line",
    "look_again",
    "merge_lines",
    "move_line",
    "own_words",
    "remove_check",
    "remove_line",
    "restore",
    "sign",
    "sign_demo",
    "split_line",
    "stamp",
    "take_omission",
    "typed_note",
    "verify_signed",
]
