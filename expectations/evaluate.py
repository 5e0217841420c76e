"""What rule sheets find in tables: counts, never a value.

What every rule of every table found is counted in one query (`tally.py`), and Great Expectations gives each verdict on
its rule's counts (`engine.py`). `python -m benchmarks.quality` measures it beside GX's own engines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from expectations.compile import Check, compile_rule
from expectations.frames import Read
from expectations.quiet import quiet
from expectations.sheet import Dimension, Rule, RuleSheet, Severity
from expectations.small import Part, Tally
from expectations.tally import SMALL_ROWS, tallies

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from expectations.engine import Counts

Status = Literal["passed", "failed", "not_applicable", "error"]

# One row of governance/quality_result: what one rule found in one version of a table in one run.
RESULT_COLUMNS: tuple[tuple[str, str], ...] = (
    ("run_id", "string"),
    ("layer", "string"),
    ("table", "string"),
    ("delta_version", "bigint"),
    ("rule_id", "string"),
    ("dimension", "string"),
    ("severity", "string"),
    ("status", "string"),
    ("checked", "bigint"),
    ("failed", "bigint"),
    ("evaluated_at", "timestamp"),
)


class RuleResult(NamedTuple):
    """What one rule found in one table.

    `checked`: rows judged (meeting the row condition, with a value to judge), 1 for a rule about the table; `failed`:
    those of them that break the rule. `ratio`: share of the checked rows that pass, None if none was checked. A rule
    with `mostly` can pass with `failed` > 0: that is no clean pass. `message` has counts, names of columns and of
    exception classes only.
    """

    rule_id: str
    severity: Severity
    dimension: Dimension
    status: Status
    checked: int
    failed: int
    ratio: float | None
    message: str
    is_quarantined: bool = False  # the rows that break the rule are kept out of gold

    @property
    def is_blocking(self) -> bool:
        """A critical rule that failed without its rows being kept out, or that could not be judged: never a pass."""
        return self.severity == "critical" and (
            self.status == "error" or (self.status == "failed" and not self.is_quarantined)
        )


def no_tables(table: str) -> None:
    """The reader for sheets without references."""
    raise LookupError(f"the rules refer to {table}, and no reader was given")


def evaluate(
    sheet: RuleSheet, frame: "DataFrame", *, as_of: date, read: Read = no_tables, small_rows: int = SMALL_ROWS
) -> list[RuleResult]:
    """One result a rule, in the order of the sheet: `evaluate_all` for one table."""
    return evaluate_all([(sheet, frame)], as_of=as_of, read=read, small_rows=small_rows)[0]


def evaluate_all(
    tables: "Sequence[tuple[RuleSheet, DataFrame]]",
    *,
    as_of: date,
    read: Read = no_tables,
    sizes: Mapping[str, int] | None = None,
    small_rows: int = SMALL_ROWS,
) -> list[list[RuleResult]]:
    """One result a rule, sheet by sheet and in the order of each, counted for all the tables together.

    `as_of` is the day that counts as today; `read(table)` gives the rows of a table that rules refer to
    ("silver/patient"), or None if the lake has none; `sizes`: the rows of tables, where they are known. Tables up to
    `small_rows` rows are counted here, others by Spark. A frame is read more than once, so it should be a table and not a
    long computation. Never raises for what a rule or a table holds: a rule that names an absent column, or raises, has
    status error, and the other rules are judged all the same.
    """
    found: list[dict[str, RuleResult]] = []
    checks: list[tuple[int, Check]] = []
    for n, (sheet, frame) in enumerate(tables):
        errors, compiled = _compiled(sheet.rules, frame.columns, as_of)
        found.append(errors)
        checks += [(n, c) for c in compiled]
    parts = [Part(sheet.name, frame, ()) for sheet, frame in tables]
    count = partial(_counted, parts=parts, tally=partial(tallies, read=read, sizes=sizes or {}, small_rows=small_rows))
    counted = _isolating(checks, count)
    for n, check in checks:
        found[n][check.rule.id] = _verdict(check, counted[n, check.rule.id])
    return [[found[n][rule.id] for rule in sheet.rules] for n, (sheet, _) in enumerate(tables)]


def verdicts(rules: Sequence[Rule], counted: Mapping[str, Tally | str], *, as_of: date) -> list[RuleResult]:
    """The results of rules by what was counted, or by the class of what was raised."""
    return [_verdict(compile_rule(r, as_of=as_of), counted[r.id]) for r in rules]


def result_rows(
    run_id: str, table: str, version: int, results: Iterable[RuleResult], at: datetime
) -> list[dict[str, Any]]:
    """Rows of governance/quality_result (RESULT_COLUMNS) for one table ("silver/patient") at one Delta version."""
    layer, name = table.split("/", 1)
    place = {"run_id": run_id, "layer": layer, "table": name, "delta_version": version}
    return [
        place
        | {"rule_id": r.rule_id, "dimension": r.dimension, "severity": r.severity, "status": r.status}
        | {"checked": r.checked, "failed": r.failed, "evaluated_at": at}
        for r in results
    ]


def _compiled(rules: Sequence[Rule], columns: list[str], as_of: date) -> tuple[dict[str, RuleResult], list[Check]]:
    errors: dict[str, RuleResult] = {}
    checks: list[Check] = []
    for rule in rules:
        absent = sorted(set(rule.args.columns()) - set(columns))
        if absent:
            errors[rule.id] = _error(rule, f"column {', '.join(absent)} is not in the table")
        else:
            checks.append(compile_rule(rule, as_of=as_of))
    return errors, checks


Numbered = tuple[int, Check]  # a check and which table it is of
Found = dict[tuple[int, str], Tally | str]  # by table and rule: what was counted, or the class of what was raised


def _isolating(checks: Sequence[Numbered], count: Callable[[Sequence[Numbered]], Found]) -> Found:
    """All checks at once; if that raises, in halves, so that one bad rule costs time and not the other verdicts."""
    if not checks:
        return {}
    try:
        with quiet():
            return count(checks)
    except Exception as e:  # a message may quote a value: only the class is told
        if len(checks) == 1:
            n, check = checks[0]
            return {(n, check.rule.id): type(e).__name__}
    half = len(checks) // 2
    return _isolating(checks[:half], count) | _isolating(checks[half:], count)


def _counted(
    checks: Sequence[Numbered], *, parts: Sequence[Part], tally: Callable[[Sequence[Part]], list[dict[str, Tally]]]
) -> Found:
    of_table: dict[int, list[Check]] = {}
    for n, check in checks:
        of_table.setdefault(n, []).append(check)
    counted = tally([parts[n]._replace(checks=some) for n, some in of_table.items()])
    return {(n, i): found for n, by_rule in zip(of_table, counted, strict=True) for i, found in by_rule.items()}


def _verdict(check: Check, tally: Tally | str) -> RuleResult:
    if isinstance(tally, str):
        return _error(check.rule, tally)
    if check.is_row_rule and not tally.rows:
        return _result(check.rule, None)
    from expectations.engine import judge

    counts = judge([check], {check.rule.id: tally}).get(check.rule.id)
    return _error(check.rule, "no verdict") if counts is None else _result(check.rule, counts)


def _result(rule: Rule, counts: "Counts | None") -> RuleResult:
    if counts is not None and counts.error:
        return _error(rule, counts.error)
    if counts is None or counts.checked == 0:
        return RuleResult(rule.id, rule.severity, rule.dimension, "not_applicable", 0, 0, None, "no row to judge")
    success, checked, failed, _ = counts
    ratio = (checked - failed) / checked
    needed = "" if rule.mostly is None else f"; at least {rule.mostly:.4g} have to pass"
    what = (
        f"{failed} of {checked} rows break the rule{needed}" if rule.args.is_row_rule else "the table breaks the rule"
    )
    status: Status = "passed" if success else "failed"
    message = what if failed else ""
    kept_out = rule.quarantine is not None
    return RuleResult(rule.id, rule.severity, rule.dimension, status, checked, failed, ratio, message, kept_out)


def _error(rule: Rule, message: str) -> RuleResult:
    return RuleResult(rule.id, rule.severity, rule.dimension, "error", 0, 0, None, message)
