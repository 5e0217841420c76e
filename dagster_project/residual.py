"""The guard at the two borders: looks for anybody in what was de-identified, and in what is about to be published.

It belongs to the identified zone, because it compares with what the vault knows; it reads to the right, and nothing on
the right reads back. What it says goes to governance/residual_scan; see `dagster_project.verdicts` and docs/adr/0008.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import dagster as dg
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from dagster_project.assets._step import step
from dagster_project.assets.gold import CONTRACTS, PUBLISHED, VIEWS, published_name
from dagster_project.fingerprint import fingerprint
from dagster_project.releases import RELEASE
from dagster_project.report import write_report
from dagster_project.resources import Lakehouse
from dagster_project.verdicts import CHECK, WITHDRAWN, Verdict, plain, said, verdicts
from deid import identity, residual, residual_scan
from governance.contract import Contract
from transforms.bronze.tables import names
from transforms.lake import Lake

# One row per scan of a table; `findings` holds paths, kinds, keys and keyed hashes, never what was found.
SCAN = (
    "at timestamp, table string, delta_version bigint, known string, code string, is_whole boolean, rows bigint, strings bigint,"
    f" findings array<struct<{residual_scan.FINDING.replace(', ', ',').replace(' ', ':')}>>"
)
RECORDS = "deid/resource"
_HERE = Path(residual.__file__)
_CODE = (_HERE, Path(residual_scan.__file__), Path(identity.__file__), _HERE.parent / "text" / "lexicon")


def not_clean(lakehouse: Lakehouse) -> list[str]:
    """The tables that no verdict finds clean as they are now, with who is known now, by today's rules."""
    had = verdicts(lakehouse.lake)
    now = _now(lakehouse, [RECORDS, *(_view(c.view) for c in PUBLISHED)])
    return [t for t, state in now.items() if t not in had or not (had[t].holds(state) and had[t].is_clean)]


def _view(name: str) -> str:
    return f"gold/{name}"


def _now(lakehouse: Lakehouse, tables: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    """What a verdict on each table that is there would rest on now."""
    lake, found = lakehouse.lake, {}
    people = lake.commit("vault", "identity")
    for table in tables:
        layer, name = table.split("/")
        contract = () if table == RECORDS else (VIEWS[name].contract_file,)
        if people is not None and (commit := lake.commit(layer, name)) is not None:
            found[table] = commit.version, people.made_from.get("known", ""), fingerprint(*_CODE, *contract)
    return found


def guard(lakehouse: Lakehouse, tables: list[str]) -> dict[str, Verdict]:
    """The verdicts on these tables, those that no longer hold made anew in one pass; only for the identified zone."""
    had, now = verdicts(lakehouse.lake), _now(lakehouse, tables)
    due = {table: state for table, state in now.items() if table not in had or not had[table].holds(state)}
    if due:
        had |= _scanned(lakehouse, due, had)
    return {table: had[table] for table in now}


def _scanned(
    lakehouse: Lakehouse, due: Mapping[str, tuple[int, str, str]], had: Mapping[str, Verdict]
) -> dict[str, Verdict]:
    lake, at = lakehouse.lake, lakehouse.now()
    frames, whole = [], {}
    for table, state in due.items():
        files = _new_files(lake, table, had.get(table), state)
        whole[table] = files is None
        rows = _records(lake, files) if table == RECORDS else _to_publish(lake, CONTRACTS[table.split("/")[1]])
        frames.append(rows.select(F.lit(table).alias("table"), "key", "person_key", "raw"))
    every = frames[0]
    for frame in frames[1:]:
        every = every.unionByName(frame)
    found = residual_scan.scan(
        every, lake.read("vault", "identity"), vault=str(lakehouse.vault), free_text=_free_text(due)
    )
    new, lines = {}, []
    for table, (version, known, code) in due.items():
        scan = found.get(table, residual_scan.Scanned())
        new[table] = Verdict(
            version, known, code, at.isoformat(timespec="seconds"), whole[table], scan.rows, scan.strings, scan.kinds
        )
        findings = [{c: f[c] for c in names(residual_scan.FINDING)} for f in scan.findings]
        lines.append((at, table, version, known, code, whole[table], scan.rows, scan.strings, findings))
    standing = {t: plain(v) for t, v in {**had, **new}.items()}
    once = f"residual/{at.isoformat()}/{','.join(due)}"
    lake.append_small("governance", "residual_scan", lines, schema=SCAN, once=once, made_from={"verdicts": standing})
    return new


def _new_files(lake: Lake, table: str, had: Verdict | None, now: tuple[int, str, str]) -> list[str] | None:
    """The files with rows that no clean scan by the same rules has seen; None: all rows are to be scanned."""
    if table != RECORDS or had is None or not had.is_clean or (had.known, had.code) != now[1:]:
        return None
    return lake.files_since(*table.split("/"), had.delta_version)


def _records(lake: Lake, files: list[str] | None) -> DataFrame:
    rows = lake.read(*RECORDS.split("/"))
    if files is not None:
        rows = rows.where(F.col("_metadata.file_name").isin(files))
    return rows.select(F.col("resource_key").alias("key"), "person_key", "raw")


def _to_publish(lake: Lake, contract: Contract) -> DataFrame:
    """The columns that the contract lets out, a JSON object a row; the key is made of the first key columns."""
    columns = contract.published_columns()
    keys = [F.col(c) for c in columns if contract.columns[c].role == "key"][:2]
    person = F.col(contract.person) if contract.person else F.lit(None).cast("string")
    raw = F.to_json(F.struct(*columns))
    return lake.read("gold", contract.view).select(
        F.concat_ws("/", *keys).alias("key"), person.alias("person_key"), raw.alias("raw")
    )


def _free_text(tables: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, contract in CONTRACTS.items():
        text = tuple(c for c in contract.published_columns() if contract.columns[c].is_free_text)
        if text and _view(name) in tables:
            found[_view(name)] = text
    return found


# --- the asset checks -------------------------------------------------------------------------------------------------


def _spec(table: str, what: str) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        CHECK, asset=table.split("/"), blocking=True,
        description=f"No patient's names, numbers, addresses or contacts, and nothing shaped like one, is in {what}.",
    )  # fmt: skip


def _withdrawn(lakehouse: Lakehouse, found: Mapping[str, Verdict]) -> list[str]:
    """Empties the published tables whose view is not clean, in words; a clean one is published anew by a later run."""
    told, lake = [], lakehouse.lake
    for contract in PUBLISHED:
        name, table = contract.view, published_name(contract)
        verdict = found.get(_view(name))
        had = lake.commit("published", table)
        if had is None or verdict is None or verdict.is_clean or WITHDRAWN in had.made_from:
            continue
        none = lake.read("published", table).where("false")
        release = {RELEASE: had.made_from[RELEASE]} if RELEASE in had.made_from else {}
        lake.replace("published", table, none, made_from={WITHDRAWN: dict(verdict.kinds), **release})
        told.append(f"published/{table}: withdrawn, because identifiers are left in {_view(name)}")
    return told


def _check(name: str, tables: list[str], what: str) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(name=name, specs=[_spec(table, what) for table in tables])
    def check(context: dg.AssetCheckExecutionContext, lakehouse: dg.ResourceParam[Lakehouse]):
        with step(lakehouse, name):
            found = guard(lakehouse, tables)
            left = [said(table, verdict) for table, verdict in found.items() if not verdict.is_clean]
            for line in left:
                lakehouse.tell(context, line)
            if left:
                # The run ends before the next check and its own report. Who was found in the records may be in what is
                # published, too: nothing stays there that is not clean by today's rules.
                for line in _withdrawn(lakehouse, guard(lakehouse, [_view(c.view) for c in PUBLISHED])):
                    lakehouse.tell(context, line)
                write_report(lakehouse)
        for table in tables:
            verdict = found.get(table)
            told = {} if verdict is None else {**plain(verdict), "kinds": json.dumps(dict(verdict.kinds))}
            yield dg.AssetCheckResult(
                asset_key=dg.AssetKey(table.split("/")), check_name=CHECK,
                passed=verdict is None or verdict.is_clean, metadata=told,
            )  # fmt: skip

    return check


CHECKS = [
    _check("residual_records", [RECORDS], "the de-identified records"),
    _check("residual_views", [_view(c.view) for c in PUBLISHED], "the columns that would be published"),
]
