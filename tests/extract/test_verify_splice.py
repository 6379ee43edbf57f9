"""What a statement joins was joined by whoever said it, and keeps the manner in which it was said. All talk is ours."""

from __future__ import annotations

import pytest

from scribe.extract.verify import verify
from scribe.records import Outcome, Section
from tests.extract.talk import fact, turns, verdict

PC, HISTORY, PAST, PLAN, NET = (
    Section.PRESENTING_COMPLAINT,
    Section.HISTORY,
    Section.PAST_HISTORY,
    Section.PLAN,
    Section.SAFETY_NET,
)
IMPRESSION = Section.ASSESSMENT

NOBODY_SAID = [
    (
        "Eumovate for babies",
        ["C: Hydrocortisone is what we use for babies. We'll try some Eumovate on you."],
        PLAN,
    ),
    ("Feels sick from toast", ["P: I couldn't even eat toast. I feel sick."], HISTORY),
    ("Breathless since climbing stairs", ["P: I get breathless when I'm climbing the stairs."], HISTORY),
    ("Settled since last 2 weeks", ["C: It was settled till the last 2 weeks?", "P: Yes."], HISTORY),
    ("Knee pain watching television", ["P: My knee pain is awful. All I do is watching television."], HISTORY),
    ("Ate 3 hours after the fall", ["P: I ate something after the fall, maybe 3 hours ago."], HISTORY),
    ("Nausea for 5 days", ["C: So five days of the headache, and now the nausea for good measure?", "P: Yes."], HISTORY),
    (
        "Nurse to check blood pressure at home",
        ["P: The nurse was lovely. So I came to you. It was easy.", "C: Good. Right. Check your blood pressure at home."],
        PLAN,
    ),
    (
        "Likely pneumonia if ankle swelling",
        ["C: If you get ankle swelling, ring us. Smokers are more likely to get pneumonia."],
        IMPRESSION,
    ),
    ("Come back if wheeze", ["C: You have a wheeze. If it is no better, come back."], NET),
    ("Thinks it is the bed", ["P: It is the bed."], HISTORY),
    ("No constipation", ["C: Do you get constipation normally?", "P: No."], HISTORY),
    ("No palpitations", ["P: I have no palpitations now, but I did on Sunday."], HISTORY),
    ("No allergies", ["C: Any other allergies?", "P: No."], Section.ALLERGY),
    ("No walking", ["C: Any difficulty walking?", "P: No."], HISTORY),
    ("Likely shingles", ["C: Shingles is very unlikely here, I would say."], IMPRESSION),
    ("Probable chill", ["C: You had that chill last week."], IMPRESSION),
    ("Advised to take insulin", ["C: You may need to take insulin."], PLAN),
    (
        "Ring the same day if slurred speech",
        ["C: If you get slurred speech or a limp arm, call 999. For a high fever ring us the same day."],
        NET,
    ),
    ("Codeine cream", ["C: Take the codeine at night, and use the hydrocortisone cream."], PLAN),
    ("See a doctor urgently", ["C: Then see a doctor urgently."], PLAN),
    ("Well in the last 3 days", ["C: You were well till, till now?", "P: Yes, just the last 3 days."], HISTORY),
    ("Rarely not properly drunk", ["P: And I rarely get properly drunk."], HISTORY),
    ("No sedation", ["C: Ever had any trouble with sedation?", "P: No, just sleepy after."], HISTORY),
    ("Chest X-ray: low sodium", ["C: I'll order a chest x-ray. Your sodium is low."], Section.EXAMINATION),
    ("Knee scan: swollen", ["C: Your knee is swollen. Show me the knee scan."], Section.EXAMINATION),
    ("Rubs in both lungs", ["C: There are rubs. Both lungs are clear."], Section.EXAMINATION),
    ("Crackles in neck", ["C: Neck fine. Crackles in both bases."], Section.EXAMINATION),
    ("Mother: gout, psoriasis", ["P: My mother has gout, and I've had psoriasis."], Section.FAMILY_HISTORY),
]  # fmt: skip
SAID = [
    ("Chest X-ray: clear", ["C: I'll order a chest x-ray. The last chest x-ray was clear."], Section.EXAMINATION),
    ("Knee scan: a torn meniscus", ["C: Show me the knee scan. There is a torn meniscus."], Section.EXAMINATION),
    ("Crackles in both lung bases", ["C: Crackles in both lung bases."], Section.EXAMINATION),
    ("Murmur radiating to neck", ["C: There's a murmur radiating to the neck."], Section.EXAMINATION),
    ("Mother: gout", ["P: I think my mother has gout."], Section.FAMILY_HISTORY),
    ("Eumovate for the hands", ["C: We'll try some Eumovate for the hands."], PLAN),
    ("Cough for 3 weeks", ["P: I've got this cough.", "C: How long?", "P: For 3 weeks."], HISTORY),
    ("Breathless since Friday", ["P: I've been breathless since Friday."], HISTORY),
    ("Knee pain climbing stairs", ["P: The knee pain is there climbing stairs."], HISTORY),
    ("Headache for 5 days", ["C: So five days of the headache, and now the nausea?", "P: Yes."], HISTORY),
    ("Nurse to check blood pressure", ["C: The nurse will check your blood pressure."], PLAN),
    ("Come back if wheeze", ["C: If you get a wheeze, come back."], NET),
    ("No constipation", ["C: Any constipation?", "P: No."], HISTORY),
    ("No palpitations", ["C: Chest pain, palpitations, any trouble with your eyes.", "P: No, nothing like that."], HISTORY),
    ("No other allergies", ["C: Any other allergies?", "P: No."], Section.ALLERGY),
    ("No palpitations now", ["P: I have no palpitations now, but I did on Sunday."], HISTORY),
    ("No difficulty walking", ["C: Any difficulty walking?", "P: No."], HISTORY),
    ("Likely shingles", ["C: This is most likely shingles."], IMPRESSION),
    ("Advised to take ibuprofen", ["C: You could take ibuprofen."], PLAN),
    (
        "Ring the same day if high fever",
        ["C: If you get slurred speech or a limp arm, call 999. For a high fever ring us the same day."],
        NET,
    ),
    ("Follow-up x-ray if no better", ["C: If it is no better, a follow-up x-ray."], PLAN),
    ("Review in 2 weeks if no better", ["C: If it is no better, review in two weeks. If you faint, call 999."], PLAN),
    ("Call 999 if limp arm", ["C: If you get slurred speech or a limp arm, call 999."], NET),
    ("If worse, see a doctor", ["C: If it gets worse then see a doctor."], NET),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "said", "section"), NOBODY_SAID)
def test_what_nobody_said_is_no_plain_line(statement: str, said: list[str], section: Section) -> None:
    heard = turns(*said)
    assert verify(fact(statement, heard, section=section), heard).outcome is not Outcome.SUPPORTED


@pytest.mark.parametrize(("statement", "said", "section"), SAID)
def test_what_was_said_together_is(statement: str, said: list[str], section: Section) -> None:
    heard = turns(*said)
    assert verify(fact(statement, heard, section=section), heard).outcome is Outcome.SUPPORTED


def test_what_ran_out_a_week_ago_was_not_taken_for_a_week() -> None:
    said = ("C: Have you been using the inhaler?", "P: It ran out about a week ago.")
    assert verdict("Inhaler for about a week", *said, section=Section.MEDICATION).outcome is not Outcome.SUPPORTED
    begun = ("C: Have you been using the inhaler?", "P: Yes, I started it about a week ago.")
    assert verdict("Inhaler for about a week", *begun, section=Section.MEDICATION).outcome is Outcome.SUPPORTED


def test_a_little_that_is_admitted_is_not_denied() -> None:
    said = ("C: So you're not bringing up any phlegm?", "P: Yeah, yeah. It's a wee bit, really.")
    assert verdict("No phlegm", *said).outcome is not Outcome.SUPPORTED
    plain = ("C: So you're not bringing up any phlegm?", "P: Yeah, that's right.")
    assert verdict("No phlegm", *plain).outcome is Outcome.SUPPORTED


def test_what_is_fine_there_is_not_tender() -> None:
    said = ("C: Is it very tender when you press there?", "P: On the tip of the elbow, it's OK.")
    assert verdict("Very tender on pressing", *said).outcome is not Outcome.SUPPORTED
    assert verdict("Not tender on pressing", *said).outcome is Outcome.SUPPORTED


def test_nothing_to_worry_about_is_of_what_was_named_with_it() -> None:
    said = ("C: I think it's an ear infection. There's nothing to worry about.", "P: Good.")
    assert verdict("No worry about ear infection", *said).outcome is not Outcome.SUPPORTED


def test_a_finding_of_one_part_is_none_of_the_part_announced_after_it() -> None:
    said = ("C: So there's some bruising there on your lung exam I hear a wheeze at both bases",)
    for true in ("Some bruising", "Lung exam: wheeze at both bases"):
        assert verdict(true, *said, section=Section.EXAMINATION).outcome is Outcome.SUPPORTED
    for joined in ("Bruising of lungs", "Bruising and wheeze at both bases"):
        assert verdict(joined, *said, section=Section.EXAMINATION).outcome is not Outcome.SUPPORTED
