"""What a rule sheet finds in a table: counts, never a value.

Great Expectations gives every verdict. Up to SMALL_ROWS rows, the needed columns come through Arrow in one Spark job,
and GX's pandas engine judges them, 10 ms a rule; above, its Spark engine does, one or two jobs a rule, on a cached
frame. Both give the same verdicts and counts (tested for every expectation in use). `benchmarks/quality_overhead.py`
shows where the two cross.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from expectations.compile import Check, compile_rule
from expectations.frames import PandasFrame, Read, References, prepare, to_pandas, with_joins
from expectations.quiet import quiet
from expectations.sheet import Dimension, Rule, RuleSheet, Severity

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from expectations.engine import Counts

SMALL_ROWS = 100_000

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

    @property
    def is_blocking(self) -> bool:
        """A critical rule that failed, or that could not be judged: an error is never a pass."""
        return self.severity == "critical" and self.status in ("failed", "error")


def no_tables(table: str) -> None:
    """The reader for sheets without references."""
    raise LookupError(f"the rules refer to {table}, and no reader was given")


def evaluate(
    sheet: RuleSheet,
    frame: "DataFrame",
    *,
    as_of: date,
    read: Read = no_tables,
    rows: int | None = None,
    small_rows: int = SMALL_ROWS,
) -> list[RuleResult]:
    """One result a rule, in the order of the sheet.

    `as_of` is the day that counts as today; `read(table)` gives the rows of a table that rules refer to
    ("silver/patient"), or None if the lake has none: hand over one `References(read)` to read them once for many
    sheets. `rows`: how many `frame` has, if that is known; else it is counted, and then read, so it should be a table and
    not a long computation. Never raises for
    what a rule or a table holds: a rule that names an absent column, or raises, has status error, and the other rules
    are judged all the same.
    """
    references = read if isinstance(read, References) else References(read)

    def judged(checks: list[Check]) -> "dict[str, RuleResult]":
        prepared = prepare(frame, checks)
        is_small = (frame.count() if rows is None else rows) <= small_rows
        small = to_pandas(prepared, references) if is_small else None
        if small is not None:
            return _on_pandas(small, prepared.when, checks)
        return _on_spark(with_joins(prepared, references.read), prepared.when, checks)

    return _in_order(sheet.rules, frame.columns, as_of, judged)


def evaluate_pandas(sheet: RuleSheet, frame: PandasFrame, when: Mapping[str, str], *, as_of: date) -> list[RuleResult]:
    """The same for a pandas frame that already has what `frames.prepare` adds: `when` names the boolean column of each
    row condition. For tests without a JVM."""
    return _in_order(sheet.rules, list(frame.columns), as_of, lambda checks: _on_pandas(frame, when, checks))


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


def _in_order(
    rules: Sequence[Rule], columns: list[str], as_of: date, judged: "Callable[[list[Check]], dict[str, RuleResult]]"
) -> list[RuleResult]:
    found: dict[str, RuleResult] = {}
    checks: list[Check] = []
    for rule in rules:
        absent = sorted(set(rule.args.columns()) - set(columns))
        if absent:
            found[rule.id] = _error(rule, f"column {', '.join(absent)} is not in the table")
        else:
            checks.append(compile_rule(rule, as_of=as_of))
    found |= _isolating(checks, judged)
    return [found[r.id] for r in rules]


def _isolating(checks: list[Check], judged: "Callable[[list[Check]], dict[str, RuleResult]]") -> dict[str, RuleResult]:
    """All checks at once; if that raises, in halves, so that one bad rule costs time and not the other verdicts."""
    if not checks:
        return {}
    try:
        with quiet():
            return judged(checks)
    except Exception as e:  # a message may quote a value: only the class is told
        if len(checks) == 1:
            return {checks[0].rule.id: _error(checks[0].rule, type(e).__name__)}
    half = len(checks) // 2
    return _isolating(checks[:half], judged) | _isolating(checks[half:], judged)


def _groups(checks: list[Check]) -> dict[str | None, list[Check]]:
    groups: dict[str | None, list[Check]] = {}
    for c in checks:
        groups.setdefault(c.when, []).append(c)
    return groups


def _on_pandas(frame: PandasFrame, when: Mapping[str, str], checks: list[Check]) -> dict[str, RuleResult]:
    found: dict[str, RuleResult] = {}
    for condition, group in _groups(checks).items():
        rows = frame if condition is None else frame[frame[when[condition]].astype(bool)]
        found |= _judge(rows, len(rows), group)
    return found


def _on_spark(frame: "DataFrame", when: Mapping[str, str], checks: list[Check]) -> dict[str, RuleResult]:
    found: dict[str, RuleResult] = {}
    cached = frame.persist()
    try:
        for condition, group in _groups(checks).items():
            rows = cached if condition is None else cached.where(when[condition])
            found |= _judge(rows, 0 if rows.isEmpty() else 1, group)
    finally:
        cached.unpersist()
    return found


def _judge(rows: "PandasFrame | DataFrame", n: int, checks: list[Check]) -> dict[str, RuleResult]:
    from expectations.engine import judge

    applicable = [c for c in checks if n or not c.is_row_rule]
    counts = judge(rows, applicable) if applicable else {}
    silent = {c.rule.id: _error(c.rule, "no verdict") for c in applicable if c.rule.id not in counts}
    return {c.rule.id: _result(c.rule, counts.get(c.rule.id)) for c in checks} | silent


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
    return RuleResult(rule.id, rule.severity, rule.dimension, status, checked, failed, ratio, what if failed else "")


def _error(rule: Rule, message: str) -> RuleResult:
    return RuleResult(rule.id, rule.severity, rule.dimension, "error", 0, 0, None, message)
