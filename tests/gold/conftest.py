"""The tables that curated views read: full schemas, a few rows each."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from tables import frame

from governance.contract import load_contract
from transforms.gold import views
from transforms.lake import Lake
from transforms.silver.compile import compile_view
from transforms.silver.view import load_views


def _time(name: str) -> dict[str, str]:
    return {f"{name}_date": "date", f"{name}_ts": "timestamp", f"{name}_precision": "string"}


def _strings(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "string")


_WHO = _strings("institution", "subject_key", "person_key")
_CODE = {
    **_strings("code", "code_system", "code_display"),
    "code_all": "array<string>",
    "system_all": "array<string>",
}
_DRUG = {
    **_strings("medication_code", "medication_system", "medication_display", "dose_unit", "encounter_key", "status"),
    "medication_code_all": "array<string>",
    "medication_system_all": "array<string>",
    "dose_value": "double",
}
SILVER: Mapping[str, Mapping[str, str]] = {
    "patient": {
        **_WHO,
        **_strings("patient_key", "gender", "birth_precision", "death_precision"),
        "birth_date": "date",
        "is_over_89": "boolean",
        "is_deceased": "boolean",
        "death_date": "date",
    },
    "condition": {
        **_WHO,
        **_CODE,
        **_strings("condition_key", "clinical_status", "verification_status"),
        **_time("onset"),
        **_time("recorded"),
    },
    "observation": {
        **_WHO,
        **_CODE,
        **_strings("observation_key", "status", "value_comparator", "unit", "unit_ucum"),
        **_strings("value_code", "value_code_system", "value_string"),
        "component_index": "int",
        "value": "double",
        "value_integer": "int",
        "value_boolean": "boolean",
        "value_canonical": "double",
        "unit_canonical": "string",
        **_time("effective"),
        **_time("issued"),
    },
    "medication_request": {**_WHO, **_DRUG, **_strings("medication_request_key", "intent"), **_time("authored")},
    "medication_administration": {
        **_WHO,
        **_DRUG,
        **_strings("medication_administration_key", "request_key", "study_key"),
        **_time("start"),
        **_time("end"),
    },
    "procedure": {**_WHO, **_CODE, **_strings("procedure_key", "status"), **_time("performed")},
    "consent": {
        **_WHO,
        **_strings("consent_key", "status", "provision_type"),
        **dict.fromkeys(("category_code_all", "purpose_code_all", "action_code_all"), "array<string>"),
        **_time("given"),
        **_time("provision_start"),
        **_time("provision_end"),
        "has_exceptions": "boolean",
    },
    "research_study": {
        "institution": "string",
        **_strings("study_key", "enrollment_group_key"),
        "identifier_values": "array<string>",
        "library_canonicals": "array<string>",
    },
    "library": {
        **_strings("institution", "library_key", "url", "version", "status"),
        "content_types": "array<string>",
        "contents": "array<string>",
    },
    "research_subject": {**_WHO, **_strings("research_subject_key", "study_key", "status")},
    "group": {"institution": "string", "group_key": "string", "actual": "boolean"},
    "group_characteristic": {
        **_strings("institution", "group_key", "code", "code_system", "code_text", "value_code", "value_system"),
        **_strings("value_comparator", "value_unit"),
        "characteristic_index": "int",
        "value_boolean": "boolean",
        "value": "double",
        "value_low": "double",
        "value_high": "double",
        "exclude": "boolean",
        "period_start_date": "date",
        "period_end_date": "date",
    },
    "load_completeness": {
        **_strings("institution", "resource_type", "patient_group", "basis"),
        "complete_from": "timestamp",
        "complete_until": "timestamp",
        "records": "bigint",
        "rejected": "bigint",
        "batches": "bigint",
        "has_gap": "boolean",
        "missing": "bigint",
    },
}


_SPARK = {"VARCHAR": "string", "INTEGER": "int"}


def _type(sql: str) -> str:
    base = sql.removesuffix("[]")
    spark = _SPARK.get(base, base.lower())
    return f"array<{spark}>" if sql.endswith("[]") else spark


def of_views() -> dict[str, dict[str, str]]:
    """Every silver table as its view declares it."""
    return {
        n: {**_WHO, **{c.name: _type(c.sql_type) for c in compile_view(v).columns}} for n, v in load_views().items()
    }


def of_contracts() -> dict[str, dict[str, str]]:
    """The curated views that others read, as their contracts promise them."""
    read = {name for view in views().values() for name in view.reads_gold}
    found = {name: load_contract(views()[name].contract_file) for name in read}
    return {name: {c: column.type for c, column in contract.columns.items()} for name, contract in found.items()}


@pytest.fixture(scope="module")
def few_rows(spark: SparkSession) -> Iterator[None]:
    """Small tables are built as the product builds them: to compile their queries would cost more than to run them."""
    with Lake(Path(), spark).for_few_rows():
        yield


@pytest.fixture(scope="session")
def silver(spark: SparkSession) -> Callable[..., dict[str, DataFrame]]:
    """All silver tables and those of governance: the given ones as text, the others empty with their full schema."""
    known = of_views() | of_contracts()
    every = {name: known.get(name, {}) | dict(SILVER.get(name, {})) for name in {**known, **SILVER}}
    empty = {name: frame(spark, types) for name, types in every.items()}

    def tables(**texts: str) -> dict[str, DataFrame]:
        return empty | {name: frame(spark, every[name], text) for name, text in texts.items()}

    return tables
