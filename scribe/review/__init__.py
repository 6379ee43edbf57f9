"""Review and sign: edits are pure functions from draft to draft; `sign` makes the note that can be exported."""

from scribe.review.edits import (
    Change,
    Kind,
    accept_check,
    add_line,
    changes,
    correct_check,
    edit_line,
    move_line,
    remove_check,
    remove_line,
    restore,
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
    "move_line",
    "remove_check",
    "remove_line",
    "restore",
    "sign",
    "sign_demo",
    "stamp",
    "take_omission",
    "typed_note",
    "verify_signed",
]
