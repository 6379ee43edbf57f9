"""The names by which NHS systems know numbers and code systems."""

from __future__ import annotations

from scribe.draft import templates
from scribe.draft.codes import COMPOSITION_CODES
from scribe.errors import Fixable
from scribe.records import SignedNote

UK_CORE = "https://fhir.hl7.org.uk"
SNOMED = "http://snomed.info/sct"
NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
SDS_USER = "https://fhir.nhs.uk/Id/sds-user-id"
VERIFICATION = f"{UK_CORE}/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
REGISTERS = {
    "GMC": f"{UK_CORE}/Id/gmc-number",
    "NMC": f"{UK_CORE}/Id/nmc-number",
    "HCPC": f"{UK_CORE}/Id/hcpc-number",
    "GPHC": f"{UK_CORE}/Id/gphc-number",
    "GMP": f"{UK_CORE}/Id/gmp-number",
}
_USUAL = "25671000000102"


def document_code(note: SignedNote) -> str:
    """The SNOMED CT code for the kind of document, as the note's template names it; always one of those we know."""
    if note.document_code in COMPOSITION_CODES:
        return note.document_code
    try:
        return templates.load(note.template_id).composition  # a note signed before notes kept their code
    except Fixable:
        return _USUAL
