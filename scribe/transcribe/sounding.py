"""How words sound, roughly: what people and recognisers confuse is brought to one letter."""

from __future__ import annotations

import re
from functools import lru_cache

_FOLDED = (
    ("ph", "f"), ("ck|ch|c(?=[aoulrt]|$)|q|x", "k"), ("c(?=[eiy])|z", "s"), ("th", "t"), ("y", "i"), ("rh", "r"),
    ("ae|oe|ee|ea|ie|ei", "i"), ("ou|oo|ow", "u"), ("g(?=[ei])", "j"), (r"(.)\1+", r"\1"), ("e$", ""), ("h", ""),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def sound(words: str) -> str:
    """One key for words that sound alike: "ramapril" and "ramipril" differ in one letter of it."""
    key = re.sub(r"[^a-z]", "", words.lower())
    for pattern, letter in _FOLDED:
        key = re.sub(pattern, letter, key)
    return key
