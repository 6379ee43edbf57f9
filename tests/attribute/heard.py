"""Consultations as a recogniser hears them: words with times, and voices as made-up vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scribe.records import Role, Segment, Turn, Voice, Word

WORD_MS, PAUSE_MS = 300, 200
TALK = (
    ("C", "Good morning, have a seat. What can I do for you today?"),
    ("P", "I've had this pain in my chest since Tuesday, doctor, and it's really worrying me."),
    ("C", "Can you tell me where exactly you feel it? Does it go anywhere else, like your arm or your jaw?"),
    ("P", "It's here in the middle. No, it doesn't go anywhere, I just feel it when I climb the stairs."),
    ("C", "Okay. Do you have any other medical problems, and do you take any regular medicines?"),
    ("P", "I take something for my blood pressure, and I used to smoke until my daughter was born."),
    ("C", "So what I'd like to do is examine you, and then we'll arrange an ECG and some blood tests."),
    ("P", "Right, okay. My dad had a heart attack, so I'm a bit scared that I've got the same."),
    ("C", "I can understand that. Have you noticed any shortness of breath, or any swelling of your ankles?"),
    ("P", "I do get out of breath, yeah, but I'm not very fit, I don't think I've any swelling."),
)
_ROLES = {"C": Role.CLINICIAN, "P": Role.PATIENT, "O": Role.OTHER}


def heard(
    talk: Sequence[tuple[str, str]], likeness: float = 0.6, one_segment: bool = False, seed: int = 1
) -> tuple[list[Segment], list[Voice], list[Role]]:
    """Segments, voices and the true role of each word.

    Args:
        talk: who ("C", "P", "O") says what.
        likeness: cosine between the voices of two people.
        one_segment: whether the recogniser cut nothing.
        seed: of the noise on the voices.
    """
    chance = np.random.default_rng(seed)
    common = chance.standard_normal(256)
    bases: dict[str, np.ndarray] = {}
    segments, voices, roles = [], [], []
    at = 0
    for number, (who, text) in enumerate(talk, 1):
        words = [Word(word, at + n * WORD_MS, at + (n + 1) * WORD_MS) for n, word in enumerate(text.split())]
        segments.append(Segment(f"s{number}", "r", number, at, words[-1].end_ms, text, tuple(words), "fake"))
        roles += [_ROLES[who]] * len(words)
        if who not in bases:
            own = chance.standard_normal(256)
            bases[who] = likeness**0.5 * common + (1 - likeness) ** 0.5 * own
        for start in range(at, words[-1].end_ms - 500, 800):
            vector = bases[who] + 0.35 * chance.standard_normal(256)
            vector /= np.linalg.norm(vector)
            voices.append(Voice("r", start, min(start + 1600, words[-1].end_ms), tuple(vector.tolist())))
        at = words[-1].end_ms + PAUSE_MS
    if one_segment:
        every = tuple(word for segment in segments for word in segment.words)
        segments = [Segment("s1", "r", 1, 0, every[-1].end_ms, "", every, "fake")]
    return segments, voices, roles


def right(turns: Sequence[Turn], roles: Sequence[Role]) -> float:
    """The share of words with their true role."""
    found = [turn.role for turn in turns for _ in turn.words]
    assert len(found) == len(roles)
    return sum(a is b for a, b in zip(found, roles, strict=True)) / len(roles)


def mean_confidence(turns: Sequence[Turn]) -> float:
    return sum(turn.confidence * len(turn.words) for turn in turns) / sum(len(turn.words) for turn in turns)
