"""Whether a candidate reads as a line of a note at all, whoever proposed it.

Dropped are the remains of speech, courtesies, and things put into the wrong mouth: advice that nobody gave, a diagnosis
made of a "might". None of it is a slip that a reviewer could settle; its words come back in the coverage lane.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scribe.extract.clauses import sentences
from scribe.extract.verify import medicines
from scribe.extract.verify.checks import SURE_OF_SPEAKER
from scribe.records import TO_DO, Fact, Polarity, Role, Section, Turn

# Where no other source is named, the lists of this module are our own: ways of spoken English in a consultation, by kind. No
# entry may stand for one talk, and test_sense.py holds what they must leave alone.

# "I, you know, cycling", "You mentioned a few days", "It's, swollen": a note's line has no speaker in it.
_SPEAKS = re.compile(r"^(?:i|you|we|he|she|it|they|there)(?:'(?:s|m|re|ve|d|ll))?\b", re.I)
# Begins as speech goes on, in the middle of a thought.
_GOES_ON = re.compile(
    r"^(?:(?:oh+|um+|uh+|so|yeah|aye|okay|said|called|because|however|when|under (?:her|his|your|my)(?: \w+)?$|(?:has )?noted (?:on|in)(?: [\w-]+){0,4}$|"
    r"since (?:stop|start|tak)\w*(?: (?!has|had|is|was|feels?|gets?)\w+){0,4}$|with (?:the|an?|this|that|some) \w+ (?:has|have|had|is|was|are|were)|with (?:couple|few)|"
    r"the (?:main )?things?|something (?:like (?:this|that|it)|that)|(?:had|has|have) something (?:like (?:this|that|it)|maybe)|"
    r"to the (?!(?:left|right|front|back|inside|outside|side|top|bottom) of\b)|"
    r"for (?!\w+ (?:days?|weeks?|months?|years?|hours?)\b|about|around|over|the (?:last|past)|a (?:few|couple|while|long)|\d)|maybe \w+$|"
    r"your|again|ever|to see how(?!.*\b(?:day|week|month)s?\b)|thinks? that's|"
    r"given (?:that|how|has|is|was|had|have|he|she|you|they|(?:the|her|his|your|their) (?:history|symptoms|findings|situation)))\b|"
    r"(?:well|still|around|otherwise|nothing),)",
    re.I,
)
# Left in the middle of one.
_BREAKS_OFF = re.compile(
    r"^(?:no )?(?:shortness|lack|loss|sense|(?:the )?(?:most|least) (?:common|likely|probable|important|usual)(?: (?:diagnosis|cause|reason|thing|one))?)$|"
    r"^(?:[\w']+ ){0,3}(?:it|this|that|them)$|, (?:before|yes|no|again)$|^(?:the )?\w+ (?:itself|themselves)$|"
    r"\b(?:be able|having|being|it's|in terms|you|we|sort|whatever|what)$|(?<!sure)(?<!know)(?<!say) (?:where|when|how|which|what) exactly$",
    re.I,
)
# Words that only speech has (of Scots and Irish too), and commas where no writer puts one: after "and", after the verb that
# needs the next word; two verbs in a row of two clauses.
_SPOKEN = re.compile(
    r"\b(?:yeah|aye|yep|erm|um|uh|whatever|you know|i mean|wee (?:bit|thing)|i'm|i've|i'll|gonna|wanna|gotta|dunno)\b"
    r"|\b(?:and|or|but|the|a|an|to|of|my|your|because|which),"
    r"|\bfor (?:(?:about|around|maybe) )?\d+ \w+ ago\b|\b(?:take|go) (?:\w+ )*from there$"
    r"|, right(?:,|$)|^(?:feels?|feeling|has|had|is|was|been|felt|got|getting|can't|cannot|takes?),"
    r"|^does(?: not|n't) know (?!if|whether|how|what|why|when|who|which|where|about|(?:(?:the|his|her|its|their|exact) )*(?:dose|strength|name|date|result|cause|reason)\b)"
    r"|\bto (?:it|that|this|there|he|she|they|i|we)(?:'s|'re|'ll)\b|\bto is\b|\b(\w+), \1\b(?!')|\b(\w+(?: \w+)?) and \2\b|\b(is|are|was|were|has|have) \3\b|\b(?:take|have|has) like\b",
    re.I,
)
# A person or a place that only the speakers could see: "I" in the middle, "round here".
_POINTS = re.compile(
    r"(?<!ype )(?<!tage )(?<!rade )(?<!lass )(?<!olar )\bI\b(?!-)|\b(?i:(?:round|along|down|up|just|over|in|around) here)\b"
)
# Two things that cannot both be: alone, and with another grown-up; a relative's illness, and no family history.
_AT_ODDS = re.compile(
    r"\blives? (?:alone|by \w+self|on (?:her|his|their) own)\b.*\bwith (?:\w+ )?(?:partner|husband|wife|boyfriend|girlfriend|mother|father|mum|dad|parents|family|flatmates?|friends?)\b|^(?:mother|father|brother|sister|mum|dad)\b.*\bno family history\b",
    re.I,
)
# What comes after the cited words of a sentence and denies them: "an x-ray today" — "isn't needed".
_DENIED_AFTER = re.compile(
    r"^\W*(?:(?:really|just|probably|certainly|usually) )*(?:(?:wo|would|is|are|was|were|do|does|did|has|have|ca|could|should)n['’]t|(?:is|are|was|were|will|would|do|does|did|has|have|can|could|should) not|cannot)\b(?! (?:i|you|he|she|it|we|they|that|there)\b)",
    re.I,
)
_DENIES = re.compile(r"\b(?:no|not|never|nil|none|without|avoid\w*|stop\w*|cannot)\b|n['’]t\b", re.I)
_COURTESY = re.compile(
    r"\bcatch up (?:soon|later)\b|\btake care\b(?! (?:of|with|not|to|when|on)\b)|\bbest wishes\b|\ball the best\b|\bgood luck\b|\b(?:better|well) soon\b|\bnice to (?:see|meet)\b|^hope(?:fully| so)\b|"
    r"\bno questions?\b|\bgood question\b|^(?:smashing|brilliant|fantastic|lovely|excellent)$|^(?:no(?:t|thing to)?|never) worr(?:y|ies|ied)\b(?! about \w)|"
    r"^(?:\w+ )?(?:plan|explanation|instructions?) (?:is |was |are )?(?:clear|understood|ok(?:ay)?)$|^\d+[ -]years?[ -]olds?$|"
    r"^(?:\w+, )?(?:is )?(?:able to )?(?:talks?|speaks?) (?:now|at the moment|freely|today)$",
    re.I,
)
# Who somebody is comes from the record, never from speech; and how the call goes is no part of a note.
_NOT_CLINICAL = re.compile(
    r"\b(?:(?:full|first|last|sur)[ -]?name|named?(?! of\b(?! (?:the )?patient))|date of birth|born (?:in|on)|phone number|postcode|"
    r"e-?mail (?:address|is|was|confirmed)|(?:home|postal|current|full|same|your|his|her|their) address|address (?:is|was|confirmed)|"
    r"private (?:place|room|space)|(?:quiet|safe) (?:place|room|space) to (?:talk|speak)|confidential (?:call|consultation|conversation)|"
    r"(?<!cannot )(?<!unable to )(?:speaks?|talks?) (?:freely|openly|privately)(?! (?:about|with|to)\b)|"
    r"(?:video|audio|picture|connection|signal) (?:lost|dropped|froze\w*|cut out)|lost (?:\w+ )?(?:signal|connection)|"
    r"can (?:hear|see) (?:the )?(?:doctor|gp|me|you|patient)(?= (?:well|clearly|now|fine|okay)$|$))\b|\b(?:address|e-?mail)(?:[:,]|$)(?<!by e-mail)(?<!by email)",
    re.I,
)
# The answer is who somebody is, however it is put: "Ann Example confirmed".
_ASKS_WHO = re.compile(
    r"\b(?:your|the patient's|his|her|their) (?:(?:full|first|last|sur|own) ?)*(?:name|date of birth|address|postcode)\b",
    re.I,
)
_NAMES = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b|\bconfirm", re.MULTILINE)
# "GP to write to GP": the model lost who does what.
_OWNER_TWICE = re.compile(r"^(GP|patient|clinic|doctor)\b.*\b\1\b", re.I)
# Said to be advice, and none: what to think, hope or know is nothing to do; to know what to watch for is.
_NO_ADVICE = re.compile(
    r"^advised(?: to|:) (?:think(?! about)|hope|believe|wonder|worry|be worried|know (?:that|if|whether|how|it|what|why|there)|feel (?:that|like|better|fine|well|worse))\b",
    re.I,
)
# Only a time, a length, a count or a degree: of what, it does not say.
_OF_NOTHING = re.compile(
    r"^(?:(?:for|in|on|about|around|only|just|the|a|all|been|past|last|first|few|couple|of|or|and|to|now|today|little|bit|feels?|"
    r"has|have|days?|weeks?|months?|years?|hours?|minutes?|times?|mon|tues|wednes|thurs|fri|satur|sun|sure|long|while|quite|very|ago|miles?|kilometres?|metres?|yards?|"
    r"since|stopped|started|\d+(?:-\d+)?s?)(?:day)?[ ,]*)+$",
    re.I,
)
# Born, and not begun, on that day.
_DATE = re.compile(
    r"^(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:january|february|march|april|may|june|july|august|september|october|november|december)\b[ ,\d]*$",
    re.I,
)
# "The right one's fine": of which thing, the line before said.
_WHICH_ONE = re.compile(r"^(?:the|that|this) (?:left|right|other|first|second|same|big|small) ones?\b", re.I)
# What the patient is bidden to do so that something can be looked at; to breathe deep or lie down may as well be what hurts.
_BIDDEN = re.compile(
    r"\broll\w*[ -]up\b.*\b(?:sleeve|trouser)|\bsleeves?\b.*\broll\w*[ -]up\b|\bfeet flat\b|\b(?:hop|pop|jump) (?:up|on)\w* (?:\w+ )*(?:couch|table|bed|scales?)\b|"
    r"^(?:(?:and|please|just|now|take|another|an?|some|few|big|nice) )*deep breaths?(?: in| out)*$|\bopen (?:wide|your mouth)\b|\bfollow my finger\b|\bgown\b|"
    r"^(?:(?:and|please|just|now|can you) )*(?:lie|lay|lean) (?:back|down)(?: (?:for me|please|now|on \w+ (?:couch|table|bed|back|front|side)))*$",
    re.I,
)
# "Possible related to liver": of what, the sentence before said.
_WHOSE_CAUSE = re.compile(r"^(?:likely )?possible (?:re-? ?)?(?:related|due|secondary|caused)\b", re.I)
# What is said to a voice assistant or a typist, and what only announces a finding: by the American training talks of ACI-Bench.
_TO_A_MACHINE = re.compile(
    r"\b(?:dragon|dax|siri|alexa)\b|\bfinali[sz]e (?:the|this|my) note\b|\b(?:my|the|general) (?:\w+ ){0,3}template\b|\bnotate\b|\bdictation\b|\bdictat\w+ (?:the|this|my) note\b|"
    r"\b(?:show (?:me|us|patient)|pull(?:ing)? up) (?:the|his|her|your|my) (?:\w+ ){0,2}(?:x-?rays?|e[ck]g|echo\w*|labs?|results?|images?|imaging|scans?|mri|ct|films?|chart|records?|vitals?)\b",
    re.I,
)
_ANNOUNCES = re.compile(
    r"^(?:on|upon|as far as|in terms of|with regards? to|regarding|for|from)\b(?: [\w'-]+){0,4} (?:exam(?:ination|s)?|standpoint|breathing|respiratory)$|"
    r"^(?:(?:a|the|quick|little|brief|physical|general) )*exam(?:ination)?$"
    r"|^(?:to |advised to |wants? to |go(?:ing)? to |gonna )*(?:go ahead and )?(?:do|perform|have|carry out)?(?: (?:a|the|your|my|quick|brief|little|short))* ?(?:physical |foot |heart )?exam(?:ination)?s?$"
    r"|^(?:to |will |gonna )*(?:check|listen|look|examine|feel|review)(?:s|ing)?(?: out| of| at| to| over| on)*(?: (?:the|your|his|her|patient's))*(?:,? (?:and )?(?:heart|lungs?|belly|tummy|abdomen|chest|ears?|throat))+$"
    r"|^(?:(?!no\b|normal|unremarkable|not\b)[\w'-]+ ){1,6}exam(?:ination)?$"
    r"|^let (?:patient|me|us|him|her)\b|\b(?:nurse|assistant|ma) (?:will|to) (?:be|come|return) (?:in|back)\b|\bfront desk\b",
    re.I,
)
# The patient is alive; of whom else it is told, the verifier asks.
_DIED = re.compile(r"^(?:died|dies|passed away|deceased)\b", re.I)
# What a thing costs; pounds are a weight where something is lost, gained, weighed or lifted.
_COSTS = re.compile(r"\b\d+ ?(?:quid|pence|p)\b|£ ?\d|\b\d+ pounds\b", re.I)
_WEIGHS = re.compile(
    r"\b(?:weigh\w*|los(?:e|es|ing|t|s)|gain\w*|heav\w+|lift\w*|carr\w+|put on|overweight|baby)\b", re.I
)
_HEDGED = re.compile(r"\b(?:may|might|could|wonder\w*|possibly|perhaps)\b", re.I)
_WARNS = re.compile(
    r"^(?:(?:or|and|uh|um|so)\b,? )*like\b|\bif\b|\bworsen\w*|\bgets? (?:any )?worse\b|\bany of (?:these|those)\b", re.I
)
_LISTS_DANGERS = re.compile(
    r"^(?:(?:or|and|uh|um|so)\b,? )*(?:such as|for example|like (?!i\b))|\bworsening\b|\b(?:concerning|worrying|alarming) symptoms\b|\b(?:any|further) (?:deteriorat\w+|decline)|\bany of (?:these|those)\b",
    re.I,
)
_TELLS_BACK = re.compile(
    r"\b(?:i(?:'ll| will| would|'d)? (?:take it|assume|gather|presume)|you (?:mentioned|said|told)|you've (?:been|had|got|mentioned|said)|so you(?:'re| are| don't| have)?)\b",
    re.I,
)
_OWNED_BY_PATIENT = re.compile(r"^patient (?:to|will|should|can)\b", re.I)
_WISH = re.compile(r"^(?:patient |pt )?(?:wish\w*|wants?|prefers?|hop\w+|keen)\b", re.I)
_ANY = re.compile(r"\bany\b(?! ?(?:more|longer|way))", re.I)
_INSTRUCTS = re.compile(
    r"\b(?:if you (?:can|could)|can you|could you|i(?:'d| would)? (?:want|like) you to|try (?:and|to)|please|just (?:raise|touch|press|bring|bend|lift|turn|push|move))\b",
    re.I,
)
_REVIEWS = re.compile(r"^review\b", re.I)
_LATER = re.compile(
    r"\b(?:review\w*|re-?check\w*|re-?assess\w*|check\w*|see you|see (?:him|her|them|me|us|the|a|your|how|what)|follow\w*|come back|appointment|again|monitor\w*|in (?:a|\w+) (?:days?|weeks?|months?|years?)|call|ring|phone|discuss\w*|look at (?:it|them|this|that|everything) (?:again|next|then))\b",
    re.I,
)
_WE = re.compile(r"\b(?:i|we)(?:'ll|'d|'re| will| can| could| would| need| might)\b|\blet's\b", re.I)
_YOU = re.compile(r"\byou(?:r|'ll|'d|'re|rself)?\b", re.I)

_NO_LINES = (
    _SPEAKS,
    _GOES_ON,
    _BREAKS_OFF,
    _SPOKEN,
    _POINTS,
    _AT_ODDS,
    _COURTESY,
    _NOT_CLINICAL,
    _OWNER_TWICE,
    _NO_ADVICE,
    _OF_NOTHING,
    _DATE,
    _WHICH_ONE,
    _BIDDEN,
    _TO_A_MACHINE,
    _WHOSE_CAUSE,
    _ANNOUNCES,
)
_TOLD = {Section.PRESENTING_COMPLAINT, Section.HISTORY, Section.PAST_HISTORY}


def makes_sense(fact: Fact, turns: Mapping[str, Turn]) -> bool:
    """Whether a fact may stand for judgement.

    Args:
        fact: as an extractor made it.
        turns: those that it cites, by id.
    """
    # A medicine is kept in whatever words: its loss would harm more than they do.
    named = fact.section in {Section.MEDICATION, Section.ALLERGY} and bool(medicines.named_in(fact.statement))
    if _DIED.match(fact.statement) and fact.section is not Section.FAMILY_HISTORY:
        return False
    return (named or _is_a_line(fact.statement)) and not _cut_short(fact, turns) and _in_the_right_mouth(fact, turns)


def _is_a_line(statement: str) -> bool:
    return bool(re.search(r"\w", statement)) and not any(pattern.search(statement) for pattern in _NO_LINES)


def _cut_short(fact: Fact, turns: Mapping[str, Turn]) -> bool:
    """Whether the words that a fact cites are the subject of a denial that it leaves out."""
    if fact.polarity is Polarity.ABSENT or _DENIES.search(fact.statement):
        return False
    for one in fact.evidence:
        turn = turns[one.turn_id]
        whole = next((s for s in sentences(turn) if s.first < one.end_word <= s.end), None)
        if whole and _DENIED_AFTER.match(" ".join(word.text for word in turn.words[one.end_word : whole.end])):
            return True
    return False


def _in_the_right_mouth(fact: Fact, turns: Mapping[str, Turn]) -> bool:
    cited = [turns[one.turn_id] for one in fact.evidence]
    if any(turn.confidence < SURE_OF_SPEAKER for turn in cited):
        return True  # who said it is asked, not taken for granted
    speakers = {turn.role for turn in cited}
    advice = fact.statement.lower().startswith("advised")
    if fact.section in TO_DO and _COSTS.search(fact.statement) and not _WEIGHS.search(fact.statement):
        return False
    if (advice or fact.section in TO_DO) and Role.CLINICIAN not in speakers:
        return False  # a habit or a hope of the patient's is no plan
    said = _sentences(fact, turns, Role.CLINICIAN)
    if _NAMES.search(fact.statement) and any(_ASKS_WHO.search(one) for one in said):
        return False
    if advice and said and all(_TELLS_BACK.search(one) for one in said):
        return False  # "I take it you live alone"
    if _WISH.match(fact.statement) and speakers == {Role.CLINICIAN}:
        return False
    if _OWNED_BY_PATIENT.match(fact.statement) and any(_WE.search(one) for one in said):
        return any(_YOU.search(one) for one in said if not _WE.search(one))
    if fact.section is Section.ASSESSMENT and said and all(_LISTS_DANGERS.search(one) for one in said):
        return False  # "a spreading rash", of what to watch out for, is no impression
    if fact.section in _TOLD and re.match(r"to (?!the\b)\w", fact.statement, re.I):
        return False  # "I've had to stop driving": what is to be done is no history
    if fact.section is Section.PLAN and _REVIEWS.match(fact.statement) and said and not any(map(_LATER.search, said)):
        return False  # "let's take a look at that knee" is no plan to review it
    if fact.section is Section.EXAMINATION and said and all(_INSTRUCTS.search(one) for one in said):
        return False  # "if you could bend the knee" asks for it
    if fact.section in _TOLD and fact.polarity is Polarity.PRESENT and _ANY.search(fact.statement):
        return False  # "bringing up any phlegm" is what was asked
    if fact.section is Section.SOCIAL_HISTORY and speakers == {Role.CLINICIAN} and not any(map(_YOU.search, said)):
        return False  # what clinicians say of themselves
    if fact.section in _TOLD and speakers == {Role.CLINICIAN}:
        return all(_is_history(one) for one in said)
    return True


def _is_history(said: str) -> bool:
    """Whether a clinician's sentence may hold what the patient has: asked, or told back; "I wonder whether you might have
    gout" and "such as a spreading rash" do not."""
    return bool(_TELLS_BACK.search(said)) or not (_HEDGED.search(said) or _WARNS.search(said))


def _sentences(fact: Fact, turns: Mapping[str, Turn], role: Role) -> list[str]:
    """The whole sentences of one role that a fact cites words of."""
    return [
        sentence.text
        for one in fact.evidence
        if turns[one.turn_id].role is role
        for sentence in sentences(turns[one.turn_id])
        if sentence.first < one.end_word and one.first_word < sentence.end
    ]
