"""Exports to a drive that vanishes: kept, tried again, shown, and never out of order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from scribe import settings
from scribe.errors import Fixable
from scribe.export.orders import Orders
from scribe.records import Consent, Detail, Draft, Encounter, Heading, Line, Mode, Patient, Stage
from scribe.review import sign
from scribe.store import Profile, Store, Why
from tests.export.notes import AT

PIN = "274951"


class Clock:
    """Stands still until it is moved, a second for each look."""

    def __init__(self) -> None:
        self.now = AT

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def profile() -> Iterator[Profile]:
    store = Store.throwaway()
    clinician, _ = store.create_profile("Dr Jo Field", "GP", "GMC 1234567", pin=PIN)
    yield store.unlock(clinician.id, PIN)
    store.close()


@pytest.fixture
def orders(profile: Profile) -> Orders:
    return Orders(profile, Clock())


@pytest.fixture
def signed(profile: Profile) -> Callable[..., str]:
    """Signs a note, or its correction, and gives the encounter's id."""
    patient = Patient("Anne Example", date(1950, 1, 2), "9434765919")

    def sign_it(encounter_id: str = "e1", text: str = "Cough") -> str:
        before = None
        if encounter_id in {each.id for each in profile.encounters()}:
            before = profile.signed_notes(encounter_id)[-1]
            encounter = profile.encounter(encounter_id)
        else:
            encounter = Encounter(
                encounter_id, profile.clinician.id, AT, Mode.TELEPHONE, (), patient, Consent.NOT_ASKED
            )
            profile.begin(encounter)
        line = Line("l1", "", "history", text, (), ())
        draft = Draft(f"d-{encounter_id}-{text}", encounter_id, "", "soap", "1.0.0", Detail.STANDARD, (line,))
        note = sign(
            draft,
            encounter,
            profile.clinician,
            headings=(Heading("history", "History"),),
            confirmed_patient=patient,
            now=AT,
            replaces=before,
        )
        profile.save_signed(note)
        return encounter_id

    return sign_it


def written(folder: Path) -> list[str]:
    return sorted(path.name.split("_", 1)[1].split("_", 1)[1] for path in folder.iterdir())


def test_what_a_folder_takes_is_written_at_once(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    receipts = orders.export(signed(), ("txt", "json"), tmp_path / ".")
    assert [receipt.format for receipt in receipts] == ["txt", "json", "manifest"]
    assert profile.receipts("e1") == receipts
    assert profile.encounter("e1").stage is Stage.EXPORTED
    assert orders.waiting() == ()


def test_a_drive_that_is_away_keeps_the_export_waiting_until_it_is_back(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    with pytest.raises(Fixable) as caught:
        orders.export(signed(), ("txt", "pdf"), drive)
    assert caught.value.code == "export-waits" and "the export waits" in caught.value.safe
    assert profile.receipts("e1") == (), "nothing is called written that is not"
    (waiting,) = orders.waiting("e1")
    assert (waiting.folder, waiting.tries, waiting.reason) == (str(drive), 1, "export-folder-missing")
    assert orders.retry() == {}
    assert orders.waiting()[0].tries == 2
    drive.mkdir()
    assert [receipt.format for receipt in orders.retry()["e1"]] == ["txt", "pdf", "manifest"]
    assert written(drive) == ["1.manifest.json", "1.pdf", "1.txt"]
    assert orders.waiting() == () and orders.retry() == {}
    assert len(profile.receipts("e1")) == 3


def test_an_export_that_a_crash_cut_short_is_finished_without_a_second_copy(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCut(BaseException): ...

    def cut(self: Profile, receipt: object, **_: object) -> None:
        raise PowerCut

    encounter_id = signed()
    with monkeypatch.context() as patched:
        patched.setattr(Profile, "save_receipt", cut)
        with pytest.raises(PowerCut):
            orders.export(encounter_id, ("txt", "pdf"), tmp_path)
    assert [path.suffix for path in tmp_path.iterdir() if path.is_file()] == [".txt"]
    assert len(orders.waiting()) == 1
    assert [receipt.format for receipt in orders.retry()["e1"]] == ["txt", "pdf", "manifest"]
    assert len([path for path in tmp_path.iterdir() if path.suffix == ".txt"]) == 1
    assert [receipt.format for receipt in profile.receipts("e1")] == ["txt", "pdf", "manifest"]


def test_a_correction_never_overtakes_the_version_it_replaces(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    with pytest.raises(Fixable):
        orders.export(signed(), ("txt",), drive)
    signed(text="Dry cough")
    with pytest.raises(Fixable):
        orders.export("e1", ("txt",), drive)
    drive.mkdir()
    signed("e2", "Other")
    orders.export("e2", ("txt",), drive)
    assert [receipt.format for receipt in orders.retry()["e1"]] == ["txt", "manifest"] * 2
    times = {path.name.split("_")[2][0]: path.name for path in drive.glob("*.txt") if "Dry" in path.read_text()}
    assert list(times) == ["2"]
    notes = [receipt.note_id for receipt in profile.receipts("e1")]
    assert notes == [profile.signed_notes("e1")[n].id for n in (0, 0, 1, 1)]


def test_a_new_export_takes_what_waits_before_it_along(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    with pytest.raises(Fixable):
        orders.export(signed(), ("txt",), drive)
    signed(text="Dry cough")
    drive.mkdir()
    orders.export("e1", ("txt",), drive)
    assert written(drive) == ["1.manifest.json", "1.txt", "2.manifest.json", "2.txt"]


def test_two_exports_in_one_second_do_not_meet_each_others_names(
    signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    at_once = Orders(profile, lambda: AT)
    signed()
    for formats in (("txt", "pdf"), ("docx",), ("txt",)):
        assert [receipt.format for receipt in at_once.export("e1", formats, tmp_path / ".")] == [*formats, "manifest"]
    drive = tmp_path / "drive"
    for _ in range(2):
        with pytest.raises(Fixable):
            at_once.export("e1", ("txt",), drive)
    drive.mkdir()
    assert len(at_once.retry()["e1"]) == 4 and len(written(drive)) == 4


def test_what_can_never_be_written_does_not_wait(orders: Orders, signed: Callable[..., str], tmp_path: Path) -> None:
    for formats, code in ((("fhir",), "organisation-missing"), (("nonsense",), "format-unknown")):
        with pytest.raises(Fixable) as caught:
            orders.export(signed(f"e-{code}"), formats, tmp_path)
        assert caught.value.code == code
    assert orders.waiting() == ()


def test_an_export_that_waits_can_be_given_up_and_goes_with_its_encounter(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    for encounter_id in (signed("e1"), signed("e2")):
        with pytest.raises(Fixable):
            orders.export(encounter_id, ("txt",), tmp_path / "drive")
    orders.forget(orders.waiting("e1")[0].id)
    assert len(orders.waiting()) == 1
    profile.destroy("e2", Why.CANCELLED)
    assert orders.waiting() == ()


def test_one_profile_neither_sees_nor_gives_up_what_waits_of_another(tmp_path: Path) -> None:
    store = Store.throwaway()
    try:
        profiles = []
        for name in ("Dr Jo Field", "Dr Sam Hill"):
            clinician, _ = store.create_profile(name, "GP", pin=PIN)
            profiles.append(store.unlock(clinician.id, PIN))
        mine, theirs = profiles
        encounter = Encounter("e1", mine.clinician.id, AT, Mode.TELEPHONE, (), Patient("A", date(1950, 1, 2)))
        mine.begin(encounter)
        draft = Draft("d", "e1", "", "soap", "1", Detail.STANDARD, (Line("l", "", "history", "Cough", (), ()),))
        who = replace(mine.clinician)
        note = sign(
            draft,
            encounter,
            who,
            headings=(Heading("history", "History"),),
            confirmed_patient=encounter.patient,
            now=AT,
        )
        mine.save_signed(note)
        with pytest.raises(Fixable):
            Orders(mine, Clock()).export("e1", ("txt",), tmp_path / "drive")
        (waiting,) = Orders(mine).waiting()
        assert Orders(theirs).waiting() == ()
        Orders(theirs).forget(waiting.id)
        assert Orders(mine).waiting() == (waiting,)
    finally:
        store.close()


def test_an_unsigned_note_is_not_exported(orders: Orders, profile: Profile, tmp_path: Path) -> None:
    profile.begin(Encounter("e9", profile.clinician.id, AT, Mode.TELEPHONE))
    with pytest.raises(Fixable) as caught:
        orders.export("e9", ("txt",), tmp_path)
    assert caught.value.code == "not-signed"


# ---------------------------------------------------------------- the wrong patient

ANNE = Patient("Anne Example", date(1950, 1, 2), "9434765919")
OTHER = Patient("Beth Other", date(1961, 4, 9), "9434765870")


def changed_to(profile: Profile, patient: Patient) -> None:
    profile.save_encounter(replace(profile.encounter("e1"), patient=patient))


def signed_again(profile: Profile, patient: Patient, text: str = "Cough") -> None:
    """The next version, for whoever the encounter is said to be of now."""
    changed_to(profile, patient)
    before = profile.signed_notes("e1")[-1]
    line = Line("l1", "", "history", text, (), ())
    draft = Draft(f"d-{patient.name}-{text}", "e1", "", "soap", "1.0.0", Detail.STANDARD, (line,))
    headings = (Heading("history", "History"),)
    encounter, clinician = profile.encounter("e1"), profile.clinician
    note = sign(draft, encounter, clinician, headings=headings, confirmed_patient=patient, now=AT, replaces=before)
    profile.save_signed(note)


def refused(orders: Orders, formats: tuple[str, ...], folder: Path, site_id: str = "default") -> str:
    with pytest.raises(Fixable) as caught:
        orders.export("e1", formats, folder, site_id)
    assert "Anne" not in str(caught.value) and "Beth" not in str(caught.value)
    return caught.value.code


def test_a_note_whose_patient_was_corrected_after_signing_does_not_leave_before_it_is_signed_again(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    signed()
    changed_to(profile, OTHER)
    assert refused(orders, ("txt",), tmp_path) == "patient-corrected"
    assert not list(tmp_path.glob("*.txt"))
    signed_again(profile, OTHER)
    orders.export("e1", ("txt",), tmp_path)
    assert [path for path in tmp_path.glob("*.txt") if "Beth Other" in path.read_text(encoding="utf-8")]


def test_a_number_that_was_only_filled_in_later_holds_nothing_up(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    signed()
    signed_again(profile, replace(ANNE, nhs_number=""), "Dry cough")
    changed_to(profile, ANNE)
    orders.export("e1", ("txt",), tmp_path)
    (written,) = tmp_path.glob("*.txt")
    assert "Dry cough" in written.read_text(encoding="utf-8")


def test_what_waits_is_not_written_under_a_name_that_was_corrected_meanwhile(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    drive = tmp_path / "drive"
    signed()
    assert refused(orders, ("txt",), drive) == "export-waits"
    changed_to(profile, OTHER)
    drive.mkdir()
    assert orders.retry() == {} and list(drive.iterdir()) == []
    assert orders.waiting()[0].reason == "patient-corrected"
    signed_again(profile, OTHER)
    assert orders.retry() == {} and orders.waiting() == (), "the version of the other patient is given up"
    orders.export("e1", ("txt",), drive)
    assert written(drive) == ["2.manifest.json", "2.txt"]


def test_a_correction_of_the_patient_never_replaces_a_document_in_another_patients_record(
    orders: Orders, signed: Callable[..., str], profile: Profile, tmp_path: Path
) -> None:
    folder = settings.administrators_file().parent / "export"
    folder.mkdir(parents=True)
    (folder / "clinic.toml").write_text('[organisation]\nname = "Clinic"\nods = "A12345"\n', encoding="utf-8")
    signed()
    first = orders.export("e1", ("hl7-2.4-text", "txt"), tmp_path, "clinic")
    assert orders.misfiled("e1") == ()
    signed_again(profile, replace(ANNE, name="Anna Example"))
    orders.export("e1", ("hl7-2.4-text",), tmp_path, "clinic")  # the same number: the same record
    signed_again(profile, OTHER)
    for name in ("hl7-2.4-text", "fhir"):
        assert refused(orders, (name, "txt"), tmp_path, "clinic") == "other-record"
    orders.export("e1", ("txt",), tmp_path, "clinic")
    gone_wrong = orders.misfiled("e1")
    assert [(each.version, each.patient.name) for each in gone_wrong] == [(1, "Anne Example"), (2, "Anna Example")]
    assert gone_wrong[0].receipts == first
