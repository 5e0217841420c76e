"""Eligibility criteria of a study as data that can be joined: what each asks for, or why it cannot be computed.

Pure Python, on definitions: nothing here has seen a patient. Source of the form: FHIR R4 ResearchStudy.enrollment ->
Group(actual=false).characteristic, a flat AND in which each characteristic may exclude.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
# Every national edition has the same shape of code; the procedure codes of ICD-10-PCS have not.
ICD10 = re.compile(r"icd-?10(?!-?pcs)", re.IGNORECASE)

Kind = Literal["alive", "age", "sex", "condition", "medication", "observation", "other"]

# What is missing where a result is unknown. Closed, so that a worklist can be sorted and translated by it.
NO_VALUE = "no value loaded"
NOT_LOADED = "no record of this kind loaded for the institution"
NOT_COMPLETE = "records of this kind are not known to be loaded completely"
OTHER_SYSTEM = "records of the institution use another code system"
YEAR_ONLY = "date precision is a year only"
TOO_COARSE = "date precision is too coarse"
SHIFTED = "date is shifted by up to a year"
OTHER_UNIT = "unit differs"
ONLY_A_BOUND = "value is only a bound"
DISAGREE = "newest values disagree"
OTHER_VALUE = "value is of another kind or code system"
OTHER_CODING = "a record of the patient has no code in this code system"
UNCONFIRMED = "diagnosis is not confirmed"
STATUS_UNKNOWN = "status is unknown"
REVIEW = "needs review"
NO_CRITERIA = "criteria are not loaded"

# Characteristics by their code. A coding counts only in its own system; the words of local code lists in any.
_CODES: Mapping[Kind, Mapping[str, frozenset[str]]] = {
    "age": {
        LOINC: frozenset({"30525-0", "29553-5", "21612-7", "63900-5"}),
        SNOMED: frozenset({"397669002", "424144002"}),
    },
    "sex": {LOINC: frozenset({"46098-0", "76689-9", "21840-4"}), SNOMED: frozenset({"263495000"})},
    # LOINC Diagnosis; SNOMED CT Disease, Diagnosis, Clinical finding.
    "condition": {LOINC: frozenset({"29308-4"}), SNOMED: frozenset({"64572001", "439401001", "404684003"})},
    # LOINC History of medication use; SNOMED CT Drug or medicament, Medicinal product, Pharmaceutical product.
    "medication": {LOINC: frozenset({"10160-0"}), SNOMED: frozenset({"410942007", "763158003", "373873005"})},
}
_WORDS: Mapping[Kind, frozenset[str]] = {
    "age": frozenset({"age"}),
    "sex": frozenset({"gender", "sex"}),
    "condition": frozenset({"diagnosis", "condition", "disease", "disorder"}),
    "medication": frozenset({"medication", "drug"}),
}
_YEARS = frozenset({"a", "year", "years", "yr", "岁"})
# Administrative gender, SNOMED CT, LOINC answers and HL7 v2/v3, all to the codes of Patient.gender.
_SEX = {
    "male": "male", "248153007": "male", "LA2-8": "male", "M": "male",
    "female": "female", "248152002": "female", "LA3-6": "female", "F": "female",
    "other": "other",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. `needs` is set where it cannot be computed; the result is then unknown for every patient.

    condition, medication: the record must hold `code` of `system`, or a code that starts with it where `is_prefix`.
    observation: the newest value of `code` + `system` must lie between `low` and `high` in `unit`, or be the coded
    or boolean value. age: completed years between `low` and `high`. A bound is part of the range where `_closed`.
    """

    criterion_id: str
    kind: Kind
    label: str
    is_exclusion: bool = False
    number: int = 0
    system: str | None = None
    code: str | None = None
    is_prefix: bool = False
    low: float | None = None
    low_closed: bool = True
    high: float | None = None
    high_closed: bool = True
    unit: str | None = None
    sex: str | None = None
    value_system: str | None = None
    value_code: str | None = None
    value_boolean: bool | None = None
    needs: str | None = None


def compile_criteria(rows: Iterable[Mapping[str, Any]]) -> dict[str, tuple[Criterion, ...]]:
    """The criteria of each study by study_key, the first always "alive", the others in the order of the rows.

    Reads rows of research_study with its group and one characteristic each: study_key, enrollment_group_key, is_defined
    (the group is loaded), is_actual, and the columns of group_characteristic (characteristic_index null where it has
    none). A study without a group, or whose group lists its members (actual), states no criteria and is left out;
    one whose group or characteristics are not loaded keeps a criterion that is unknown. Each criterion has a `number`
    of its own over all studies.
    """
    studies: dict[str, list[Criterion]] = {}
    for row in rows:
        if row["enrollment_group_key"] is None or row["is_actual"]:
            continue
        criteria = studies.setdefault(row["study_key"], [Criterion("alive", "alive", "alive")])
        criteria.append(compile_criterion(row))
    number = iter(range(sum(map(len, studies.values()))))
    return {study: tuple(replace(c, number=next(number)) for c in found) for study, found in studies.items()}


def compile_criterion(row: Mapping[str, Any]) -> Criterion:
    """One characteristic. Never guesses: what is not understood as a whole is kind "other" or has `needs`."""
    group = str(row["enrollment_group_key"])
    if not row["is_defined"] or row["characteristic_index"] is None:
        return Criterion(group, "other", "criteria", needs=NO_CRITERIA)
    kind = _kind(row)
    base = Criterion(f"{group}/{row['characteristic_index']}", kind, _label(row), bool(row["exclude"]))
    # A calendar period cannot be held against dates that were shifted; an absent "exclude" leaves the sense open.
    is_unclear = row["exclude"] is None or row["period_start_date"] is not None or row["period_end_date"] is not None
    if is_unclear or kind == "other":
        return replace(base, needs=REVIEW)
    return _COMPILE[kind](base, row)


def _kind(row: Mapping[str, Any]) -> Kind:
    system, code = row["code_system"], row["code"]
    if code is None:
        return "other"
    for kind, codes in _CODES.items():
        if code in codes.get(system or "", frozenset()) or str(code).lower() in _WORDS[kind]:
            return kind
    if row["value_system"] in (RXNORM, ATC):
        return "medication"
    has_value = any(
        row[name] is not None for name in ("value", "value_low", "value_high", "value_code", "value_boolean")
    )
    return "observation" if system and has_value else "other"


def _age(base: Criterion, row: Mapping[str, Any]) -> Criterion:
    bounded = _bounded(base, row)
    return bounded if row["value_unit"] in _YEARS else replace(bounded, needs=REVIEW)


def _sex(base: Criterion, row: Mapping[str, Any]) -> Criterion:
    sex = _SEX.get(row["value_code"])
    return replace(base, sex=sex, needs=None if sex else REVIEW)


def _coded(base: Criterion, row: Mapping[str, Any]) -> Criterion:
    """A diagnosis or a drug by its code. ICD-10 and ATC codes say their place in a hierarchy, others match exactly."""
    system, code = row["value_system"], row["value_code"]
    if not system or not code:
        return replace(base, needs=REVIEW)
    if ICD10.search(system):
        # A range (E10-E14) or a chapter is not one place in the hierarchy.
        is_category = re.fullmatch(r"[A-Z]\d[0-9A-Z](\.[0-9A-Zx]*)?", code) is not None
        return replace(
            base, system=system, code=code.rstrip("."), is_prefix=True, needs=None if is_category else REVIEW
        )
    return replace(base, system=system, code=code, is_prefix=system == ATC)


def _observed(base: Criterion, row: Mapping[str, Any]) -> Criterion:
    asked = replace(base, system=row["code_system"], code=row["code"])
    if row["value_code"] is not None:
        needs = None if row["value_system"] else REVIEW
        return replace(asked, value_system=row["value_system"], value_code=row["value_code"], needs=needs)
    if row["value_boolean"] is not None:
        return replace(asked, value_boolean=row["value_boolean"])
    return replace(_bounded(asked, row), unit=row["value_unit"])


_COMPILE = {"age": _age, "sex": _sex, "condition": _coded, "medication": _coded, "observation": _observed}


def _bounded(base: Criterion, row: Mapping[str, Any]) -> Criterion:
    """A FHIR Range holds both its ends; a Quantity without comparator asks for exactly that value."""
    value, low, high = row["value"], row["value_low"], row["value_high"]
    if value is None:
        return replace(base, low=low, high=high, needs=REVIEW if low is None and high is None else None)
    match row["value_comparator"]:
        case None:
            return replace(base, low=value, high=value)
        case ">=" | ">" as above:
            return replace(base, low=value, low_closed=above == ">=")
        case "<=" | "<" as below:
            return replace(base, high=value, high_closed=below == "<=")
        case _:
            return replace(base, needs=REVIEW)


def _label(row: Mapping[str, Any]) -> str:
    """The criterion in codes and numbers. Texts are left out: nobody has looked at what they may hold."""
    parts = [f"{row['code_system'] or ''}|{row['code'] or ''}"]
    if row["value_code"] is not None:
        parts.append(f"= {row['value_system'] or ''}|{row['value_code']}")
    if row["value_boolean"] is not None:
        parts.append(f"= {str(row['value_boolean']).lower()}")
    if row["value"] is not None:
        parts.append(f"{row['value_comparator'] or '='} {row['value']:g}")
    if row["value_low"] is not None:
        parts.append(f">= {row['value_low']:g}")
    if row["value_high"] is not None:
        parts.append(f"<= {row['value_high']:g}")
    return " ".join([*parts, *([row["value_unit"]] if row["value_unit"] else [])])
