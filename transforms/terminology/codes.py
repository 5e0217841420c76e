"""Code systems by their FHIR URI, and sets of codes that can be asked in Python, in SQL or in a join."""

import re
from dataclasses import dataclass

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
# GB/T 14396-2016: ICD-10 with places 5 and 6; the OID is that of the Chinese document standards (WS/T 500).
ICD10_CN = "urn:oid:2.16.156.10011.2.3.3.11"
# Every national edition has the same shape of code; the procedure codes of ICD-10-PCS have not.
_ICD10 = re.compile(r"icd-?10(?!-?pcs)", re.IGNORECASE)
_CATEGORY = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Zx]*)?")

Code = tuple[str, str]
"""(system, code)"""


def is_icd10(system: str) -> bool:
    """Whether a URI is that of an edition of ICD-10 for diagnoses."""
    return system == ICD10_CN or _ICD10.search(system) is not None


def says_its_place(system: str) -> bool:
    """Whether a code of the system begins with the code above it, so that its descendants need no list."""
    return system == ATC or is_icd10(system)


def place(system: str, code: str) -> str | None:
    """The beginning that codes at and below `code` share; None where it is no single place (E10-E14, a chapter).

    Of a system that `says_its_place`.
    """
    if is_icd10(system):
        return code.rstrip(".") if _CATEGORY.fullmatch(code) else None
    return code or None


@dataclass(frozen=True)
class CodeSet:
    """Codes that belong together: those in `codes` or under a beginning in `prefixes`, less those of `without`."""

    codes: frozenset[Code] = frozenset()
    prefixes: frozenset[Code] = frozenset()
    without: "CodeSet | None" = None

    def __or__(self, other: "CodeSet") -> "CodeSet":
        """Of two sets without exclusions."""
        return CodeSet(self.codes | other.codes, self.prefixes | other.prefixes)

    def __contains__(self, code: Code) -> bool:
        system, value = code
        found = code in self.codes or any(s == system and value.startswith(p) for s, p in self.prefixes)
        return found and not (self.without and code in self.without)

    def __bool__(self) -> bool:
        return bool(self.codes or self.prefixes)

    @property
    def systems(self) -> frozenset[str]:
        return frozenset(s for s, _ in self.codes | self.prefixes)
