"""`lakehouse view`: a ViewDefinition that somebody brings, checked, or tried on a lake or on resources in files."""

import json
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import zstandard
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from transforms.bronze import reader
from transforms.bronze.landing import Split, is_of_lines
from transforms.bronze.reader import REASONS, Record
from transforms.silver.compile import compile_view
from transforms.silver.runner import project, run_inline, statement
from transforms.silver.view import ViewError, read_view
from transforms.terminology.load import Terminology


def check(files: Iterable[Path], console: Console, terminology: Terminology | None = None) -> None:
    """Print the columns of each view, and what FHIRPath lets pass but is hardly meant. ViewError lists all mistakes."""
    wrong = []
    for file in files:
        try:
            view = read_view(file, terminology)
            compiled = compile_view(view, strict=False)
        except ViewError as e:
            wrong.append(str(e))
            continue
        console.print(f"{file}: {view.name}, of {view.resource}: {len(compiled.columns)} columns", highlight=False)
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("column", "type", "description"):
            table.add_column(name)
        for column in compiled.columns:
            table.add_row(column.name, column.sql_type, column.source.description or "")
        console.print(table)
        try:
            compile_view(view)
        except ViewError as doubts:
            console.print(f"Hardly meant, though FHIRPath allows it:\n{doubts}", highlight=False, soft_wrap=True)
    if wrong:
        raise ViewError("\n".join(wrong))


def rows_of_lake(lakehouse: Lakehouse, file: Path, *, where: str | None, limit: int) -> pa.Table:
    """The view over the lake's de-identified records. ConfigError for a condition that is no SQL over its columns."""
    view = replace(read_view(file, lakehouse.terminology), is_strict=False)
    statement(view)
    lake = lakehouse.research_lake
    if not lake.exists("deid", "resource"):
        raise ConfigError(f"{lakehouse.settings.lake}: holds no de-identified records yet. `lakehouse run` makes them.")
    resources = lake.read("deid", "resource").where(f"resource_type = '{view.resource}'")
    rows = project(resources, view)
    try:
        rows = rows.where(where) if where else rows
        rows.schema  # noqa: B018  has Spark look at the condition
    except Exception:
        raise _no_condition(where, rows.columns) from None
    return rows.limit(limit).toArrow()


def rows_of_files(
    view_file: Path, files: Iterable[Path], *, where: str | None, limit: int, terminology: Terminology | None = None
) -> pa.Table:
    """The view over the resources in files, with no lake and no Spark."""
    view = read_view(view_file, terminology)
    rows = run_inline(view, _resources(files), strict=False)
    try:
        found = duckdb.from_arrow(rows)
        return (found.filter(where) if where else found).limit(limit).to_arrow_table()
    except duckdb.Error:
        raise _no_condition(where, rows.column_names) from None


def _no_condition(where: str | None, columns: Iterable[str]) -> ConfigError:
    return ConfigError(f"--where {where!r}: is no SQL condition over the view's columns: {', '.join(columns)}.")


def _resources(files: Iterable[Path]) -> Iterator[str]:
    """The resources in files, read as bronze reads them: lines, Bundles, lists, packed or not."""
    for file in files:
        whole = Split(str(file), file.name, is_of_lines(file), 0, None, 1, 0)
        try:
            for record in _records(whole):
                if record.reason_code in _UNREADABLE:
                    raise ConfigError(
                        f"{file}, line {record.line}: is not JSON that can be read ({REASONS[record.reason_code]}). Give NDJSON, a"
                        " Bundle or a resource."
                    )
                if record.raw is not None:
                    yield record.raw.decode()
        except (OSError, EOFError, UnicodeDecodeError, zlib.error, zstandard.ZstdError) as e:
            raise ConfigError(f"{file}: cannot be read ({getattr(e, 'strerror', None) or type(e).__name__}).") from None


def _records(whole: Split) -> Iterator[Record]:
    if whole.is_lines:
        for line, text in reader.lines(whole):
            yield from reader.line_records(text, line, "R4B")
    else:
        yield from reader.document_records(reader.document(whole), "R4B")


_UNREADABLE = frozenset({"not_utf8", "not_json", "too_deep", "too_large", "invalid_bundle"})


def show(rows: pa.Table, how: str, console: Console) -> None:
    """Print rows as a table, as CSV or as one JSON object a line."""
    if how == "csv":
        pyarrow.csv.write_csv(_flat(rows), sys.stdout.buffer)
    elif how == "json":
        for row in rows.to_pylist():
            console.print(
                json.dumps(row, ensure_ascii=False, default=str), highlight=False, markup=False, soft_wrap=True
            )
    else:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in rows.column_names:
            table.add_column(name)
        for row in rows.to_pylist():
            table.add_row(*("" if v is None else str(v) for v in row.values()))
        console.print(table, markup=False)
        console.print(f"{rows.num_rows:,} rows", highlight=False)


def _flat(rows: pa.Table) -> pa.Table:
    """CSV has no lists: they are written as JSON."""
    columns = [
        pa.array([None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in c.to_pylist()])
        if pa.types.is_list(c.type)
        else c
        for c in rows.columns
    ]
    return pa.table(columns, names=rows.column_names)
