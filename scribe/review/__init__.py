"""Review and sign: edits are pure functions from draft to draft; `sign` makes the note that can be exported."""

from scribe.draft.sensitive import Sensitivity, sensitivity
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
    see,
    set_apart,
    split_line,
    take_omission,
    typed_note,
)
from scribe.review.eyes import Eyes, Look, most, must_be_seen, short_list, to_settle
from scribe.review.quotes import Quotes
from scribe.review.risk import by_risk
from scribe.review.signing import DEMO_STAMP, PRODUCT, amend, demo_stamp, sign, sign_demo, stamp, verify_signed

__all__ = [
    "DEMO_STAMP",
    "PRODUCT",
    "Change",
    "Eyes",
    "Kind",
    "Look",
    "Quotes",
    "Sensitivity",
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
    "most",
    "move_line",
    "must_be_seen",
    "own_words",
    "remove_check",
    "remove_line",
    "restore",
    "see",
    "sensitivity",
    "set_apart",
    "short_list",
    "sign",
    "sign_demo",
    "split_line",
    "stamp",
    "take_omission",
    "to_settle",
    "typed_note",
    "verify_signed",
]
