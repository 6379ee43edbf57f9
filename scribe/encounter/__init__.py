"""Begin: whose encounter it is, that the patient was told, and what happens when they object.

session = Session(profile, ClipboardGuard(clipboard), closing=stop_recorder)
session.begin(Mode.TELEPHONE, patient=Patient("Ann Example", date(1961, 4, 2)))
require_recordable(session.confirm_told())
"""

from scribe.encounter.clipboard import Clipboard, ClipboardGuard
from scribe.encounter.patient import CheckedPatient, Notice, check_patient, confusable, is_same_person
from scribe.encounter.session import Session, require_recordable

__all__ = [
    "CheckedPatient",
    "Clipboard",
    "ClipboardGuard",
    "Notice",
    "Session",
    "check_patient",
    "confusable",
    "is_same_person",
    "require_recordable",
]
