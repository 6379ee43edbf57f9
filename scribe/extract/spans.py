"""The default extractor: chooses spans with the word reader, resolves answers with rules, phrases with the words said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scribe.extract import plans
from scribe.extract.clauses import Clause, bare, sentences, split
from scribe.extract.coverage import Clause as Span
from scribe.extract.coverage import Worth
from scribe.extract.exchanges import Exchange, Kind, exchanges, is_backchannel
from scribe.extract.extractor import Finding, Watch
from scribe.extract.introduction import introduced
from scribe.extract.phrase import clean, finish, first_person, lead_off
from scribe.extract.questions import Answer, Asked, Reply, asked, reply
from scribe.extract.reader import SECTIONS, Reader, Reading, Readings, shipped
from scribe.extract.slots import slots_of
from scribe.records import (
    Certainty,
    Evidence,
    Experiencer,
    Fact,
    Polarity,
    Reason,
    Role,
    Section,
    Status,
    Turn,
    new_id,
)

# Where no other source is named, the lists of this module are our own, of how English is spoken in a consultation.

NAME = "spans@1"
WORTH_KEEPING = 0.35  # mean chance of a clause's most wanted words; below it no fact is made
_PATIENT_NEVER = {Section.ASSESSMENT, Section.SAFETY_NET, Section.EXAMINATION}
_CLINICIAN_SAYS = {Section.ASSESSMENT, Section.PLAN, Section.SAFETY_NET, Section.EXAMINATION}
_TAG = re.compile(r"^(?:is that (?:right|correct|fair|it)|right|correct|yeah|yes|isn't it|is it|no)\?$", re.I)
# "Was, getting cramps": a verb that lost its sentence.
_BROKEN = re.compile(r"^(?:is|was|are|were|be|has|have|had|will|to|can),", re.I)
_NEGATION = re.compile(r"\b(?:no|not|never|none|nothing|denies|cannot|without|nor|neither)\b|n't\b", re.I)
_DOUBT = re.compile(
    r"\b(?:maybe|perhaps|possibl[ey]|probably|might|may|not sure|thinks?|could be|guess|likely|unsure|seems?|sounds like|looks like)\b",
    re.I,
)
_RELATIVE = re.compile(
    r"\b(?:my|his|her|your|the) (?:mum|mom|mother|dad|father|brother|sister|brothers|sisters|son|daughter|wife|husband|partner|kids?|child|children|aunt|uncle|nan|gran|grandmother|grandfather|grandma|"
    r"grandad|granddad|cousin|parents|boyfriend|girlfriend|family|baby)\b|\b(?:one|no one|nobody) (?:else )?in (?:the|my) family\b",
    re.I,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|am|be|been|have|has|had|do|does|did|can|could|will|would|should|feel|feels|felt|get|gets|got|take|takes|took|go|goes|went|come|comes|came|start|started|stopped|"
    r"use|used|need|think|know|noticed|tried|live|lives|work|works|smoke|drink|eat|eating|hurts?|helps?|seems?|tend|tends|makes?|made|\w+'(?:s|re|ve|m|ll|d)|\w+n't|\w+ed|\w+ing)\b",
    re.I,
)
_OPEN_TOPIC_STOP = frozenset(
    [
        "what",
        "what's",
        "when",
        "where",
        "where's",
        "how",
        "which",
        "who",
        "whose",
        "why",
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "have",
        "has",
        "had",
        "you",
        "your",
        "you've",
        "you're",
        "the",
        "a",
        "an",
        "any",
        "it",
        "it's",
        "its",
        "that",
        "this",
        "these",
        "those",
        "of",
        "for",
        "in",
        "on",
        "to",
        "at",
        "with",
        "and",
        "or",
        "so",
        "if",
        "can",
        "could",
        "would",
        "will",
        "there",
        "tell",
        "me",
        "about",
        "like",
        "been",
        "be",
        "being",
        "kind",
        "sort",
        "much",
        "many",
        "long",
        "often",
        "exactly",
        "else",
        "other",
        "anything",
        "something",
        "describe",
        "mean",
        "say",
        "said",
        "mention",
        "mentioned",
        "feel",
        "feeling",
        "as",
        "from",
        "out",
        "up",
        "i",
        "okay",
        "ok",
    ]
)


@dataclass
class _State:
    """What has been asked and not yet answered, as the exchange is read."""

    questions: list[Clause] = field(default_factory=list)
    topic: Clause | None = None  # the last question, for answers that lean on it


class SpanExtractor:
    """Span-first: what is said stays in the words in which it was said.

    Args:
        reader: the word reader; the shipped one by default.
    """

    name = NAME

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader or shipped()
        self._read: dict[str, Readings] = {}

    def extract(self, turns: Sequence[Turn], watch: Watch) -> Iterator[Finding]:
        """Yields the facts of the talk in the order in which they were said."""
        cut = exchanges(turns)
        for done, exchange in enumerate(cut, 1):
            if watch.cancelled():
                return
            yield from self._exchange(exchange)
            watch.progress(done, len(cut))

    def _exchange(self, exchange: Exchange) -> Iterator[Finding]:
        readings = self._read.get(exchange.turns[0].id)  # the whole talk may have been read already
        if readings is None:
            readings = self._reader.read([*exchange.before, *exchange.turns, *exchange.after])
            for turn in exchange.turns:
                self._read[turn.id] = readings
        state = _State()
        for turn in exchange.turns:
            if turn.role is Role.CLINICIAN:
                yield from self._clinician(turn, exchange, readings, state)
            else:
                yield from self._patient(turn, readings, state)

    def read(self, turns: Sequence[Turn]) -> None:
        """Reads the talk without drawing facts from it, so that `reading` and `worth` can be asked."""
        readings = self._reader.read(turns)
        for turn in turns:
            self._read[turn.id] = readings

    def reading(self, evidence: Sequence[Evidence]) -> Reading:
        """What the reader says of the words cited in a talk that was read; of the piece that matters most."""
        readings = self._read[evidence[0].turn_id]
        return max(
            (readings.over_place(one.turn_id, one.first_word, one.end_word) for one in evidence),
            key=lambda reading: reading.critical * reading.keep,
        )

    def worth(self, clause: Span) -> Worth | None:
        """What a clause of a turn that was read is worth for the note; None for small talk."""
        readings = self._read.get(clause.turn.id)
        if readings is None:
            return None
        reading = readings.over(clause.turn, clause.first_word, clause.end_word)
        return Worth(_importance(reading), _section(reading, clause.turn.role))

    # ------------------------------------------------------------ the clinician speaks

    def _clinician(self, turn: Turn, exchange: Exchange, readings: Readings, state: _State) -> Iterator[Finding]:
        told: list[Clause] = []
        for sentence in sentences(turn):
            text = sentence.text
            for one in introduced(text):
                over = readings.over(turn, sentence.first, sentence.end)
                yield self._finding(one.text, one.section, over, [sentence.evidence], Role.CLINICIAN, said=text)
            if _TAG.match(text.strip()) and told and not state.questions:
                state.questions.append(told[-1])  # "you work nights, is that right?"
                continue
            if len(sentence.words) <= 3 and state.questions:
                said = reply(text)
                if said.answer in {Answer.YES, Answer.NO} and not (text.endswith("?") and said.answer is Answer.YES):
                    # An answer that the recogniser, or the clinician, put into the clinician's turn.
                    yield from self._resolve(state, said, sentence, readings, doubt=None)
                    state.questions.clear()
                    continue
            if sentence.asks:
                state.questions.append(sentence)
                state.topic = sentence
                continue
            told.append(sentence)
            if (
                re.match(r"^(?:so |ok(?:ay)?,? |and |right,? )*(?:so )?(?:you|there's no|no )", text, re.I)
                and sentence is not None
            ):
                state.topic = sentence
        if exchange.kind is not Kind.SUMMARY:
            yield from self._told(told, readings)

    def _told(self, told: list[Clause], readings: Readings) -> Iterator[Finding]:
        """Assessment, plan, safety net and findings: what only the clinician can say."""
        for sentence in told:
            whole = readings.over(sentence.turn, sentence.first, sentence.end)
            if _section(whole, Role.CLINICIAN) not in _CLINICIAN_SAYS:
                continue
            for said in plans.statements(sentence):
                reading = readings.over(said.clause.turn, said.clause.first, said.clause.end)
                section = _section(reading, Role.CLINICIAN)
                if section not in _CLINICIAN_SAYS or reading.keep < WORTH_KEEPING:
                    continue
                if said.trigger:
                    section = Section.SAFETY_NET
                elif section is Section.SAFETY_NET and not said.conditional:
                    section = Section.PLAN
                text = finish(said.text)
                if len(text.split()) < 2 or _BROKEN.match(text):
                    continue
                yield self._finding(
                    text,
                    section,
                    reading,
                    [said.clause.evidence, *said.more],
                    Role.CLINICIAN,
                    status=said.status,
                )

    # ------------------------------------------------------------ the patient speaks

    def _patient(self, turn: Turn, readings: Readings, state: _State) -> Iterator[Finding]:
        if is_backchannel(turn) and not state.questions:
            return
        rest = sentences(turn)
        leaning = state.topic
        if state.questions and rest:
            said = reply(turn.text)
            if said.answer is not Answer.NONE:
                first = rest[0]
                yield from self._resolve(state, said, first, readings, doubt=None, whole=turn)
                state.questions.clear()
                rest = _after(rest, said.used)
            elif not is_backchannel(turn):
                state.questions.clear()
        for number, sentence in enumerate(rest):
            if sentence.asks and sentence.text.endswith("?") and reply(sentence.text).answer is Answer.NONE:
                continue
            for place, clause in enumerate(split(sentence)):
                yield from self._account(clause, readings, leaning if number == 0 and place == 0 else None)
        state.topic = None

    def _account(self, clause: Clause, readings: Readings, leaning: Clause | None) -> Iterator[Finding]:
        reading = readings.over(clause.turn, clause.first, clause.end)
        if reading.keep < WORTH_KEEPING:
            return
        said = lead_off(clean(clause.text))
        if not re.search(r"\w", said) or len(said) < 3:
            return
        evidence = [clause.evidence]
        fragment = not _VERB.search(said) or re.match(r"^(?:it|that|they)\b", said, re.I)
        text = first_person(said)
        if fragment and leaning is not None and asked(leaning.text) is None:  # a closed question lends no topic
            text = _with_topic(text, leaning, readings)
            evidence.insert(0, leaning.evidence)
            reading = reading if len(clause.words) > 2 else readings.over(leaning.turn, leaning.first, leaning.end)
        text = finish(text)
        if (len(text.split()) < 2 and leaning is None and len(text) < 5) or _BROKEN.match(text):
            return
        yield self._finding(text, _section(reading, Role.PATIENT), reading, evidence, clause.role, said=clause.text)

    # ------------------------------------------------------------ questions meet answers

    def _resolve(
        self,
        state: _State,
        said: Reply,
        answer: Clause,
        readings: Readings,
        doubt: Reason | None,
        whole: Turn | None = None,
    ) -> Iterator[Finding]:
        """What a yes or a no says about the last question; an earlier one in the same breath is left for a check."""
        if said.answer is Answer.NONE:
            return
        rest = " ".join(w.text for w in whole.words[said.used :]) if whole else ""
        for place, question in enumerate(state.questions):
            last = place == len(state.questions) - 1
            read = asked(question.text)
            if read is None or read.choice or not read.items:
                continue
            yield from self._answered(
                question, read, said, answer, rest, readings, doubt if last else Reason.PARTIAL_ANSWER
            )

    def _answered(
        self,
        question: Clause,
        read: Asked,
        said: Reply,
        answer: Clause,
        rest: str,
        readings: Readings,
        doubt: Reason | None,
    ) -> Iterator[Finding]:
        reading = readings.over(question.turn, question.first, question.end)
        yes = said.answer is Answer.YES
        if yes and read.negative:
            yes = False  # "there was no swelling, is that right?" "Yeah."
        if reading.keep < WORTH_KEEPING * 0.7:
            return
        named = rest.lower()
        if yes and len(read.items) > 1:
            # Yes to a list says nothing of its members, except those that the answer then names.
            for present, _ in read.items:
                if not _mentions(named, present):
                    yield self._item(present, question, answer, readings, Polarity.PRESENT, Reason.PARTIAL_ANSWER, said)
            return
        for present, absent in read.items:
            text = present if yes else absent
            if (
                re.search(r"\b(?:it|that|this|them|they|those|these|one|so|there)\b", text, re.I)
                and len(text.split()) < 5
            ):
                continue
            if not yes and len(read.items) > 1 and _mentions(named, present):
                continue
            item_doubt = doubt
            if said.answer is Answer.UNSURE and len(read.items) > 1:
                item_doubt = Reason.PARTIAL_ANSWER
            yield self._item(
                text, question, answer, readings, Polarity.PRESENT if yes else Polarity.ABSENT, item_doubt, said
            )

    def _item(
        self,
        text: str,
        question: Clause,
        answer: Clause,
        readings: Readings,
        polarity: Polarity,
        doubt: Reason | None,
        said: Reply,
    ) -> Finding:
        part = _locate(text, question)
        reading = readings.over(part.turn, part.first, part.end)
        replied = answer.part(0, min(len(answer.words), max(1, said.used)))
        return self._finding(
            finish(text),
            _section(reading, Role.PATIENT),
            reading,
            [question.evidence, replied.evidence],
            Role.PATIENT,
            polarity=polarity,
            uncertain=said.answer is Answer.UNSURE,
            said=question.text,
            doubt=doubt,
        )

    # ------------------------------------------------------------ the fact

    def _finding(
        self,
        text: str,
        section: Section,
        reading: Reading,
        evidence: list[Evidence],
        role: Role,
        *,
        status: Status | None = None,
        polarity: Polarity | None = None,
        uncertain: bool = False,
        said: str = "",
        doubt: Reason | None = None,
    ) -> Finding:
        if polarity is None:
            polarity = (
                Polarity.ABSENT
                if re.match(r"^(?:no|not|never|does not|did not|has not|cannot|was not|denies)\b", text, re.I)
                else Polarity.PRESENT
            )
        relative = bool(_RELATIVE.search(said)) or section is Section.FAMILY_HISTORY
        fact = Fact(
            id=new_id(),
            recording_id="",
            problem="",
            section=section,
            statement=text,
            polarity=polarity,
            certainty=Certainty.POSSIBLE if uncertain or _DOUBT.search(text) else Certainty.CERTAIN,
            status=status or (Status.PAST if section is Section.PAST_HISTORY else reading.status),
            experiencer=Experiencer.RELATIVE if relative else Experiencer.PATIENT,
            informant="clinician" if role is Role.CLINICIAN else "patient" if role is Role.PATIENT else "other",
            evidence=tuple(evidence),
            made_by=NAME,
            importance=_importance(reading),
            confidence=float(reading.keep),
            slots=slots_of(text),
        )
        return Finding(fact, doubt)


def _importance(reading: Reading) -> float:
    return round(min(1.0, 0.55 * reading.keep + 0.45 * reading.critical), 4)


def _section(reading: Reading, role: Role) -> Section:
    chances = {s: float(p) for s, p in zip(SECTIONS, reading.sections, strict=True)}
    if role is not Role.CLINICIAN:
        chances = {s: p for s, p in chances.items() if s not in _PATIENT_NEVER}
    return max(chances, key=lambda s: chances[s])


def _after(rest: list[Clause], used: int) -> list[Clause]:
    """The sentences without the first `used` words of the turn."""
    out = []
    for sentence in rest:
        if sentence.end <= used:
            continue
        out.append(
            sentence if sentence.first >= used else sentence.part(used - sentence.first, sentence.end - sentence.first)
        )
    return out


def _mentions(text: str, item: str) -> bool:
    words = {bare(w) for w in text.split()}
    content = [bare(w) for w in item.split() if len(bare(w)) > 3]
    return bool(content) and any(w in words or w.rstrip("s") in words for w in content[-2:])


def _locate(text: str, question: Clause) -> Clause:
    """The words of the question that an item came from, as near as can be told."""
    wanted = {bare(w) for w in text.split()} - {"no", "not", "does", "has", "did"}
    places = [i for i, w in enumerate(question.words) if bare(w) in wanted]
    return question.part(places[0], places[-1] + 1) if places else question


def _with_topic(text: str, leaning: Clause, readings: Readings) -> str:
    """An answer that leans on its question, with the question's own words before it: 'Pain: comes and goes'."""
    question = leaning.text.lower()
    for pattern, form in _FORMS:
        if re.search(pattern, question):
            if re.match(r"^(?:" + form.split(" ")[0][:4] + r")", text, re.I):
                return text
            said = re.sub(r"^(?:it )?(?:was|were) ", "", text, flags=re.I) if form == "Started" else text
            return f"{form} {said[:1].lower() + said[1:]}"
    keep = readings.keep(leaning.turn)[leaning.first : leaning.end]
    topic = [
        re.sub(r"[^\w'/-]", "", w)
        for w, k in zip(leaning.words, keep, strict=True)
        if k >= 0.4 and bare(w) not in _OPEN_TOPIC_STOP
    ][:4]
    have = {w.lower()[:5] for w in text.split()}
    topic = [w for w in topic if w.lower()[:5] not in have]
    if not topic:
        return text
    return f"{' '.join(topic)}: {text[:1].lower() + text[1:]}"


# Open questions whose answer has a fixed form in a note. The form uses the question's own verb.
_FORMS: list[tuple[str, str]] = [
    (
        r"\b(?:who|anyone) (?:do you |are you |else )?(?:live|living) with|who's at home|who is at home|who else lives",
        "Lives with",
    ),
    (
        r"\bwhat do you do\b(?! (?:when|if|to))|\b(?:what's|what is) your (?:job|occupation)|what (?:kind|sort|type) of (?:work|job)|what work do|for (?:a living|work)\b",
        "Works as",
    ),
    (r"\ballergic to\b|\ballerg(?:y|ies)\b", "Allergic to"),
    (r"\bwhen (?:did|was|has).*\b(?:start|begin|began)|how long ago did", "Started"),
]
