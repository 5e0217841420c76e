"""`lakehouse study`: a study's tables written out as datasets, and its report."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from rich.console import Console

import governance.study
from core.errors import ConfigError, StorageError
from dagster_project.assets.gold import CONTRACTS
from dagster_project.residual import guard
from dagster_project.resources import Lakehouse, file_name
from dagster_project.verdicts import check_clean
from deid.disclosure import generalise_until
from governance.contract import Contract
from governance.events import DataDownloaded
from governance.leaving import as_view, in_place, to_leave
from governance.rights import REASONS, Decision, RightsError, View
from governance.study import summary, survival
from governance.study.dataset import Dataset, dataset
from governance.study.define import define_xml
from governance.study.write import SUFFIX, Format, beyond_ascii, write

TABLES = tuple(name for name, contract in CONTRACTS.items() if contract.standard)
_DEFINE = "define.xml"


def studies(lakehouse: Lakehouse) -> dict[str, int]:
    """The studies that have subjects, by STUDYID, and how many."""
    if not lakehouse.research_lake.exists("gold", "adsl"):
        return {}
    rows = lakehouse.research_lake.read("gold", "adsl").groupBy("STUDYID").count().orderBy("STUDYID").collect()
    return {r.STUDYID: r["count"] for r in rows}


def show_studies(lakehouse: Lakehouse, console: Console) -> None:
    for name, subjects in studies(lakehouse).items():
        console.print(f"{name}: {subjects:,} subjects", highlight=False)


def export(
    lakehouse: Lakehouse, study: str, tables: Iterable[str], form: Format, to: Path | None, console: Console,
    grant: str | None = None,
) -> list[Path]:  # fmt: skip
    """Write tables of a study as files with a define.xml: into the lake, or as `governance.leaving` lets them leave it.

    What leaves does so for the recipient of `grant`, which names each table; RightsError where it does not hold.
    """
    folder, leaves = _folder(lakehouse, study, to)
    every = tuple(n for n in TABLES if CONTRACTS[n].may_leave) if leaves else TABLES
    names = _known_tables(tables) or every
    if leaves and grant is None:
        raise RightsError(
            f"--to {folder}: is outside of the research zone, and rows leave it for the recipient of a grant only. Give --grant"
            " (`lakehouse grant list`), or write inside the lake (without --to)."
        )
    _known_study(lakehouse, study)
    files, written = [], []
    for name in names:
        found = _dataset(lakehouse, study, CONTRACTS[name], grant if leaves else None, console)
        try:
            files.append(write(found, form, folder, lakehouse.now()))
        except OSError as e:
            raise StorageError(
                f"{folder}: cannot be written ({e.strerror}). Free space or pass another folder with --to."
            ) from None
        written.append(found)
        console.print(
            f"{files[-1]}: {found.rows.num_rows:,} rows, {len(found.variables)} variables",
            highlight=False,
            soft_wrap=True,
        )
        if form == "xpt" and (texts := beyond_ascii(found)):
            console.print(
                f"  has characters beyond ASCII, as UTF-8: {', '.join(texts)}", highlight=False, soft_wrap=True
            )
    define = folder / _DEFINE
    define.write_bytes(define_xml(written, SUFFIX[form], lakehouse.now()))
    where = (
        "may be given to the grant's recipient, at grade L3" if leaves else "is grade L4: for work in the research zone"
    )
    console.print(f"{define}: what they hold. What was written {where}.", highlight=False, soft_wrap=True)
    return [*files, define]


def _folder(lakehouse: Lakehouse, study: str, to: Path | None) -> tuple[Path, bool]:
    """(where the files go, whether they leave the research zone by that). Links and dots are followed first."""
    lake = lakehouse.settings.lake.resolve()
    kept = lake / "exports"
    folder = (to or kept / file_name(study)).resolve()
    if folder.is_relative_to(lake) and not folder.is_relative_to(kept):
        raise ConfigError(
            f"--to {folder}: the lake's own folders hold its tables. Inside the lake, only {kept} takes datasets."
        )
    return folder, not folder.is_relative_to(kept)


def _dataset(lakehouse: Lakehouse, study: str, contract: Contract, grant: str | None, console: Console) -> Dataset:
    """All of it for work in place; with a grant as it may leave, and then it is recorded that it does."""
    rows = _rows(lakehouse, contract.view, study)
    if grant is None:
        return dataset(contract, study, in_place(rows, contract).toArrow())
    table = f"gold/{contract.view}"
    commit = lakehouse.research_lake.commit("gold", contract.view)
    assert commit is not None, "the table was read"
    # Of the study, not of the table alone: one without rows is its sponsor's too.
    subjects = _rows(lakehouse, "adsl", study).select("institution").distinct().collect()
    view = as_view(contract, (r.institution for r in subjects))
    covered = _allowed(lakehouse.rights.check(grant, view, sorted(view.columns), now=lakehouse.now()), grant, view)
    for column, values in covered.row_filter.items():
        rows = rows.where(F.col(column).isin(*values))
    out, report = to_leave(rows, contract, generalise_until)
    guard(lakehouse, [table])
    check_clean(lakehouse.research_lake, table, commit.version)
    console.print(
        f"{contract.view}: left out {', '.join(report['dropped_columns']) or 'no column'}",
        highlight=False,
        soft_wrap=True,
    )
    found = dataset(contract, study, out.toArrow())
    event = DataDownloaded(
        grant=grant, view=contract.view, version=commit.version, columns=tuple(found.rows.column_names),
        rows=found.rows.num_rows, files=1, bytes=found.rows.nbytes,
    )  # fmt: skip
    _allowed(lakehouse.rights.use(event, view, now=lakehouse.now()), grant, view)
    return found


def _allowed(decision: Decision, grant: str, view: View) -> Decision:
    if decision.reason:
        raise RightsError(
            f"{view.name}: grant {grant}: {REASONS[decision.reason]}. `lakehouse grant show {grant}` says what it covers; or write"
            " inside the lake (without --to)."
        )
    return decision


def _rows(lakehouse: Lakehouse, name: str, study: str) -> DataFrame:
    return lakehouse.research_lake.read("gold", name).where(F.col("STUDYID") == study)


def _known_study(lakehouse: Lakehouse, study: str) -> None:
    if study not in (known := studies(lakehouse)):
        raise ConfigError(f"--study {study}: no such study. The lake has: {', '.join(known) or 'none'}.")


def _known_tables(tables: Iterable[str]) -> list[str]:
    names = list(dict.fromkeys(tables))
    if unknown := [n for n in names if n not in TABLES]:
        raise ConfigError(f"--table {', '.join(unknown)}: no such table of a study. There are: {', '.join(TABLES)}.")
    return names


def report(lakehouse: Lakehouse, study: str, console: Console) -> Path:
    """Disposition, Table 1, adverse events, exposure and Kaplan-Meier curves of a study, below reports/study/<study>/."""
    _known_study(lakehouse, study)
    frames: dict[str, pd.DataFrame] = {}
    for name in ("adsl", "adae", "adex", "adtte"):
        frames[name] = in_place(_rows(lakehouse, name, study), CONTRACTS[name]).toPandas()
    least = CONTRACTS["adsl"].grade.smallest_cell
    assert least, "a grade that has rows has a smallest cell"
    of = summary.Study(study, **frames, min_cell=least)
    tables = [*summary.counts(of), summary.exposure(of)]
    pictures: list[str | None] = [None] * len(tables)
    folder = ("study", file_name(study))
    for parameter in survival.parameters(of):
        tables.append(survival.table(of, parameter))
        pictures.append(survival.picture(of, parameter))
        if drawn := pictures[-1]:
            lakehouse.report_file(*folder, f"{parameter.lower()}.svg").write_text(drawn, encoding="utf-8")
    data = _data(lakehouse, of, tables)
    pages = Environment(
        loader=FileSystemLoader(Path(governance.study.__file__).parent), autoescape=True, undefined=StrictUndefined
    )
    page = pages.get_template("report.html").render(r=data, tables=tables, pictures=pictures)
    file = lakehouse.write_report("/".join((*folder, "report")), html=page, data=data)
    console.print(f"Report on {study}: {file}", highlight=False, soft_wrap=True)
    return file


def _data(lakehouse: Lakehouse, of: summary.Study, tables: list[summary.Table]) -> dict[str, Any]:
    versions = {
        n: c.version for n in ("adsl", "adae", "adex", "adtte") if (c := lakehouse.research_lake.commit("gold", n))
    }
    return {
        "study": of.name,
        "made_at": lakehouse.now().isoformat(timespec="seconds"),
        "tables_from": json.dumps(versions),
        "min_cell": of.min_cell,
        "tables": [summary.as_dict(t) for t in tables],
    }
