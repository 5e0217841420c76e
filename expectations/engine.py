"""The only module that talks to Great Expectations: what was counted in, GX's verdicts out.

GX's own Spark engine runs a job per group of metrics and fetches failing values for its SUMMARY and BASIC results. Its
expectations, though, decide by a handful of counts alone. So the counts are made first, all in one pass (`tally.py`);
here each expectation is given them as the metrics that it knows, and answers with the ExpectationValidationResult that
it would give after counting them itself. No value ever reaches GX. Its loggers are silent all the same
(`quiet.py`), and an exception is told by its class. Importing GX takes seconds: at the first use, or ahead of it in
another thread (`preload`).
"""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from expectations.compile import Check, suite
from expectations.quiet import quiet
from expectations.small import Tally

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

COUNTS_ONLY = {"result_format": "BASIC", "partial_unexpected_count": 0, "include_unexpected_rows": False}


class Counts(NamedTuple):
    """GX's verdict of one check on one table. `error` is the class of what was raised, and then nothing else counts."""

    success: bool
    checked: int
    failed: int
    error: str | None = None


def preload() -> threading.Thread:
    """Import GX while the process waits for something else. Safe to call again; a failure shows at the first use."""

    def load() -> None:
        with suppress(Exception):  # raised again, to somebody, by the import in `judge`
            import great_expectations.expectations.core  # noqa: F401

    # No daemon: a process that ends inside the import of a compiled module may abort, and its exit code be lost.
    thread = threading.Thread(target=load, name="import of great_expectations")
    thread.start()
    return thread


def judge(checks: Sequence[Check], tallies: Mapping[str, Tally]) -> dict[str, Counts]:
    """The verdict of each check by rule id. A check whose expectation raises has an error, the others their verdicts."""
    return {i: c if isinstance(c, Counts) else _counts(c) for i, c in _verdicts(checks, tallies).items()}


def validation_results(checks: Sequence[Check], tallies: Mapping[str, Tally]) -> "list[ExpectationValidationResult]":
    """GX's own results of the checks that can be judged, in their order, e.g. for its Data Docs. They hold no value."""
    return [r for r in _verdicts(checks, tallies).values() if not isinstance(r, Counts)]


def _verdicts(
    checks: Sequence[Check], tallies: Mapping[str, Tally]
) -> "dict[str, ExpectationValidationResult | Counts]":
    found: dict[str, ExpectationValidationResult | Counts] = {}
    with quiet():
        for check in checks:
            try:
                (expectation,) = suite("one", [check]).expectations
                found[check.rule.id] = _asked(expectation, check, tallies[check.rule.id])
            except Exception as e:  # a message may quote a bound or a set: only the class is told
                found[check.rule.id] = Counts(False, 0, 0, type(e).__name__)
    return found


def _asked(expectation: Any, check: Check, tally: Tally) -> "ExpectationValidationResult":
    """What `Expectation.metrics_validate` does once the metrics are there. Called itself, it would ask the expectation
    for its configuration some ninety times, which takes 10 ms a rule."""
    asks = {"result_format": COUNTS_ONLY}
    said = expectation._validate(metrics=_metrics(expectation, check, tally), runtime_configuration=asks)
    return cast("ExpectationValidationResult", expectation._build_evr(said))


def _metrics(expectation: Any, check: Check, tally: Tally) -> dict[str, Any]:
    """The metrics by which expectations decide, as GX names them."""
    metrics: dict[str, Any] = {"table.row_count": tally.rows}
    if check.expect == "expect_column_values_to_be_null":
        metrics["column_values.nonnull.unexpected_count"] = tally.rows - tally.failed
    else:
        metrics["column_values.nonnull.unexpected_count"] = tally.rows - tally.checked
    if check.is_row_rule:
        metrics[f"{expectation.map_metric}.unexpected_count"] = tally.failed
        metrics[f"{expectation.map_metric}.filtered_row_count"] = tally.checked
        metrics[f"{expectation.map_metric}.unexpected_values"] = []  # none was asked for
    return metrics


def _counts(result: "ExpectationValidationResult") -> Counts:
    found = result.result
    if "element_count" not in found:  # about the table: one check
        return Counts(bool(result.success), 1, 0 if result.success else 1)
    # rules about nulls judge every row and report no missing_count
    checked = found["element_count"] - found.get("missing_count", 0)
    return Counts(bool(result.success), checked, found["unexpected_count"])
