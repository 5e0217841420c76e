"""FHIR Group characteristics -> criteria. Source: FHIR R4 ResearchStudy.enrollment -> Group(actual=false).characteristic, a
flat AND in which each characteristic may exclude. Never guesses: what is not understood as a whole needs review."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from transforms.gold._criteria import NO_CRITERIA, REVIEW, Criterion, Kind, Leaf, unclear
from transforms.terminology.codes import ATC, LOINC, RXNORM, SNOMED, CodeSet, is_icd10, place
from transforms.terminology.load import Terminology

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
SEX = {
    "male": "male", "248153007": "male", "LA2-8": "male", "M": "male",
    "female": "female", "248152002": "female", "LA3-6": "female", "F": "female",
    "other": "other",
}  # fmt: skip


def group_criterion(row: Mapping[str, Any], terminology: Terminology) -> Criterion:
    """One characteristic, a row of research_study with its group and group_characteristic (see `_studies`)."""
    group = str(row["enrollment_group_key"])
    if not row["is_defined"] or row["characteristic_index"] is None:
        return unclear(group, "criteria", NO_CRITERIA)
    kind, label = _kind(row), _label(row)
    id_ = f"{group}/{row['characteristic_index']}"
    leaf = Leaf(kind, label)
    # A calendar period cannot be held against dates that were shifted; an absent "exclude" leaves the sense open.
    is_unclear = row["exclude"] is None or row["period_start_date"] is not None or row["period_end_date"] is not None
    if is_unclear or kind == "other":
        return Criterion(id_, replace(leaf, needs=REVIEW), bool(row["exclude"]), label)
    return Criterion(id_, _COMPILE[kind](leaf, row, terminology), bool(row["exclude"]), label)


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


def _age(leaf: Leaf, row: Mapping[str, Any], _: Terminology) -> Leaf:
    bounded = _bounded(leaf, row)
    return bounded if row["value_unit"] in _YEARS else replace(bounded, needs=REVIEW)


def _sex(leaf: Leaf, row: Mapping[str, Any], _: Terminology) -> Leaf:
    sex = SEX.get(row["value_code"])
    return replace(leaf, sex=sex, needs=None if sex else REVIEW)


def _coded(leaf: Leaf, row: Mapping[str, Any], terminology: Terminology) -> Leaf:
    """A diagnosis or a drug by its code and all that the lists have below it."""
    codes = coded(row["value_system"], row["value_code"], terminology, through_maps=leaf.kind == "medication")
    return replace(leaf, codes=codes or CodeSet(), needs=None if codes else REVIEW)


def coded(
    system: str | None, code: str | None, terminology: Terminology, *, through_maps: bool = False, deep: bool = True
) -> CodeSet | None:
    """The codes that a code stands for; None where it stands for no single place (E10-E14) or lacks its system."""
    if not system or not code or (is_icd10(system) and place(system, code) is None):
        return None
    found = terminology.at_or_below(system, code, through_maps=through_maps) if deep else None
    return found or terminology.only(system, code)


def _observed(leaf: Leaf, row: Mapping[str, Any], terminology: Terminology) -> Leaf:
    asked = replace(leaf, codes=terminology.only(row["code_system"], row["code"]))
    if row["value_code"] is not None:
        codes = coded(row["value_system"], row["value_code"], terminology)
        return replace(asked, value_codes=codes or CodeSet(), needs=None if codes else REVIEW)
    if row["value_boolean"] is not None:
        return replace(asked, value_boolean=row["value_boolean"])
    return replace(_bounded(asked, row), unit=row["value_unit"])


_COMPILE = {"age": _age, "sex": _sex, "condition": _coded, "medication": _coded, "observation": _observed}


def _bounded(leaf: Leaf, row: Mapping[str, Any]) -> Leaf:
    """A FHIR Range holds both its ends; a Quantity without comparator asks for exactly that value."""
    value, low, high = row["value"], row["value_low"], row["value_high"]
    if value is None:
        return replace(leaf, low=low, high=high, needs=REVIEW if low is None and high is None else None)
    match row["value_comparator"]:
        case None:
            return replace(leaf, low=value, high=value)
        case ">=" | ">" as above:
            return replace(leaf, low=value, low_closed=above == ">=")
        case "<=" | "<" as below:
            return replace(leaf, high=value, high_closed=below == "<=")
        case _:
            return replace(leaf, needs=REVIEW)


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
