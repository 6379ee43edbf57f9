"""The short list: a wrong fact in the note stands at its top, it stays short, and a sound note raises no alarm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe.records import Draft, Line, Mode, Origin, Reason, Risk, Role, Section, utc_now
from scribe.review import Eyes, Look, edit_line, most, must_be_seen, see, short_list, to_settle, unwritten
from tests.ui import consultation as made_up

from .drafted import Drafted, every
from .seeds import Kind, Seed, pick, seeded

DRAFTED = list(every())


def eyes(*must_see: Risk) -> Eyes:
    return Eyes(made_up.TURNS, None, Mode.FACE_TO_FACE, ("ramipril", "paracetamol"), must_see)


def looks_at(draft: Draft, *must_see: Risk) -> dict[str, Look]:
    return {look.line.id: look for look in eyes(*must_see).looks(draft)}


# ---------------------------------------------------------------- seeded errors


def _seeds() -> list[tuple[Drafted, Seed]]:
    """One wrong fact in each of the twenty drafts, the kinds in turn; where a draft has none of a kind, the next kind."""
    kinds = list(Kind)
    made = []
    for number, drafted in enumerate(DRAFTED):
        for kind in kinds[number % 4 :] + kinds[: number % 4]:
            if seed := pick(list(seeded(drafted, kind)), number):
                made.append((drafted, seed))
                break
    return made


def test_a_wrong_fact_is_among_the_first_five_of_a_short_list() -> None:
    seeds = _seeds()
    assert len(seeds) == 20 and {seed.kind for _, seed in seeds} == set(Kind)
    found, missed = 0, []
    for drafted, seed in seeds:
        listed = short_list(seed.draft, Eyes(drafted.turns, seed.ledger, drafted.mode).looks(seed.draft))
        assert len(listed) <= max(6, 0.15 * len(seed.draft.lines))
        if any(isinstance(one, Look) and one.line.id == seed.line_id for one in listed[:5]):
            found += 1
        else:
            missed.append(f"{drafted.name}: {seed.true} → {seed.wrong}")
    assert found >= 18, "\n".join(missed)


def test_a_note_that_nobody_touched_raises_no_alarm() -> None:
    alarms = lines = 0
    for drafted in DRAFTED:
        draft = drafted.draft()
        looks = Eyes(drafted.turns, drafted.ledger, drafted.mode).looks(draft)
        assert len(short_list(draft, looks)) <= max(6, 0.15 * len(draft.lines))
        alarms += sum(1 for look in looks if look.verdict)
        lines += len(draft.lines)
    assert alarms * 10 <= lines


# ---------------------------------------------------------------- what is in it


def test_doubts_come_first_then_checks_then_what_is_risky_by_its_kind() -> None:
    draft = made_up.draft("e")
    (wrong,) = (line for line in draft.lines if line.text.startswith("Paracetamol"))
    draft = replace(
        draft,
        lines=tuple(replace(one, text="Paracetamol, four at night") if one is wrong else one for one in draft.lines),
    )
    listed = short_list(draft, eyes().looks(draft))
    first, *rest = listed
    assert isinstance(first, Look) and first.line.text == "Paracetamol, four at night"
    assert first.verdict is not None and first.verdict.reason is Reason.NUMBER_NOT_SAID
    assert [one.text for one in rest[:2] if not isinstance(one, Look)] == [
        "Stop naproxen: upset stomach",
        "Increase ramipril to 5 mg once daily",
    ]
    assert next(one.risks[0] for one in rest[2:] if isinstance(one, Look)) is Risk.ALLERGY
    assert len(listed) == most(draft) == 6


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("Penicillin: rash at about age 20", Risk.ALLERGY),
        ("Small effusion, tender medial joint line, ligaments stable", Risk.WORDS),
        ("Paracetamol, two at night", Risk.MEDICINE),
        ("Evening swelling, no fever", Risk.DENIAL),
        ("BP 152/88", Risk.NUMBER),
    ],
)
def test_each_kind_of_risk_is_told(text: str, risk: Risk) -> None:
    found = {look.line.text: look for look in looks_at(made_up.draft("e")).values()}
    assert risk is found[text].risks[0]
    assert found[text].verdict is None


def test_a_change_of_medicine_and_an_unsure_speaker_are_told() -> None:
    draft = made_up.draft("e")
    new = Line("n1", "", "comment", "Start amlodipine 5 mg once daily", ("x",), made_up.said(12, "Penicillin."))
    unsure = Line("n2", "", "history", "Tender there", ("y",), made_up.said(16, "just there."))
    found = looks_at(replace(draft, lines=(new, unsure)))
    assert found["n1"].risks[:2] == (Risk.DOUBT, Risk.DOSE) or Risk.NEW_MEDICINE in found["n1"].risks
    assert Risk.SPEAKER in found["n2"].risks


def test_a_line_that_was_looked_at_is_settled_also_in_another_layout_but_not_when_it_reads_otherwise() -> None:
    draft = made_up.draft("e")
    allergy = next(look for look in eyes().looks(draft) if look.risks[0] is Risk.ALLERGY)
    seen = see(draft, allergy.line.id, now=utc_now())
    again = replace(seen, lines=tuple(replace(one, id=f"other {one.id}") for one in seen.lines))
    for one in (seen, again):
        found = next(look for look in eyes().looks(one) if look.risks[0] is Risk.ALLERGY)
        assert found.seen and found not in short_list(one, (found,))


def test_what_the_clinician_wrote_is_not_asked_about() -> None:
    draft = edit_line(made_up.draft("e"), "l9", "Penicillin: anaphylaxis", now=utc_now())
    assert next(line for line in draft.lines if line.id == "l9").origin is Origin.EDITED
    assert "l9" not in looks_at(draft)


def test_the_administrator_s_minimum_of_care_holds_up_the_signature() -> None:
    draft = made_up.draft("e")
    assert list(must_be_seen(tuple(looks_at(draft).values()))) == []
    medicines = must_be_seen(tuple(looks_at(draft, Risk.MEDICINE).values()))
    assert {look.line.text for look in medicines} >= {"Paracetamol, two at night", "Penicillin: rash at about age 20"}
    assert len(to_settle(draft, eyes(Risk.MEDICINE).looks(draft))) == len(medicines) + 2


def test_only_what_the_clinician_said_as_plan_medicine_or_safety_net_counts_as_unwritten() -> None:
    one = made_up.draft("e").omissions[0]
    said = [
        replace(one, text=f"{role} {section}", role=role, section=section)
        for role in (Role.PATIENT, Role.CLINICIAN)
        for section in (Section.HISTORY, Section.PLAN, Section.MEDICATION, Section.SAFETY_NET)
    ]
    assert unwritten(said) == tuple(said[5:])


def test_a_line_that_its_own_writer_doubts_is_worth_a_look() -> None:
    drafted = DRAFTED[0]
    draft = drafted.draft()
    entry = next(e for e in drafted.ledger.entries if (e.fact.id,) in {line.fact_ids for line in draft.lines})

    def risks(right: float | None) -> tuple[Risk, ...]:
        entries = tuple(
            replace(e, fact=replace(e.fact, right=right)) if e is entry else e for e in drafted.ledger.entries
        )
        looks = Eyes(drafted.turns, replace(drafted.ledger, entries=entries), drafted.mode).looks(draft)
        return next((look.risks for look in looks if look.line.fact_ids == (entry.fact.id,)), ())

    assert Risk.UNSURE in risks(0.3)
    assert Risk.UNSURE not in risks(0.9) and Risk.UNSURE not in risks(None)
