"""The only module that talks to Great Expectations: a frame and checks in, counts out.

GX's SUMMARY and BASIC results hold raw failing values and its log and exceptions quote them: here its result is asked
for no value, only counts leave, its loggers are silent (`quiet.py`) and an exception is told by its class. No network:
the context is ephemeral and sends no statistics. Importing GX takes about 7 s, so it is imported at the first use.
"""

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from expectations.compile import Check, suite
from expectations.frames import PandasFrame
from expectations.quiet import quiet

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COUNTS_ONLY = {"result_format": "SUMMARY", "partial_unexpected_count": 0}


class Counts(NamedTuple):
    """GX's verdict of one check on one frame. `error` is the class of what was raised, and then nothing else counts."""

    success: bool
    checked: int
    failed: int
    error: str | None = None


@cache
def _context() -> Any:
    """GX with an ephemeral context, one for the process."""
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    return great_expectations.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            analytics_enabled=False,
            progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        ),
    )


@cache
def _batches(engine: str) -> Any:
    """What makes batches of an engine's frames. Adding the Spark one starts a session where there is none, so it is
    added only for a Spark frame."""
    sources = _context().data_sources
    # persist: GX would cache every frame that it is given and never let go of it
    source = sources.add_pandas("pandas") if engine == "pandas" else sources.add_spark("spark", persist=False)
    return source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("all")


def judge(frame: "PandasFrame | DataFrame", checks: list[Check]) -> dict[str, Counts]:
    """The verdict of each check by rule id, on all rows of a pandas or Spark frame."""
    engine = "pandas" if hasattr(frame, "iloc") else "spark"
    with quiet():
        batch = _batches(engine).get_batch({"dataframe": frame})
        result = batch.validate(suite("checks", checks), result_format=COUNTS_ONLY)
    return {r.expectation_config.meta["rule"]: _counts(r) for r in result.results}


def _counts(outcome: Any) -> Counts:
    raised = _raised(outcome.exception_info)
    if raised:
        return Counts(False, 0, 0, raised)
    found = outcome.result
    if "element_count" not in found:  # about the table: one check
        return Counts(outcome.success, 1, 0 if outcome.success else 1)
    # rules about nulls judge every row and report no missing_count
    checked = found["element_count"] - found.get("missing_count", 0)
    return Counts(outcome.success, checked, found["unexpected_count"])


def _raised(info: dict[str, Any]) -> str | None:
    """The class of what an expectation raised. GX keeps only text, whose first word of the last line is the class."""
    if info.get("raised_exception") is False:
        return None
    if "raised_exception" not in info:  # one entry a metric that failed
        info = next(iter(info.values()), {})
        info = info if isinstance(info, dict) else vars(info)
    return class_of(str(info.get("exception_traceback") or ""))


def class_of(traceback: str) -> str:
    """The class of the exception that a traceback text ends with. Only the name of a class that exists is given back,
    because the lines of a message, which may quote a value, look alike."""
    known = {c.__name__ for c in _subclasses(Exception)}
    for line in reversed(traceback.splitlines()):
        name = line.split(":", 1)[0].strip().rsplit(".", 1)[-1]
        if name in known:
            return name
    return "Exception"


def _subclasses(of: type[BaseException]) -> set[type[BaseException]]:
    direct = set(of.__subclasses__())
    return direct.union(*(_subclasses(c) for c in direct))
