"""The codes that templates may use; any other is refused, so that a code that does not exist cannot be exported."""

from __future__ import annotations

# CodeSystem https://fhir.hl7.org.uk/CodeSystem/UKCore-RecordStandardHeadings: the headings that notes and letters need.
HEADING_CODES = frozenset(
    {
        "presenting-complaints-or-issues",
        "history",
        "relevant-past-medical-surgical-and-mental-health-history",
        "medications-and-medical-devices",
        "allergies-and-adverse-reaction",
        "family-history",
        "social-context",
        "patient-and-carer-concerns-expectations-and-wishes",
        "examination-findings",
        "observations",
        "investigation-results",
        "assessments",
        "problems-and-issues",
        "diagnoses",
        "procedures",
        "clinical-summary",
        "plan-and-requested-actions",
        "information-and-advice-given",
        "safety-alerts",
        "safeguarding",
        "reason-for-contact",
        "reason-for-referral",
        "person-completing-record",
    }
)

# SNOMED CT codes for the kind of document.
COMPOSITION_CODES = {
    "823691000000103": "Clinical letter",
    "823681000000100": "Outpatient letter",
    "25611000000107": "Referral letter",
    "25671000000102": "Surgery consultation note",
    "373942005": "Discharge summary",
}
