"""From words that were said to a note's terse line. Words are dropped and put into the third person, never added.

The only words that enter are of grammar ("no", "not", "does", "has", "to"), spoken numbers in digits, and British spelling.
"""

from __future__ import annotations

import re

from scribe.extract.numerals import dialled, digits

# Where no other source is named, the lists of this module are our own, of English grammar and of spoken English; spellings are American ones.

_FILLERS = frozenset(
    [
        "um",
        "uh",
        "er",
        "erm",
        "ah",
        "oh",
        "hm",
        "hmm",
        "mm",
        "mmm",
        "uhm",
        "uhh",
        "umm",
        "ehm",
        "eh",
        "ooh",
        "aw",
        "y'know",
        "mhm",
        "ok",
        "okay",
        "alright",
        "yep",
        "yup",
    ]
)
_EMPTY = re.compile(
    r"\b(you know(?! of| if| what| how| when| whether)|i mean|sort of|kind of|kinda|to be honest|as i say|as i said|if you like|if that makes sense|let's say|"
    r"let us say|i would say|i'd say|as such|that sort of thing|that kind of thing|and stuff( like that)?|and things( like that)?|or something( like that)?|"
    r"or anything( like that)?|anything like that|and so on|et cetera|etcetera|at all|to be fair|"
    r"i guess|i suppose|basically|actually|obviously|literally|really|just|quite|pretty much|of course|you see|"
    r"as well|though|also|generally speaking|in terms of|essentially|certainly|definitely|please)\b",
    re.I,
)
_LIKE = re.compile(
    r"(?:(?<=^)|(?<=, )|(?<=\bit's )|(?<=\bis )|(?<=\bwas )|(?<=\band )|(?<=\bbeen ))like,? |,? like(?=,|$)", re.I
)
_LEAD = re.compile(
    r"^(?:(?:so|and|but|because|'cause|cause|then|well|yeah|yes|no|now|or|that|which|like|right|fine|hi|hello|anyway|"
    r"sorry|also|oh|sure|great|good|cool|thank you|thanks|k|mainly|perhaps)\b[,.]*\s+)+",
    re.I,
)
_SPELLING = {
    "diarrhea": "diarrhoea",
    "anemia": "anaemia",
    "edema": "oedema",
    "hemorrhoids": "haemorrhoids",
    "esophagus": "oesophagus",
    "color": "colour",
    "gray": "grey",
    "tumor": "tumour",
    "pediatric": "paediatric",
    "hemoglobin": "haemoglobin",
    "fiber": "fibre",
    "mom": "mum",
    "center": "centre",
    "estrogen": "oestrogen",
}
_INFLECT = {"have": "has", "do": "does", "go": "goes", "be": "is", "am": "is", "are": "is", "get": "gets"}
_PAST_OR_MODAL = frozenset(
    [
        "has",
        "is",
        "does",
        "had",
        "was",
        "were",
        "did",
        "could",
        "would",
        "should",
        "might",
        "may",
        "must",
        "will",
        "can",
        "cannot",
        "can't",
        "couldn't",
        "won't",
        "wouldn't",
        "used",
        "went",
        "got",
        "came",
        "felt",
        "took",
        "saw",
        "ate",
        "drank",
        "slept",
        "woke",
        "fell",
        "hurt",
        "cut",
        "put",
        "let",
        "read",
        "said",
        "told",
        "thought",
        "knew",
        "began",
        "started",
        "found",
        "gave",
        "left",
        "lost",
        "met",
        "paid",
        "ran",
        "sat",
        "sent",
        "stood",
        "kept",
        "held",
        "brought",
        "bought",
        "caught",
        "did",
        "didn't",
        "noticed",
        "tried",
        "gonna",
        "wanna",
        "gotta",
        "dunno",
    ]
)


_NEVER_VERBS = frozenset(
    [
        "about",
        "at",
        "in",
        "on",
        "for",
        "with",
        "to",
        "up",
        "lately",
        "and",
        "or",
        "the",
        "a",
        "an",
        "of",
        "not",
        "also",
        "if",
        "when",
        "that",
    ]
)


def clean(text: str) -> str:
    """Without fillers, empty phrases, stutters and false starts."""
    text = text.replace("’", "'").replace("...", ", ").replace("…", ", ")
    text = re.sub(r"\s*--+\s*", ", ", text)
    words = [
        w for w in dialled(text.split()) if re.sub(r"[^\w']", "", w.lower()) not in _FILLERS or re.search(r"\d", w)
    ]
    text = " ".join(words)
    text = _EMPTY.sub("", text)
    text = _LIKE.sub("", text)
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    text = re.sub(r"([,.])(?:\s*[,.])+", r"\1", text)
    for _ in range(3):  # "I, I, I can't", "the the doctor", "it's it's"
        text = re.sub(r"\b(\w[\w']*(?: \w[\w']*){0,3}),? \1\b(?!')", r"\1", text, flags=re.I)
    text = re.sub(r"\s{2,}", " ", text)
    return text.strip(" ,.;-")


def lead_off(text: str) -> str:
    """Without the joining words with which a clause begins ('and then', 'yeah, so')."""
    previous = None
    while text != previous:
        previous = text
        text = _LEAD.sub("", text).strip(" ,.")
    return text


def third(verb: str) -> str:
    """The third person of a plain verb: 'take' → 'takes'; anything else as it is."""
    low = verb.lower()
    if low in _INFLECT:
        return _INFLECT[low]
    if low in _PAST_OR_MODAL or low.endswith(("ed", "ing", "'t")) or not low.isalpha() or _no_verb(low):
        return verb
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    if low.endswith(("s", "x", "z", "ch", "sh", "o")):
        return verb + "es"
    return verb + "s"


_NO_VERBS = frozenset(
    [
        "from",
        "to",
        "with",
        "on",
        "off",
        "in",
        "into",
        "out",
        "of",
        "for",
        "about",
        "at",
        "up",
        "down",
        "over",
        "by",
        "as",
        "than",
        "now",
        "today",
        "here",
        "there",
        "then",
        "this",
        "that",
        "well",
        "better",
        "worse",
        "some",
        "any",
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "all",
        "both",
        "every",
        "each",
        "no",
    ]
)


def _no_verb(word: str) -> bool:
    return word in _NO_VERBS or (
        word.endswith("ly") and word not in {"rely", "fly", "apply", "reply", "supply", "comply"}
    )


_ADVERBS = r"(?:(?:just|only|still|also|now|then|sometimes|usually|normally|probably|mainly|always|never|generally|occasionally|recently|already|currently|tend to) )*"
_NOUNISH = r"(?:a |an |some |the |this |these |no |any |my |quite |very |really |bad |about |\d|two |three |four |loads |lots |more )"

# (pattern on the clause, replacement). First match wins; \g<rest> and friends are said words.
_FIRST_PERSON: list[tuple[re.Pattern[str], str]] = [
    (re.compile(p, re.I), r)
    for p, r in [
        (r"^i(?:'ve| have)(?: \w+ly)? not (?:had|got|noticed) (?:any |a |an )?", "No "),
        (r"^i (?:haven't|havent|have not)(?: really)? (?:had|got|noticed) (?:any |a |an |no )?", "No "),
        (r"^i (?:don't|do not)(?: really)? (?:have|get) (?:any |a |an |no )", "No "),
        (r"^i (?:don't|do not)(?: really)? (?:have|get) ", "No "),
        (r"^i (?:haven't|have not) (?:really )?", "Has not "),
        (
            r"^i (?:don't|do not) (?:really )?think (?:that )?(?:i've|i have) (?:had |got )?(?:any |a )?",
            "Does not think has ",
        ),
        (r"^i (?:don't|do not) ", "Does not "),
        (r"^i (?:didn't|did not) ", "Did not "),
        (r"^i (?:can't|cannot|can not) ", "Cannot "),
        (r"^i (?:couldn't|could not) ", "Could not "),
        (r"^i (?:wasn't|was not) ", "Was not "),
        (r"^i (?:won't) ", "Will not "),
        (r"^(?:i'm|i am) not ", "Not "),
        (r"^(?:i've|i have) never (?:had )?", "Never had "),
        (r"^i never ", "Never "),
        (r"^(?:i've|i have) (?P<adv>" + _ADVERBS + r")(?:been having|been getting|had|got) (?:a |an |some )?", ""),
        (r"^(?:i've|i have) been (?:feeling )", "Feeling "),
        (r"^(?:i've|i have) been (?=\w+ing\b)", ""),
        (r"^(?:i've|i have) (?:been )?(?=diagnosed)", ""),
        (r"^(?:i've|i have) been ", "Has been "),
        (r"^(?:i've|i have) noticed (?:that )?(?:i've |i have )?", "Noticed "),
        (r"^i've ", "Has "),
        (r"^i have (?=to\b)", "Has "),
        (r"^i have (?:a |an |some )?", ""),
        (r"^i had (?:a |an |some )?", "Had "),
        (r"^(?:i'm|i am) (?:on|taking) ", "Takes "),
        (r"^(?:i'm|i am) (?:a|an) (?=[\w ]+$)", "Is a "),
        (r"^(?:i'm|i am) (?=\w+ing\b)", ""),
        (r"^(?:i'm|i am) ", ""),
        (r"^i was ", "Was "),
        (r"^i'd ", "Would "),
        (r"^i'll ", "Will "),
        (r"^i (?:feel|am feeling) (?:like )?", "Feels "),
        (r"^i felt (?:like )?", "Felt "),
        (r"^i think (?:that )?(?:i've |i have )?(?:got )?", "Thinks "),
        (r"^i (?:can) ", "Can "),
    ]
]
_IMPERSONAL: list[tuple[re.Pattern[str], str]] = [
    (re.compile(p, re.I), r)
    for p, r in [
        (r"^(?:there's|there is|there are|there're) (?:a |an |some )?", ""),
        (r"^there (?:was|were|has been|have been) (?:a |an |some )?", ""),
        (r"^(?:it's|it is|they're|they are|that's|that is) not ", "Not "),
        (r"^(?:it's|it is|it has|that's) been ", "Has been "),
        (r"^(?:it's|it is|they're|they are|that's|that is|this is) (?:a |an )?", ""),
        (r"^(?:it|they|that) (?:doesn't|does not|don't) ", "Does not "),
        (r"^(?:it|they|that) (?:didn't|did not) ", "Did not "),
        (r"^(?:it|they|that) (?:hasn't|haven't) ", "Has not "),
        (r"^(?:it|they|that) (?:isn't|wasn't|aren't|weren't) ", "Not "),
        (r"^(?:it|they|that) (?:was|were) ", "Was "),
        (
            r"^(?:it|they|that) (?=(?:comes|goes|feels|hurts|gets|started|seems|came|went|happens|happened|lasts|lasted|looks|tends|stays|just|only|helps|helped|does|did|did|can|could|might|makes|made|has|had)\b)",
            "",
        ),
        (r"^there's no |^there is no ", "No "),
    ]
]


# "for you", "ask you about": not a subject, so it is left out.
_OBJECT_YOU = re.compile(
    r"(?:\b(?:for|with|to|of|about|on|at) you\b(?=[\s,.?!]*$)|(?<=\bask )you\b ?|(?<=\bgive )you\b ?|(?<=\bsend )you\b ?|(?<=\bmake )you\b ?|(?<=\bbothering )you\b ?|"
    r"(?<=\bhelp )you\b ?|(?<=\bcause )you\b ?|(?<=\bcausing )you\b ?|(?<=\bgiving )you\b ?|(?<=\btell )you\b ?|(?<=\bget )you\b ?|(?<=\bto )see you\b ?)",
    re.I,
)


def first_person(text: str, keep_subject: bool = False) -> str:
    """A patient's clause in the note's voice: 'I've had some diarrhoea' → 'diarrhoea', 'I don't smoke' → 'Does not smoke'."""
    text = lead_off(text)
    for pattern, replacement in _FIRST_PERSON:
        match = pattern.match(text)
        if match:
            rest = text[match.end() :]
            adverb = (match.groupdict().get("adv") or "").strip()
            adverb = "" if adverb.lower() in {"just", "also", "now", "then"} else adverb
            text = replacement + (adverb + " " if adverb else "") + rest
            break
    else:
        match = re.match(rf"^i (?P<adv>{_ADVERBS})(?P<verb>[a-z']+)\b", text, re.I)
        if match:
            adverb = re.sub(r"\b(?:just|also|then|now)\b ?", "", match["adv"], flags=re.I)
            text = adverb + third(match["verb"]) + text[match.end() :]
        elif not keep_subject:
            for pattern, replacement in _IMPERSONAL:
                match = pattern.match(text)
                if match:
                    text = replacement + text[match.end() :]
                    break
    return _persons(text)


def _persons(text: str) -> str:
    """'I', 'my' and 'me' inside the clause, without a subject where grammar allows."""
    swaps = [
        (r"\bi (?:don't|do not)\b", "does not"),
        (r"\bi (?:haven't|have not)\b", "has not"),
        (r"\bi (?:didn't|did not)\b", "did not"),
        (r"\bi (?:can't|cannot)\b", "cannot"),
        (r"\b(?:i'm|i am) not\b", "not"),
        (r"\b(?:i'm|i am)\b", "is"),
        (r"\b(?:i've|i have) (?:had|got)\b", "has had"),
        (r"\b(?:i've|i have)\b", "has"),
        (r"\b(?:i'd)\b", "would"),
        (r"\b(?:i'll)\b", "will"),
        (r"\bi think\b", "thinks"),
        (r"\b(?:my|your) ", ""),
        (r"\bmyself\b", "self"),
        (r"\bme\b", "patient"),
    ]
    for pattern, replacement in swaps:
        text = re.sub(pattern, replacement, text, flags=re.I)
    text = re.sub(
        r"\bi ((?:just |only |still |sometimes |usually )*)([a-z']+)\b",
        lambda m: m[1] + (third(m[2]) if m[2].lower() not in _NEVER_VERBS else m[2]),
        text,
        flags=re.I,
    )
    return text


def second_person(text: str) -> str:
    """A clinician's words to the patient as if the patient had said them, so that one voice serves both."""
    text = re.sub(_OBJECT_YOU, "", text)
    swaps = [
        (r"\byou're\b", "I'm"),
        (r"\byou are\b", "I am"),
        (r"\byou were\b", "I was"),
        (r"\byou've\b", "I've"),
        (r"\byou'd\b", "I'd"),
        (r"\byou'll\b", "I'll"),
        (r"\byourself\b", "myself"),
        (r"\byour\b", "my"),
        (r"\byou\b", "I"),
    ]
    for pattern, replacement in swaps:
        text = re.sub(pattern, replacement, text, flags=re.I)
    return text


# "when is walking", once its "I" is gone: a writer says "when walking".
_WITHOUT_SUBJECT = re.compile(r"\b(if|while|when) (?:is|are) (?!(?:the|a|an|this|that|it|there|my|any|to)\b)", re.I)


def finish(text: str) -> str:
    """Digits, British spelling, no stray ends, one capital at the start."""
    words = digits(text.split())
    words = [_spell(w) for w in words]
    text = " ".join(words).strip(" ,.;:-?!")
    previous = None
    while text != previous:
        previous = text
        text = re.sub(
            r"(?:^|[\s,])(?:and|or|but|so|because|the|a|an|of|like|with|to|is|in|my|for|um|if|at|i|that|then|which|when|it's|'cause|cause|yeah|ok)$",
            "",
            text,
            flags=re.I,
        ).strip(" ,.;:-?!")
    text = re.sub(r"\s+([,.])", r"\1", text)
    text = re.sub(r",(?:\s*,)+", ",", text)
    text = re.sub(r"[.?!]+(?=\s)", ",", text)
    text = _WITHOUT_SUBJECT.sub(r"\1 ", text.replace(";", ","))
    return text[:1].upper() + text[1:]


def _spell(word: str) -> str:
    low = re.sub(r"[^\w]", "", word.lower())
    if low in _SPELLING:
        return re.sub(re.escape(low), _SPELLING[low], word, flags=re.I)
    return word
