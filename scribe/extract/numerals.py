"""Spoken numbers as a note writes them: 'twenty, thirty minutes' becomes '20-30 minutes'."""

from __future__ import annotations

import re

# Where no other source is named, the lists of this module are our own, of plain English.

_UNITS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    w: 10 * (i + 2)
    for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SMALL = _UNITS | _TENS
NUMBER_WORDS = frozenset(_SMALL)
# What may follow a bare "one" for it to be a count and not a pronoun.
_COUNTED = frozenset(
    [
        "second",
        "seconds",
        "minute",
        "minutes",
        "hour",
        "hours",
        "day",
        "days",
        "night",
        "nights",
        "week",
        "weeks",
        "month",
        "months",
        "year",
        "years",
        "time",
        "times",
        "tablet",
        "tablets",
        "capsule",
        "capsules",
        "puff",
        "puffs",
        "drop",
        "drops",
        "dose",
        "doses",
        "spoon",
        "spoonful",
        "spoonfuls",
        "sachet",
        "sachets",
        "unit",
        "units",
        "pint",
        "pints",
        "glass",
        "glasses",
        "bottle",
        "bottles",
        "cigarette",
        "cigarettes",
        "mg",
        "g",
        "ml",
        "mcg",
        "milligram",
        "milligrams",
        "microgram",
        "micrograms",
        "gram",
        "grams",
        "percent",
        "pack",
        "packs",
        "stone",
        "pound",
        "pounds",
        "foot",
        "feet",
        "inch",
        "inches",
        "litre",
        "litres",
        "kilo",
        "kilos",
        "kilogram",
        "kilograms",
        "injection",
        "injections",
        "patch",
        "patches",
    ]
)
_RANGE_WORDS = frozenset({"to", "or"})


def _split(word: str) -> tuple[str, str]:
    """The bare word and the punctuation after it."""
    bare = word.rstrip(".,?!;:…")
    return bare.lower(), word[len(bare) :]


def _read(words: list[str], at: int) -> tuple[str, int, str]:
    """One spoken number at `at`: its digits, how many words it took, the punctuation after it ('' when none)."""
    total: int | None = None
    group = 0  # what has been said since the last "thousand"
    used = 0
    mark = ""
    last_small = 10_000
    while at + used < len(words) and not mark:
        raw = words[at + used]
        pieces = raw.replace("-", " ").split()
        if len(pieces) == 2 and _split(pieces[0])[0] in _TENS and _split(pieces[1])[0] in _UNITS:
            bare, after = _split(pieces[1])
            value = _TENS[_split(pieces[0])[0]] + _UNITS[bare]
        else:
            bare, after = _split(raw)
            if bare == "hundred" and used and 0 < group < 10:
                group, mark, used, last_small = group * 100, after, used + 1, 100
                continue
            if bare == "thousand" and used and group:
                total, group, mark, used, last_small = group * 1000, 0, after, used + 1, 1000
                continue
            following = _split(words[at + used + 1])[0] if at + used + 1 < len(words) else ""
            if bare == "and" and used and last_small == 100 and following in _SMALL:
                used += 1
                continue
            if bare == "point" and used and following in _UNITS:
                digits, end = "", at + used + 1
                while end < len(words) and _split(words[end])[0] in _UNITS:
                    digits += str(_UNITS[_split(words[end])[0]])
                    mark = _split(words[end])[1]
                    end += 1
                    if mark:
                        break
                return f"{(total or 0) + group}.{digits}", end - at, mark
            if bare not in _SMALL:
                break
            value = _SMALL[bare]
        if used and 10 <= group <= 20 and total is None and value >= 10 and last_small == group:
            # "nineteen seventy two": a year said in two halves
            group, last_small = group * 100 + value, value if value in _TENS.values() else 1
        elif used and not ((last_small >= 20 and last_small % 10 == 0 and value < 10) or last_small >= 100 > value):
            break
        else:
            group, last_small = group + value, value
        mark, used = after, used + 1
    if not used:
        return "", 0, ""
    return str((total or 0) + group), used, mark


# What follows where the digits are not dialled: "one, one, one night", "one one one of them", "1-1-1 daily".
_NOT_DIALLED = _COUNTED | {"of", "daily"}
_DIALLED = {("one",) * 3: "111", ("nine",) * 3: "999", ("nine", "one", "one"): "911"}


def _is_number(word: str) -> bool:
    return re.fullmatch(r"\d+(\.\d+)?", word) is not None


def digits(words: list[str]) -> list[str]:
    """The same words with spoken numbers in digits and ranges joined ('2 or 3' → '2-3').

    A bare "one" stays a word unless a unit follows ("one tablet", never "no one").
    """
    words = dialled(words)
    out: list[str] = []
    at = 0
    while at < len(words):
        value, used, mark = _read(words, at)
        following = _split(words[at + used])[0] if used and at + used < len(words) else ""
        previous = out[-1].lower() if out else ""
        if (
            used == 1
            and value in {"1", "0"}
            and (
                mark
                or (following not in _COUNTED and following not in _RANGE_WORDS)
                or previous in {"no", "this", "that"}
            )
        ):
            used = 0
        if used == 1 and value == "1" and following in _RANGE_WORDS and not _read(words, at + 2)[1]:
            used = 0
        if used:
            out.append(value + mark)
            at += used
        else:
            out.append(words[at])
            at += 1
    return _ranges(out)


def _is_dialled(words: list[str], first: int, end: int) -> bool:
    ended = any(word[-1:] in ".?!" for word in words[first : end - 1])
    following = _split(words[end])[0].lower() if end < len(words) and words[end - 1][-1:] not in ".?!" else ""
    return not ended and following not in _NOT_DIALLED


def dialled(words: list[str]) -> list[str]:
    """Numbers to ring that are said digit by digit: "nine nine nine" and "9-9-9" are 999, "nine one one" is 911."""
    out: list[str] = []
    at = 0
    while at < len(words):
        three = tuple(_split(word)[0].lower() for word in words[at : at + 3])
        joined = re.fullmatch(r"(9-9-9|1-1-1|9-1-1)(\D*)", words[at])
        if three in _DIALLED and _is_dialled(words, at, at + 3):
            out.append(_DIALLED[three] + _split(words[at + 2])[1])
            at += 3
        else:
            dials = joined is not None and _is_dialled(words, at, at + 1)
            out.append(words[at].replace("-", "") if dials else words[at])
            at += 1
    return out


def _ranges(words: list[str]) -> list[str]:
    """'20, 30 minutes' and '6 or 7' as '20-30' and '6-7': two rising numbers and nothing else between."""
    out: list[str] = []
    for word in words:
        bare, _ = _split(word)
        if _is_number(bare) and out:
            joined = out[-1].lower() in _RANGE_WORDS and len(out) > 1
            before = out[-2] if joined else out[-1]
            low = before.rstrip(",")
            near = _is_number(low) and float(low) < float(bare) <= max(3 * float(low), float(low) + 2)
            if near and (joined or before.endswith(",") or float(bare) - float(low) <= 2):
                del out[-2 if joined else -1 :]
                out.append(f"{low}-{word}")
                continue
        out.append(word)
    return out
