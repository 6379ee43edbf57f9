"""What a patient is known to take tells what a name is; it proves nothing that was not said."""

from __future__ import annotations

from scribe.extract.verify import medicines, verify
from scribe.records import Outcome, Reason, Section, Verdict
from tests.extract.talk import fact, turns

NEW = "zeltravo"  # on no list yet


def told(statement: str, said: str, *known: str) -> Verdict:
    heard = turns(said)
    return verify(fact(statement, heard, section=Section.MEDICATION), heard, known_medicines=known)


def test_a_dose_beside_a_known_medicine_that_no_list_has_is_not_asked_about() -> None:
    assert medicines.british(NEW) == ""
    said, statement = "P: I take Zeltravo 20 mg every morning.", "Takes Zeltravo 20 mg every morning"
    assert told(statement, said).reason is Reason.DRUG_DOUBTFUL
    assert told(statement, said, "Zeltravo 20 mg daily").outcome is Outcome.SUPPORTED


def test_a_misheard_name_is_asked_about_under_the_known_one() -> None:
    said, statement = "P: I take zeltrava every morning.", "Takes zeltrava every morning"
    assert told(statement, said, "Zeltravo") == Verdict(Outcome.CHECK, Reason.DRUG_DOUBTFUL, NEW)


def test_a_known_medicine_that_nobody_named_is_no_evidence() -> None:
    assert (
        told("Takes ramipril 5 mg", "P: I take the 5 mg one every morning.", "ramipril").outcome
        is not Outcome.SUPPORTED
    )


def test_the_name_is_the_first_word_of_what_was_entered() -> None:
    assert medicines.first_names(["Ozempic 1 mg weekly", "  sodium valproate", "B12 injection", ""]) == {
        "ozempic",
        "sodium",
    }
