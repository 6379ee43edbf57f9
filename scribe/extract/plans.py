"""What the clinician tells the patient: assessment, plan, advice and safety net, in the words that were said.

Conditions stay with what hangs on them ("if not better in 3 days, come back"); what may happen never reads as done.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from scribe.extract.clauses import Clause, bare, split
from scribe.extract.phrase import _persons, clean, lead_off, second_person
from scribe.records import Evidence, Status

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that the clinician said. `trigger` when it says when to seek help."""

    text: str
    clause: Clause
    status: Status
    conditional: bool = False
    trigger: bool = False
    more: tuple[Evidence, ...] = ()


LONGEST = 22  # words that one conditional statement may have before its triggers are told apart
_IF = frozenset({"if", "unless", "should", "when", "once", "until", "in case"})
_SEEK = re.compile(
    r"\b(come back|get back|call|ring|phone|contact|speak to|see (?:you|me|us|a|your|the|one)|be seen|let (?:us|me) know|go to|a and e|a & e|a&e|emergency|hospital|999|111|book|reassess|"
    r"give us|get in touch|return|review|straight away|urgent\w*|seek|message us|talk to|follow up|another appointment|ambulance|worried|concern\w*)\b",
    re.I,
)

# What opens a clinician's clause, with what a note says for it and what kind of act it is. First match wins.
_ACTS: list[tuple[re.Pattern[str], str, Status]] = [
    (re.compile(p, re.I), form, status)
    for p, form, status in [
        (
            r"^(?:i|we) (?:don't|do not) think (?:that )?(?:you(?:'ll)?|we) (?:need|have|require)\b",
            "Not thought to need",
            Status.CONSIDERED,
        ),
        (
            r"^(?:i|we) (?:don't|do not) think (?:that )?(?:it's|it is|this is|that's|that is|there's|there is)\b",
            "Not thought to be",
            Status.CURRENT,
        ),
        (r"^(?:i|we) (?:wouldn't|would not) (?:recommend|advise|suggest)\b", "Not advised:", Status.ADVISED),
        (r"^(?:i|we) (?:wouldn't|would not)\b", "Would not", Status.ADVISED),
        (
            r"^(?:i|we)(?:'d| would)? (?:probably |strongly |also |usually |normally )*(?:recommend|suggest|advise)(?: that)? you (?:to )?",
            "Advised to",
            Status.ADVISED,
        ),
        (
            r"^(?:(?:what|that|which) )?(?:i|we)(?:'d| would|'ll| will)? (?:probably |strongly |also |usually |normally )*(?:recommend|suggest|advise)(?: is| that| would be|,)*(?: just)?\b",
            "Advised:",
            Status.ADVISED,
        ),
        (r"^(?:my|our) (?:advice|recommendation|suggestion) (?:is|would be)(?: to)?\b", "Advised:", Status.ADVISED),
        (
            r"^(?:i|we)(?:'d| would|'ll)? (?:like|want|need|prefer|advise|ask|encourage) you to\b",
            "Advised to",
            Status.ADVISED,
        ),
        (
            r"^you(?:'ll| will|'d| would)? (?:also |probably |definitely |still |really )*(?:should|need to|must|have to|ought to|had better)\b",
            "Advised to",
            Status.ADVISED,
        ),
        (
            r"^you (?:shouldn't|should not|mustn't|must not|don't want to|can't|cannot)\b",
            "Advised not to",
            Status.ADVISED,
        ),
        (r"^you (?:don't need to|don't have to|do not need to)\b", "Does not need to", Status.ADVISED),
        (
            r"^(?:please )?(?:just )?(?:make sure|be sure|ensure|remember)(?: that)?(?: you(?:'re| are)?)?(?: to)?\b",
            "Advised to make sure",
            Status.ADVISED,
        ),
        (r"^(?:you (?:can|could) )?(?:just )?try(?: and| to)\b", "Advised to try to", Status.ADVISED),
        (
            r"^(?:it's|it is|it'd be|it would be|it's also) (?:important|worth|best|good|better|advisable|useful|helpful|sensible)(?: that you| to| if you| for you to| just)*\b",
            "Advised:",
            Status.ADVISED,
        ),
        (
            r"^(?:the )?(?:most )?important thing (?:is|would be|to do)(?: is| would be)?(?: to| that you)?\b",
            "Advised:",
            Status.ADVISED,
        ),
        (r"^(?:don't|do not)\b", "Advised: do not", Status.ADVISED),
        (r"^you(?:'re| are) (?:able|welcome|allowed) to\b", "Can", Status.ADVISED),
        (
            r"^you (?:can|could|may|might) (?:also |just |always |still |want to |wish to |have to )*(?=(?:take|use|try|buy|get|have|go|do|put|apply|keep|continue|start|stop|come|call|ring|book|see|drink|eat|speak|also|pick|carry|increase|ask|find|give|rest)\b)",
            "Can",
            Status.ADVISED,
        ),
        (
            r"^(?:so )?(?:what )?(?:i'm|we're|i am|we are) (?:just )?(?:going to|gonna|planning to|hoping to)(?: do is| just)?(?: to)?\b",
            "To",
            Status.PLANNED,
        ),
        (
            r"^(?:what )?(?:i|we)(?:'ll| will|'d like to| would like to| need to| want to| should| shall| have to|'ll need to|'d want to| would)(?: also| just| probably| then| definitely)*(?: do is)?\b",
            "To",
            Status.PLANNED,
        ),
        (r"^(?:i|we) can(?: also| just| always)*\b", "Can", Status.CONSIDERED),
        (r"^(?:i|we) (?:may|might|could)(?: also| need to| have to| just)*\b", "May", Status.CONSIDERED),
        (r"^let's\b", "To", Status.PLANNED),
        (r"^(?:i|we)(?:'ve| have)\b", "Has", Status.DONE),
        (
            r"^(?:i|we) think (?:that )?(?:it's|it is|this is|that's|that is|you've got|you have|you're having|what you have is)\b(?: probably| likely| most likely)?",
            "Thought to be",
            Status.CURRENT,
        ),
        (r"^(?:i|we) think (?:that )?(?:it|this|that) (?:may|might|could) be\b", "Thought possibly", Status.CURRENT),
        (
            r"^(?:i|we)(?:'m| am| are|'re)? (?:think|thinking|suspect|suspecting|wondered|wonder|wondering)(?: that| if| whether)?\b",
            "Thought:",
            Status.CURRENT,
        ),
        (
            r"^(?:it|this|that|all of this|everything)(?: \w+)? (?:sounds|sound|seems|looks|appears)(?: to me)?(?: very| quite| most| a bit| much)?(?: like| as though| as if| that| to be)?(?: (?:it's|it is|this is|it could be))?(?: you(?:'ve| have| may have| might have|'ve got)?(?: got| had)?)?\b",
            "Seems like",
            Status.CURRENT,
        ),
        (r"^you(?:'ve)? (?:most likely |probably )?(?:may|might|could) (?:well )?have\b", "May have", Status.CURRENT),
        (r"^(?:it|this|that) (?:may|might|could)(?: well)?(?: also)? be\b", "May be", Status.CURRENT),
        (
            r"^you (?:probably|most likely|likely) have\b(?: got)?|^you(?:'ve)? probably(?:'ve)? (?:got|have)\b",
            "Probably has",
            Status.CURRENT,
        ),
        (
            r"^(?:it's|it is|this is|that's|that is) (?:probably|most likely|likely)\b(?: to be)?",
            "Probably",
            Status.CURRENT,
        ),
        (r"^you (?:have|'ve got)\b|^you've got\b", "Has", Status.CURRENT),
    ]
]
_IMPERATIVE = re.compile(
    r"^(?:take|use|drink|eat|keep|avoid|stop|start|continue|carry on|rest|apply|put|go|come|call|ring|book|give|get|try|stay|have|do|come back|let us know|monitor|check|increase|reduce|wash|"
    r"taking|drinking|keeping|avoiding|resting|using|having|eating|staying|getting|elevating|elevate|ice|book|finish|complete|pick)\b",
    re.I,
)
_SMALL_TALK = re.compile(
    r"\b(thank you|thanks|bye|good morning|good afternoon|how are you|nice to|no problem|take care|does that (?:sound|make)|how does that sound|any questions|is that ok|happy with that|date of birth|your address|your name|"
    r"hear me|see you now|sorry to hear|i understand|i see|let me just|bear with me|i'm going to ask|ask you (?:a few|some|a couple)|couple of questions|few questions|few more questions)\b",
    re.I,
)


def statements(sentence: Clause) -> list[Told]:
    """What one sentence tells, each part small enough for a line."""
    if _SMALL_TALK.search(sentence.text) and len(sentence.words) < 14:
        return []
    words = [bare(w) for w in sentence.words]
    at = next((i for i, w in enumerate(words) if w in {"if", "unless"} and not _idle_if(words, i)), None)
    if at is None:
        return [told for clause in split(sentence, 16) if (told := _plain(clause)) is not None]
    return _conditional(sentence, words, at)


def _idle_if(words: list[str], at: int) -> bool:
    """'see if', 'wonder if', 'if that's okay': no condition."""
    before = words[at - 1] if at else ""
    after = " ".join(words[at + 1 : at + 4])
    return before in {
        "as",
        "see",
        "wonder",
        "wondering",
        "wondered",
        "know",
        "ask",
        "asking",
        "check",
        "sure",
        "even",
    } or bool(
        re.match(
            r"^(?:that's|that is|it's|you don't mind|you like|i may|i can|that sounds|you're happy|anything$|so\b|you see)\b",
            after,
        )
    )


def _plain(clause: Clause) -> Told | None:
    text = lead_off(clean(clause.text))
    if len(text.split()) < 2 or _SMALL_TALK.search(text):
        return None
    said, status = voice(text)
    return Told(said, clause, status)


def voice(text: str) -> tuple[str, Status]:
    """A clinician's clause in the note's voice, and what kind of act it is."""
    for pattern, form, status in _ACTS:
        match = pattern.match(text)
        if match:
            rest = _patient(text[match.end() :].strip(" ,"))
            return f"{form} {rest}", status
    if _IMPERATIVE.match(text):
        return f"Advised: {_patient(text[:1].lower() + text[1:])}", Status.ADVISED
    text = re.sub(
        r"^(?:there's|there is|there are|it's|it is|this is|that's|that is|they're)(?: a| an)? ", "", text, flags=re.I
    )
    return _patient(text), Status.CURRENT


def _patient(text: str) -> str:
    text = re.sub(r"\b(?:that|which) you(?:'re| are) ", "", text)
    text = re.sub(r"\b(?:i|we)(?:'ll| will)\b", "will", text, flags=re.I)
    text = re.sub(r"\b(?:i'd|we'd|i would|we would) (?:like|want) to\b", "to", text, flags=re.I)
    text = re.sub(
        r"\b(?:we|i) (?:need to|have to|can|could|may|might)\b", lambda m: m[0].split(" ", 1)[1], text, flags=re.I
    )
    text = re.sub(r"\b(?:we're|i'm|we are|i am) (?:going to)\b", "will", text, flags=re.I)
    text = re.sub(r"\b(?:we've|i've)\b", "have", text, flags=re.I)
    text = re.sub(r"\bwe\b ?", "", text, flags=re.I)
    return _persons(second_person(text))


def _conditional(sentence: Clause, words: list[str], at: int) -> list[Told]:
    """'If A or B, then C', 'C if A': condition and consequence together; many triggers each with the consequence."""
    raw = sentence.words
    begin, end = at, len(words)
    after = None  # where the consequence begins, when it follows
    for i in range(at + 2, len(words)):
        following = next((w for w in words[i + 1 : i + 3] if w), "")
        closes = words[i] in {"then"} or (
            raw[i - 1].endswith(",")
            and words[i]
            in {
                "i",
                "i'd",
                "i'll",
                "we",
                "we'd",
                "we'll",
                "please",
                "just",
                "do",
                "come",
                "call",
                "ring",
                "go",
                "take",
                "you",
                "you'd",
                "you'll",
                "then",
                "that's",
                "it's",
                "let",
                "give",
            }
            and not (
                words[i] in {"you", "it's"}
                and following
                in {
                    "get",
                    "start",
                    "notice",
                    "develop",
                    "feel",
                    "have",
                    "keep",
                    "cough",
                    "become",
                    "find",
                    "getting",
                    "feeling",
                }
            )
        )
        if closes:
            after = i
            break
    if after is None and at < 4:
        for i in range(at + 3, len(words)):
            if words[i] in {
                "i",
                "we",
                "you",
                "i'd",
                "we'd",
                "you'd",
                "i'll",
                "we'll",
                "come",
                "call",
                "please",
            } and words[i - 1] not in {"if", "or", "and", "that", "when", "because", "as", "than", "what"}:
                after = i
                break
    lead = sentence.part(0, at) if at else None
    condition = sentence.part(begin, after if after is not None else end)
    action = sentence.part(after, end) if after is not None else lead if at >= 3 else None
    told: list[Told] = []
    if lead is not None and action is not lead and len(lead.words) >= 5:
        told += [t for clause in split(lead, 16) if (t := _plain(clause)) is not None]
    act = ""
    status = Status.ADVISED
    if action is not None:
        act, status = voice(lead_off(clean(action.text)))
        act = re.sub(r"^then ", "", act)
    seek = bool(_SEEK.search(action.text if action is not None else sentence.text))
    triggers = _triggers(condition)
    more = (action.evidence,) if action is not None else ()
    if len(condition.words) + len(act.split()) <= LONGEST or len(triggers) < 2:
        text = _patient(lead_off(clean(condition.text)))
        text = f"{text}, {act[:1].lower() + act[1:]}" if act else text
        return [*told, Told(text, condition, status, conditional=True, trigger=seek, more=more)]
    short = " ".join(act.split()[:12])
    for trigger in triggers:
        text = re.sub(r"^(?:if|unless|or|and|then)\b ?", "", _patient(lead_off(clean(trigger.text))), flags=re.I)
        if len(text.split()) < 2 and not re.search(r"\w{4}", text):
            continue
        told.append(
            Told(
                f"{short} if {text}" if short else f"If {text}",
                trigger,
                status,
                conditional=True,
                trigger=seek,
                more=more,
            )
        )
    return told


def _triggers(condition: Clause) -> list[Clause]:
    """The conditions of a list: parted at commas and 'or'."""
    words = [bare(w) for w in condition.words]
    raw = condition.words
    cuts = [0]
    for i in range(2, len(words)):
        if (
            words[i] == "or"
            or (
                words[i] == "and"
                and words[i + 1 : i + 2]
                and words[i + 1] in {"if", "you", "you're", "your", "it", "any"}
            )
            or (raw[i - 1].endswith(",") and words[i] not in {"and", "or", "um", "uh"} and i - cuts[-1] >= 2)
        ):
            cuts.append(i)
    cuts.append(len(words))
    return [condition.part(a, b) for a, b in itertools.pairwise(cuts) if b - a >= 2]
