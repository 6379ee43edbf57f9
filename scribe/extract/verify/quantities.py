"""Numbers with their units, as people say them and as notes write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where no other source is named, the lists of this module are our own, of plain English and of common units.

_SMALL = {
    "zero": 0, "nought": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_TENS |= {f"{ten.removesuffix('y')}ies": value for ten, value in _TENS.items()}  # "in the one twenties"
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10,
}  # fmt: skip
_COUNTS = {
    "once": 1,
    "twice": 2,
    "thrice": 3,
    "couple": 2,
    "pair": 2,
    "dozen": 12,
    "half": 0.5,
    "quarter": 0.25,
    "single": 1,
    "double": 2,
}
_LATIN = {"od": 1, "bd": 2, "bid": 2, "tds": 3, "tid": 3, "qds": 4, "qid": 4}
_SCALES = {"hundred": 100, "hundreds": 100, "thousand": 1000, "million": 1_000_000}

_UNITS = {
    "second": "s", "minute": "min", "min": "min", "hour": "h", "hr": "h", "hourly": "h", "day": "day", "daily": "day",
    "everyday": "day",
    "night": "night", "week": "week", "weekly": "week", "month": "month", "monthly": "month", "year": "year",
    "yr": "year", "mg": "mg", "milligram": "mg", "microgram": "microgram", "mcg": "microgram", "g": "g", "gram": "g",
    "kg": "kg", "kilo": "kg", "kilogram": "kg", "stone": "stone", "pound": "lb", "lb": "lb", "ml": "ml",
    "millilitre": "ml", "mil": "ml", "litre": "l", "liter": "l", "milliliter": "ml", "unit": "unit", "tablet": "tablet", "capsule": "capsule",
    "puff": "puff", "spray": "spray", "drop": "drop", "sachet": "sachet", "cm": "cm", "centimetre": "cm", "centimeter": "cm", "mm": "mm",
    "millimetre": "mm", "millimeter": "mm", "metre": "m", "meter": "m", "mile": "mile", "degree": "degree", "celsius": "degree", "percent": "%",
    "%": "%", "time": "time", "pint": "pint", "glass": "glass", "bottle": "bottle", "cigarette": "cigarette",
    "pack": "pack", "mmol": "mmol", "bpm": "bpm", "pillow": "pillow", "cup": "cup", "can": "can", "fortnight": "fortnight",
    "drink": "drink", "beer": "beer", "inch": "inch", "foot": "foot", "feet": "foot", "flight": "flight",
    "child": "child", "kid": "child", "children": "child",
}  # fmt: skip
# Units that are a whole number of another: the smaller, and how many.
_WHOLE = {
    "fortnight": ("day", 14.0),
    "week": ("day", 7.0),
    "year": ("month", 12.0),
    "h": ("min", 60.0),
    "g": ("mg", 1000.0),
    "kg": ("g", 1000.0),
    "l": ("ml", 1000.0),
}
TIME_UNITS = frozenset({"s", "min", "h", "day", "night", "week", "month", "year", "fortnight"})
_SLASH = {"7": "day", "52": "week", "12": "month", "24": "h"}
# Where a bare "a day" or "a week" may stand for one.
_ARTICLE_UNITS = frozenset(
    {"s", "min", "h", "day", "night", "week", "month", "year", "fortnight", "glass", "bottle", "pint"}
)

_PIECE = re.compile(
    r"\d{1,3}(?:,\d{3})+(?!\d)|(?:\d+|(?<![\w.])(?=\.\d))(?:\.\d+)?(?::\d\d)?|[a-z]+(?:'[a-z]+)?|[½¼¾%/]|[-–—]|[.,;?!]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit; `unit` is empty where none was named. `start` and `end` are places in the text."""

    value: float
    unit: str
    start: int
    end: int

    def same(self, other: Quantity) -> bool:
        """Whether the two mean the same; a missing unit agrees with any."""
        if not (self.unit and other.unit) or self.unit == other.unit:
            return _near(self.value, other.value)
        mine, theirs = _reduced(self), _reduced(other)
        return mine[1] == theirs[1] and _near(mine[0], theirs[0])


def _near(a: float, b: float) -> bool:
    return abs(a - b) < 1e-6 * max(1.0, abs(a), abs(b))


def _reduced(quantity: Quantity) -> tuple[float, str]:
    value, unit = quantity.value, quantity.unit
    while unit in _WHOLE:
        unit, factor = _WHOLE[unit][0], _WHOLE[unit][1]
        value *= factor
    return value, unit


def unit_of(word: str) -> str:
    """The unit that a word names, in one spelling, or empty."""
    word = word.lower().removesuffix("'s")
    if word in _UNITS:
        return _UNITS[word]
    for ending in ("es", "s"):
        if word.endswith(ending) and word[: -len(ending)] in _UNITS:
            return _UNITS[word[: -len(ending)]]
    return ""


@dataclass(slots=True)
class _Piece:
    text: str
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Every number in a text, with its unit where one follows; ranges give one quantity for each end."""
    pieces = _pieces(text)
    raw: list[Quantity] = []
    at = 0
    while at < len(pieces):
        taken, values = _number(pieces, at)
        if not taken:
            at += 1
            continue
        start, end = pieces[at].start, pieces[at + taken - 1].end
        at += taken
        unit, used = _unit(pieces, at)
        raw += [Quantity(value, unit or own, start, end) for value, own in values]
        at += used
    return _shared_units(raw, text)


def _pieces(text: str) -> list[_Piece]:
    found: list[_Piece] = []
    for match in _PIECE.finditer(text):
        word = match.group().lower()
        # "500mg" and "3d" fall apart into number and letters by themselves; "x6" and "x2" too.
        if word in {"x", "×"}:
            continue
        found.append(_Piece(word, match.start(), match.end()))
    return found


def _number(pieces: list[_Piece], at: int) -> tuple[int, list[tuple[float, str]]]:
    """How many pieces make a number here, and the values with a unit of their own ("3/7" is 3 days)."""
    word = pieces[at].text
    if re.fullmatch(r"[\d,]*(\.\d+)?(:\d\d)?", word) and word[-1].isdigit():
        return _digits(pieces, at)
    if word == "point" and (decimals := _decimals(pieces, at + 1)):
        return 1 + len(decimals), [(float(f"0.{decimals}"), "")]
    if word in _LATIN and _alone(pieces, at):
        return 1, [(float(_LATIN[word]), "time")]
    if word in {"½", "¼", "¾"}:
        return 1, [({"½": 0.5, "¼": 0.25, "¾": 0.75}[word], "")]
    if word in _COUNTS:
        value = float(_COUNTS[word])
        if word == "half" and _text(pieces, at + 1) == "past":
            hours = _spelled(pieces, at + 2)
            if hours:
                return 2 + hours[0], [(hours[1] + 0.5, "")]
        if word in {"half", "couple", "pair", "dozen", "quarter"}:
            return 1 + (_text(pieces, at + 1) == "of"), [(value, "")]
        return 1, [(value, "time" if word in {"once", "twice", "thrice"} else "")]
    if word in {"a", "an"}:
        following = _text(pieces, at + 1)
        if following in _SCALES:
            spelled = _spelled(pieces, at)
            return (spelled[0], [(spelled[1], "")]) if spelled else (0, [])
        if following in {"couple", "dozen", "pair"}:
            return 0, []
        if unit_of(following) in _ARTICLE_UNITS and not (at and unit_of(pieces[at - 1].text)):
            value = 1.5 if _texts(pieces, at + 2, 3) == ["and", "a", "half"] else 1.0
            return 1, [(value, "")]
        return 0, []
    if word in _ORDINALS:
        return 1, [(float(_ORDINALS[word]), "th")]
    spelled = _spelled(pieces, at)
    return (spelled[0], [(spelled[1], "")]) if spelled else (0, [])


def _digits(pieces: list[_Piece], at: int) -> tuple[int, list[tuple[float, str]]]:
    word = pieces[at].text.replace(",", "")
    if ":" in word:
        hours, minutes = word.split(":")
        return 1, [(float(hours.replace(".", "")) + int(minutes) / 60, "")]
    value = float(word)
    if _text(pieces, at + 1) in _SCALES:
        return 2, [(value * _SCALES[_text(pieces, at + 1)], "")]
    below = _text(pieces, at + 2)
    if _text(pieces, at + 1) == "/" and below in _SLASH and value < 100:
        return 3, [(value, _SLASH[below])]
    if _texts(pieces, at + 1, 3) == ["and", "a", "half"]:
        return 4, [(value + 0.5, "")]
    if _text(pieces, at + 1) in {"½", "¼", "¾"}:
        return 2, [(value + {"½": 0.5, "¼": 0.25, "¾": 0.75}[_text(pieces, at + 1)], "")]
    if _text(pieces, at + 1) == "point" and _small(_text(pieces, at + 2)) is not None:
        return 3, [(float(f"{word}.{_small(_text(pieces, at + 2))}"), "")]
    return 1, [(value, "")]


def _spelled(pieces: list[_Piece], at: int) -> tuple[int, float] | None:
    """A number in words from here: how many pieces, and its value; None where there is none."""
    total, current, used, seen = 0.0, 0.0, 0, False
    last = ""
    while True:
        word = _text(pieces, at + used)
        if word in {"-", "–"} and last == "tens" and _text(pieces, at + used + 1) in _SMALL:
            used += 1
            continue
        if word.isdigit() and not seen:
            current, last = float(word), "small"
        elif word in _TENS and last in {"", "hundred"}:
            current += _TENS[word]
            last = "tens"
        elif word in _SMALL and (last in {"", "hundred"} or (last == "tens" and 0 < _SMALL[word] < 10)):
            current += _SMALL[word]
            last = "small"
        elif word in _SCALES and (seen or _text(pieces, at) in {"a", "an"}):
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0.0
            last = "hundred"
        elif (word == "and" and last == "hundred" and _text(pieces, at + used + 1) in {**_SMALL, **_TENS}) or (
            word in {"a", "an"} and not used and _text(pieces, at + 1) in _SCALES
        ):
            used += 1
            continue
        else:
            break
        seen = True
        used += 1
    if not seen:
        return None
    value = total + current
    if _text(pieces, at + used) == "point" and (decimals := _decimals(pieces, at + used + 1)):
        return used + 1 + len(decimals), float(f"{value:.0f}.{decimals}")
    if _texts(pieces, at + used, 3) == ["and", "a", "half"]:
        return used + 3, value + 0.5
    return used, value


def _decimals(pieces: list[_Piece], at: int) -> str:
    decimals = ""
    while (digit := _small(_text(pieces, at + len(decimals)))) is not None and digit < 10:
        decimals += str(digit)
    return decimals


def _small(word: str) -> int | None:
    if word.isdigit() and len(word) == 1:
        return int(word)
    return 0 if word in {"oh", "o"} else _SMALL.get(word)


def _unit(pieces: list[_Piece], at: int) -> tuple[str, int]:
    """The unit that follows a number: at once, or after "of", "more", "full" and the like."""
    for ahead in range(3):
        word = _text(pieces, at + ahead)
        if unit := unit_of(word):
            return unit, ahead + 1
        if word not in {
            "of",
            "more",
            "or",
            "so",
            "full",
            "big",
            "small",
            "whole",
            "the",
            "odd",
            "different",
            "-",
        } or (word == "or" and _text(pieces, at + ahead + 1) != "so"):
            break
    return "", 0


def said_quantities(text: str) -> list[Quantity]:
    """Every number that speech may mean: `quantities`, and what was said in pieces, "nineteen ninety-five", "one twenty over
    eighty", "nine nine nine", "five or six hundred"."""
    found = quantities(text)
    together: list[Quantity] = []
    digits = ""
    for place, one in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        close = after is not None and after.start - one.end <= 2
        if after and close and not one.unit and 10 <= after.value <= 99 and 1 <= one.value <= 99:
            together.append(Quantity(one.value * 100 + after.value, after.unit, one.start, after.end))
        if after and one.value < 10 and _HUNDREDS.fullmatch(text[one.end : after.end].lower()):
            scale = 1000 if after.value >= 1000 else 100
            together.append(Quantity(one.value * scale, after.unit, one.start, one.end))
        if one.value < 10 and one.value.is_integer() and not one.unit:
            digits += str(int(one.value))
            if not (close and after and after.value < 10) and len(digits) > 1:
                together.append(Quantity(float(digits), "", one.start, one.end))
        if not close:
            digits = ""
    return found + together


_HUNDREDS = re.compile(r"[\s,]*(?:or|to|maybe|,)[\s,]*[a-z]+ (?:hundreds?|thousand)")


def _shared_units(found: list[Quantity], text: str) -> list[Quantity]:
    """In "three or four days" and "2-3 weeks" the first number takes the unit of the second."""
    for place in range(len(found) - 2, -1, -1):
        here, after = found[place], found[place + 1]
        between = text[here.end : after.start].lower()
        if (
            not here.unit
            and after.unit
            and re.fullmatch(r"[\s,]*(-|–|or|to|and|maybe|,)?[\s,]*(maybe|even)?\s*", between)
        ):
            found[place] = Quantity(here.value, after.unit, here.start, here.end)
    return found


def _alone(pieces: list[_Piece], at: int) -> bool:
    return not (at and pieces[at - 1].text in {"'", "-"})


def _text(pieces: list[_Piece], at: int) -> str:
    return pieces[at].text if 0 <= at < len(pieces) else ""


def _texts(pieces: list[_Piece], at: int, count: int) -> list[str]:
    return [_text(pieces, place) for place in range(at, at + count)]
