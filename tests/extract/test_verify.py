"""The verifier lets through what was said and nothing else: the mistakes that clinicians will not forgive."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scribe.extract.verify import verify
from scribe.records import Certainty, Evidence, Experiencer, Mode, Outcome, Polarity, Reason, Section, Status
from tests.extract.talk import fact, turns, verdict

MED, ALLERGY, PLAN, EXAM, ASSESS, FAMILY = (
    {"section": Section.MEDICATION},
    {"section": Section.ALLERGY},
    {"section": Section.PLAN, "status": Status.PLANNED},
    {"section": Section.EXAMINATION},
    {"section": Section.ASSESSMENT},
    {"section": Section.FAMILY_HISTORY, "experiencer": Experiencer.RELATIVE},
)

# What was said, what is stated, how it is meant. Every one of these must pass.
TRUE = [
    ("No blood in stool", ["C: Any blood in your stools?", "P: No, no blood."], {}),
    ("No chest pain", ["C: Have you had any chest pain?", "P: Um, not really, no."], {}),
    ("No palpitations", ["C: Any palpitations at all?", "P: Nope."], {}),
    ("No weight loss", ["C: Um, weight loss recently.", "P: No."], {}),
    ("Chest pain", ["C: Have you had any chest pain?", "P: Yeah, a bit."], {}),
    ("No fever", ["P: I haven't had a fever or anything."], {}),
    ("Night sweats", ["P: It's not the cough that bothers me, but I get night sweats."], {}),
    ("No rash", ["C: So you don't have any rash?", "P: That's right, no."], {}),
    ("No allergies", ["C: Are you allergic to anything?", "P: Not that I know of."], ALLERGY),
    ("Penicillin: rash", ["P: Penicillin brings me out in a rash."], ALLERGY),
    ("Cough for 3 weeks", ["P: I've had this cough for three weeks."], {}),
    ("Diarrhoea 6-7 times a day", ["P: Diarrhea, six or seven times a day."], {}),
    ("Paracetamol 500 mg four times a day", ["C: Take paracetamol, five hundred milligrams, four times a day."], PLAN),
    ("Ibuprofen for a day or two", ["P: I took ibuprofen for a day or two."], MED),
    ("Vomiting for a day", ["P: I've been vomiting for a day."], {}),
    ("Headache for 2 days", ["P: A headache for a couple of days now."], {}),
    ("Symptoms for 2 weeks", ["P: It's been going on for a fortnight."], {}),
    ("Temperature 38.2", ["P: My temperature was thirty-eight point two this morning."], {}),
    ("Ventolin inhaler", ["P: I use the Ventolin inhaler."], MED),
    ("Levothyroxine 100 micrograms", ["P: I take thyroxine, a hundred micrograms."], MED),
    ("Left knee pain", ["P: My left knee hurts."], {}),
    ("Right shoulder pain", ["P: It's my right shoulder, it aches."], {}),
    ("Pain in both knees", ["P: Both my knees are painful."], {}),
    ("Abdominal pain", ["P: My tummy hurts."], {}),
    ("Mother has diabetes", ["P: My mum is diabetic."], FAMILY),
    ("Father died of bowel cancer", ["P: My dad died of bowel cancer."], FAMILY),
    ("Had a chest X-ray last week", ["P: I had a chest x-ray last week."], {"status": Status.DONE}),
    ("Chest X-ray to be arranged", ["C: I'll arrange a chest x-ray."], PLAN),
    ("Call 999 if chest pain", ["C: If you get chest pain, call nine nine nine."], PLAN),
    ("Possibly Bell's palsy", ["C: This is possibly Bell's palsy."], ASSESS),
    ("Blood pressure 140/90", ["C: Your blood pressure is one hundred and forty over ninety."], EXAM),
    ("Lives with wife", ["C: Who do you live with?", "P: Just my wife."], {"section": Section.SOCIAL_HISTORY}),
    (
        "No vomiting",
        ["C: Any nausea, vomiting or diarrhoea?", "P: I've had a bit of diarrhoea, but that's it."],
        {},
    ),
    ("Does not smoke", ["C: Do you smoke?", "P: I don't."], {"section": Section.SOCIAL_HISTORY}),
]

# What was said, what is stated, and the reason for which it must not be a plain line.
FALSE: list[tuple[str, list[str], dict[str, Any], Reason]] = [
    # negation, by how the question was answered
    ("Blood in stool", ["C: Any blood in your stools?", "P: No, no blood."], {}, Reason.POLARITY_UNCLEAR),
    ("Chest pain", ["C: Have you had any chest pain?", "P: Um, nope."], {}, Reason.POLARITY_UNCLEAR),
    ("No chest pain", ["C: Have you had any chest pain?", "P: Yes, quite a lot."], {}, Reason.POLARITY_UNCLEAR),
    ("No wheeze", ["P: I've been wheezing at night."], {}, Reason.POLARITY_UNCLEAR),
    ("Fever", ["P: I haven't had a fever."], {}, Reason.POLARITY_UNCLEAR),
    ("No asthma", ["P: I have asthma, I use an inhaler."], {}, Reason.POLARITY_UNCLEAR),
    ("No rash", ["C: Have you had a rash?", "P: I went to see my sister."], {}, Reason.POLARITY_UNCLEAR),
    # lists, partly answered
    (
        "Palpitations",
        ["C: Any chest pain, breathlessness, palpitations?", "P: Yes."],
        {},
        Reason.PARTIAL_ANSWER,
    ),
    (
        "No breathlessness",
        ["C: Any chest pain, breathlessness, palpitations?", "P: I went to the gym."],
        {},
        Reason.PARTIAL_ANSWER,
    ),
    # numbers, units, durations, doses
    ("Cough for 4 weeks", ["P: I've had this cough for three weeks."], {}, Reason.NUMBER_NOT_SAID),
    ("Cough for 3 months", ["P: I've had this cough for three weeks."], {}, Reason.UNIT_NOT_SAID),
    ("Dizzy for a few months", ["P: I've been dizzy for a few days."], {}, Reason.UNIT_NOT_SAID),
    ("Paracetamol 5000 mg", ["C: Take paracetamol, five hundred milligrams."], PLAN, Reason.NUMBER_NOT_SAID),
    ("Paracetamol 50 mg", ["C: Take paracetamol, five hundred milligrams."], PLAN, Reason.NUMBER_NOT_SAID),
    ("Levothyroxine 100 mg", ["P: I take thyroxine, a hundred micrograms."], MED, Reason.UNIT_NOT_SAID),
    ("Ibuprofen 3 times a day", ["C: Take ibuprofen twice a day."], PLAN, Reason.NUMBER_NOT_SAID),
    ("Review in 2 days", ["C: Come back in two weeks."], PLAN, Reason.UNIT_NOT_SAID),
    ("Review on Tuesday", ["C: Come back for a review on Thursday."], PLAN, Reason.NUMBER_NOT_SAID),
    ("Temperature 39.2", ["P: My temperature was thirty-eight point two."], {}, Reason.NUMBER_NOT_SAID),
    # medicines
    ("Amlodipine started", ["C: I'll start you on amitriptyline."], PLAN, Reason.DRUG_NOT_SAID),
    ("Takes ramipril", ["P: I take the little white one for my pressure."], MED, Reason.DRUG_NOT_SAID),
    ("Ramipril", ["P: I take ramapril."], MED, Reason.DRUG_DOUBTFUL),
    ("Salbutamol inhaler", ["P: I use the Ventolin inhaler."], MED, Reason.DRUG_DOUBTFUL),
    ("Ventolin inhaler", ["P: I use the salbutamol inhaler."], MED, Reason.DRUG_DOUBTFUL),
    ("Takes omaprazole", ["P: I take omaprazole."], MED, Reason.DRUG_DOUBTFUL),
    # side and site
    ("Right knee pain", ["P: My left knee hurts."], {}, Reason.SIDE_NOT_SAID),
    ("Right knee pain", ["C: Right, tell me about the knee.", "P: It's painful."], {}, Reason.SIDE_NOT_SAID),
    ("Left knee pain", ["P: The left knee hurts. No, sorry, the right knee."], {}, Reason.SIDE_NOT_SAID),
    ("Ankle pain", ["P: My knee hurts."], {}, Reason.SITE_NOT_SAID),
    # how often, as a recogniser may have written it: "four a day"
    ("Takes ibuprofen for a day", ["P: Just ibuprofen, for a day."], MED, Reason.WORDS_UNSURE),
    ("Take codeine two, to times a day", ["C: Take codeine, two, to times a day."], PLAN, Reason.WORDS_UNSURE),
    # who it is about
    ("Asthma", ["P: My mum has asthma."], {}, Reason.PERSON_UNCLEAR),
    ("Father has diabetes", ["P: My mum is diabetic."], FAMILY, Reason.PERSON_UNCLEAR),
    ("Father has eczema", ["P: My mum gets eczema, while my dad has asthma."], FAMILY, Reason.PERSON_UNCLEAR),
    ("Potassium raised", ["O: Sorry, your next patient has a raised potassium."], {}, Reason.OTHER_PATIENT),
    # plans and conditions
    ("Chest X-ray done", ["C: I'd like to get a chest x-ray."], PLAN, Reason.NOT_DONE_YET),
    ("Blood test", ["C: We'll do a blood test."], {"status": Status.DONE}, Reason.NOT_DONE_YET),
    ("Chest pain", ["C: If you get chest pain, call nine nine nine."], {}, Reason.HYPOTHETICAL),
    ("Bell's palsy", ["C: This is possibly Bell's palsy."], ASSESS, Reason.HYPOTHETICAL),
    # what was not said
    ("Chest clear", ["C: I'll have a listen to your chest."], EXAM, Reason.NOT_SUPPORTED),
    ("No red flags", ["P: My back hurts when I bend."], {}, Reason.NOT_SUPPORTED),
    ("Examination normal", ["C: Let me look at your throat."], EXAM, Reason.NOT_SUPPORTED),
    ("NKDA", ["P: I take the pill."], ALLERGY, Reason.POLARITY_UNCLEAR),
    ("Abdomen soft and non-tender", ["P: My tummy hurts."], EXAM, Reason.NOT_SUPPORTED),
]


@pytest.mark.parametrize(("statement", "said", "changes"), TRUE, ids=[case[0] for case in TRUE])
def test_what_was_said_is_supported(statement: str, said: list[str], changes: dict[str, Any]) -> None:
    assert verdict(statement, *said, **changes).outcome is Outcome.SUPPORTED


@pytest.mark.parametrize(
    ("statement", "said", "changes", "reason"), FALSE, ids=[f"{case[0]}: {case[3]}" for case in FALSE]
)
def test_what_was_not_said_is_held_back(
    statement: str, said: list[str], changes: dict[str, Any], reason: Reason
) -> None:
    found = verdict(statement, *said, **changes)
    assert found.outcome is not Outcome.SUPPORTED
    assert found.reason is reason


def test_there_are_cases_enough() -> None:
    assert len(FALSE) >= 40


def test_a_doubtful_medicine_is_suggested_and_never_replaced() -> None:
    found = verdict("Takes omaprazole", "P: I take omaprazole.", section=Section.MEDICATION)
    assert (found.outcome, found.reason, found.detail) == (Outcome.CHECK, Reason.DRUG_DOUBTFUL, "omeprazole")


@pytest.mark.parametrize(
    ("statement", "said", "section", "name"),
    [
        ("Stop sinver statin", "C: I'm stopping the sinver statin.", Section.PLAN, "simvastatin"),
        ("Inverse statin builds up in the body", "C: It makes inverse statin build up in the body.", Section.PLAN, ""),
        ("Uses the brown selbitum inhaler", "P: I use the brown selbitum inhaler.", Section.HISTORY, ""),
        ("Tried deprolite for two days", "P: I tried deprolite for two days.", Section.HISTORY, ""),
    ],
)
def test_a_word_in_no_dictionary_where_a_medicine_may_stand_is_asked_about(
    statement: str, said: str, section: Section, name: str
) -> None:
    found = verdict(statement, said, section=section)
    assert (found.outcome, found.reason, found.detail) == (Outcome.CHECK, Reason.DRUG_DOUBTFUL, name)


@pytest.mark.parametrize(
    ("statement", "said", "section"),
    [
        ("Lives in Haverstowe", "P: I live in Haverstowe.", Section.SOCIAL_HISTORY),
        ("Started work at Brindlexco", "P: I started work at Brindlexco.", Section.SOCIAL_HISTORY),
        ("Stop statin", "C: I'd stop the statin.", Section.PLAN),
        ("On a high-dose statin", "P: I'm on a high-dose statin.", Section.MEDICATION),
        ("Started HRT", "P: I started HRT.", Section.MEDICATION),
        ("Uses Ventolin at night", "P: I use Ventolin at night.", Section.MEDICATION),
    ],
)
def test_a_name_elsewhere_and_what_every_gp_knows_are_not(statement: str, said: str, section: Section) -> None:
    assert verdict(statement, said, section=section).outcome is Outcome.SUPPORTED


def test_by_telephone_a_finding_needs_a_measurement_that_was_said() -> None:
    said = "C: You sound a bit wheezy."
    assert verdict("Wheezy", said, section=Section.EXAMINATION).outcome is Outcome.SUPPORTED
    assert verdict("Wheezy", said, section=Section.EXAMINATION, mode=Mode.TELEPHONE).outcome is Outcome.CHECK
    measured = ("Temperature 38.2", "P: I measured my temperature, thirty-eight point two.")
    assert verdict(*measured, section=Section.EXAMINATION, mode=Mode.TELEPHONE).outcome is Outcome.SUPPORTED


def test_an_unsure_speaker_is_asked_about() -> None:
    heard = turns("P: I have a cough.", confidence=0.3)
    assert verify(fact("Cough", heard), heard).reason is Reason.SPEAKER_UNSURE


@pytest.mark.parametrize(
    ("statement", "said", "unsure"),
    [
        ("Takes ramipril", "P: I take ramipril.", "ramipril"),
        ("Cough for 3 weeks", "P: A cough for three weeks.", "three"),
        ("No fever", "P: There was no fever.", "no"),
        ("Left ear pain", "P: My left ear hurts.", "left"),
    ],
)
def test_a_slip_that_harms_needs_clear_hearing(statement: str, said: str, unsure: str) -> None:
    heard = turns(said, unsure=(unsure,))
    found = verify(fact(statement, heard), heard)
    assert (found.outcome, found.reason, found.detail) == (Outcome.CHECK, Reason.WORDS_UNSURE, unsure)
    assert verify(fact(statement, turns(said)), turns(said)).outcome is Outcome.SUPPORTED


def test_what_is_said_over_somebody_else_needs_clearer_hearing_and_a_short_answer_is_nobodys() -> None:
    said = turns("C: Any fever?", "P: There was no fever at the weekend.")
    faint = {
        key: replace(turn, words=tuple(replace(word, probability=0.7) for word in turn.words))
        for key, turn in said.items()
    }
    over = faint | {"t2": replace(faint["t2"], overlapped=True)}
    assert verify(fact("No fever", faint), faint).outcome is Outcome.SUPPORTED
    assert verify(fact("No fever", over), over).reason is Reason.WORDS_UNSURE
    short = turns("C: Any fever?", "P: No.")
    assert verify(fact("No fever", short), short).outcome is Outcome.SUPPORTED
    short["t2"] = replace(short["t2"], overlapped=True)
    assert verify(fact("No fever", short), short).reason is Reason.SPEAKER_UNSURE


def test_only_the_cited_words_prove_anything() -> None:
    heard = turns("P: I have a cough. My knee hurts too.")
    cited = fact("Knee pain", heard, evidence=(Evidence("t1", 1, 0, 4),))
    assert verify(cited, heard).outcome is not Outcome.SUPPORTED


def test_a_negation_just_before_the_cited_words_is_heard() -> None:
    heard = turns("P: I have had no chest pain at all.")
    assert verify(fact("Chest pain", heard, evidence=(Evidence("t1", 1, 4, 6),)), heard).reason is (
        Reason.POLARITY_UNCLEAR
    )


@pytest.mark.parametrize("evidence", [(), (Evidence("gone", 9, 0, 2),), (Evidence("t1", 1, 3, 3),)])
def test_a_fact_without_evidence_is_rejected(evidence: tuple[Evidence, ...]) -> None:
    heard = turns("P: I have a cough.")
    assert verify(fact("Cough", heard, evidence=evidence), heard).outcome is Outcome.REJECTED


def test_a_fact_that_calls_itself_absent_must_say_so() -> None:
    heard = turns("C: Any cough?", "P: No.")
    said_wrong = fact("Cough", heard, polarity=Polarity.ABSENT)
    assert verify(said_wrong, heard).reason is Reason.POLARITY_UNCLEAR


def test_doubt_that_is_kept_by_the_fact_is_enough() -> None:
    heard = turns("C: This might be Bell's palsy.")
    kept = fact("Bell's palsy", heard, section=Section.ASSESSMENT, certainty=Certainty.POSSIBLE)
    assert verify(kept, heard).outcome is Outcome.SUPPORTED


def test_no_line_stands_on_a_word_that_was_hardly_heard() -> None:
    heard = turns("P: My father had a stroke.", unsure=("stroke",))
    found = verify(fact("Father had a stroke", heard), heard)
    assert (found.outcome, found.reason, found.detail) == (Outcome.CHECK, Reason.WORDS_UNSURE, "stroke")
