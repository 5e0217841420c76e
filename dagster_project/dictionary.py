"""Writes docs/data-dictionary.md from the definitions: `python -m dagster_project.dictionary`; a test compares the two."""

from collections.abc import Iterator
from pathlib import Path

from pyspark.sql.pandas.types import from_arrow_schema

from dagster_project.assets.deid import DONE
from dagster_project.assets.gold import CONTRACTS
from dagster_project.assets.silver import VIEWS
from dagster_project.residual import SCAN
from deid import stage
from expectations.evaluate import RESULT_COLUMNS
from expectations.failing import FAILURE_COLUMNS
from governance.contract import LICENCES, Contract
from governance.metering.usage import SCHEMA
from governance.remembered import REMEMBERED
from transforms.bronze import completeness, tables
from transforms.silver.view import ANSI, GRADE, UNIT, UNIT_COLUMN
from transforms.terminology.spark import UNLISTED

FILE = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"
# Tables whose rows are not for analysts: what one row is, and the columns as the code declares them.
_INNER = (
    ("bronze/resource", "one row per accepted version of a resource, as delivered; identified", tables.RESOURCE),
    ("bronze/rejected", "one row per record that was not accepted, with the reason; identified", tables.REJECTED),
    ("bronze/duplicate", "one row per record that repeats one that is held; identified", tables.DUPLICATE),
    (
        "bronze/batch",
        "one row per batch and resource type, in records; its presence says that the batch is complete",
        tables.BATCH,
    ),
    ("vault/identity", "one row per institution and patient; identified", stage.IDENTITY),
    (
        "vault/directory",
        "one row per person or place that records refer to, and per number that stands for one; identified",
        stage.DIRECTORY,
    ),
    (
        "vault/rekey",
        "one row per patient and rotation of the keys: which old pseudonym became which new one; identified",
        stage.REKEY,
    ),
    ("vault/exclusion", "one row per current record that is not de-identified, and why; identified", stage.EXCLUSION),
    ("deid/resource", "one row per live resource whose patient may be used; `raw` is valid FHIR", stage.RESOURCE),
    ("governance/deidentification", "one row per run, institution, batch, type and thing done, in occurrences", DONE),
    ("governance/residual_scan", "one row per scan of a table for what is left of anybody; no value", SCAN),
    (
        "governance/load_completeness",
        "one row per institution, resource type and patient group: what has been loaded until when",
        completeness.LOAD_COMPLETENESS,
    ),
    (
        "governance/unlisted_code",
        "one row per coded column of a silver table, institution, code system and code that no code list holds; the code"
        " only where a standard system has it, else their number",
        UNLISTED,
    ),
    (
        "governance/released/<grade>/<view>",
        "one row per release and cell of a count, or person whose rows are published: what was told, for the comparison with the"
        " next release; the newest and the one before",
        REMEMBERED,
    ),
    (
        "governance/quality_result",
        "one row per run, table and rule",
        ", ".join(f"{name} {kind}" for name, kind in RESULT_COLUMNS),
    ),
    (
        "governance/quality_failure",
        "one row per row that breaks a rule and rule, by its key; the same of bronze, identified, is vault/quality_failure",
        ", ".join(f"{name} {kind}" for name, kind in FAILURE_COLUMNS),
    ),
    (
        "governance/usage",
        "one row per use of granted data, that is per entry query_answered or data_downloaded of the ledger",
        ", ".join(f"{f.name} {f.dataType.simpleString()}" for f in from_arrow_schema(SCHEMA)),
    ),
)


def lines() -> Iterator[str]:
    yield "# Data dictionary 数据字典"
    yield ""
    yield "Generated from the ViewDefinitions, contracts and table declarations. Grades: L1 public … L5 never published."
    for name, grain, ddl in _INNER:
        yield from ("", f"## {name}", "", f"{grain[0].upper()}{grain[1:]}.", "")
        yield ", ".join(f"`{column}`" for column in ddl.split(", "))
    for view in VIEWS.values():
        yield from ("", f"## silver/{view.name}", "", view.description, "")
        yield "Begins with `institution`, `subject_key`, `person_key` (carried from deid/resource)."
        yield from ("", "| column | type | unit | grade | meaning 含义 |", "|---|---|---|---|---|")
        for column in view.columns:
            kind = column.tagged(ANSI) or column.type or "string"
            kind = f"array of {kind}" if column.collection else kind
            unit = column.tagged(UNIT) or (f"see {by}" if (by := column.tagged(UNIT_COLUMN)) else "")
            said = _cell(column.description or "")
            yield f"| {column.name} | {kind} | {unit} | {column.tagged(GRADE)} | {said} |"
    for contract in CONTRACTS.values():
        also = f", published/{contract.grade.value}/{contract.view}" if contract.is_published else ""
        yield from ("", f"## gold/{contract.view}{also}", "")
        yield f"{contract.title.en} {contract.title.zh}. {contract.description.en} {contract.description.zh}"
        yield from ("", f"Grain: {contract.grain.en} ({contract.grain.zh}).")
        licence = LICENCES[contract.licence]
        yield f"Licence: {licence.en} ({licence.zh}). Price: {contract.price_unit}. From: {_sources(contract)}."
        yield from (
            "",
            "| column | name 名称 | type | unit | grade | category | role | meaning 含义 |",
            f"|{'---|' * 8}",
        )
        for name, c in contract.columns.items():
            unit = c.unit or (f"see {c.unit_column}" if c.unit_column else "")
            said = f"{_cell(c.description.en)} {_cell(c.description.zh)}"
            words = f"{_cell(c.name.en)} {_cell(c.name.zh)}"
            role = f"{c.role}: {' → '.join((*c.generalise, 'suppressed'))}" if c.generalise is not None else c.role
            yield f"| {name} | {words} | `{_cell(c.type)}` | {unit} | {c.grade.value} | {c.category} | {role} | {said} |"


def _sources(contract: Contract) -> str:
    return (
        "registered institutions"
        if contract.source_institutions == "registered"
        else ", ".join(contract.source_institutions)
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def text() -> str:
    return "\n".join(lines()) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
