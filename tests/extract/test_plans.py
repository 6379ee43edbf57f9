"""What the clinician tells keeps its condition, its doubt and its being no more than planned."""

import pytest

from scribe.attribute.numbered import turns_from_numbered
from scribe.extract.clauses import sentences
from scribe.extract.plans import statements, voice
from scribe.records import Status


@pytest.mark.parametrize(
    ("said", "written", "status"),
    [
        ("you should rest the knee", "Advised to rest the knee", Status.ADVISED),
        ("you shouldn't drive", "Advised not to drive", Status.ADVISED),
        ("I'll send a prescription", "To send a prescription", Status.PLANNED),
        ("I'd like you to keep a diary", "Advised to keep a diary", Status.ADVISED),
        ("we might need a scan", "May need a scan", Status.CONSIDERED),
        ("it may be gout", "May be gout", Status.CURRENT),
        ("take one tablet at night", "Advised: take one tablet at night", Status.ADVISED),
    ],
)
def test_an_act_is_named_for_what_it_is(said: str, written: str, status: Status) -> None:
    assert voice(said) == (written, status)


def test_a_condition_stays_with_what_hangs_on_it() -> None:
    turn = turns_from_numbered(
        {
            "id": "x",
            "utterances": [
                {
                    "n": 1,
                    "speaker": "clinician",
                    "text": "If the cough is no better in two weeks, come back and see us.",
                }
            ],
        }
    )[0]
    (told,) = [one for sentence in sentences(turn) for one in statements(sentence)]
    assert told.trigger and told.conditional
    assert told.text.lower().startswith("if the cough is no better in two weeks")
    assert "come back" in told.text
