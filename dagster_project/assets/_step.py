"""What every step does around its work: time it, say what happened, and let no exception carry a patient's value out.

Dagster stores the message of an exception, of its cause and its context. An unexpected one may quote a value (Spark
quotes what it could not cast), so only its class, its error condition and the place in the code are told.
"""

import shutil
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from pyspark.sql.types import StructType

from core.errors import LakehouseError, StorageError
from dagster_project.resources import Lakehouse
from transforms.lake import Lake

_STORAGE = {
    "No space left on device": "is full",
    "database or disk is full": "is full",
    "Read-only file system": "is read-only",
    "Permission denied": "cannot be written",
}


_NO_ROOM = 1 << 20
# For a run that nobody waits for: a full disk or another run passes, a bad record or setting does not.
RETRY = dg.RetryPolicy(max_retries=4, delay=30, backoff=dg.Backoff.EXPONENTIAL, jitter=dg.Jitter.PLUS_MINUS)


class UnexpectedError(LakehouseError):
    """A bug of ours or a failure of the machine; the message names the place, never a value."""


@contextmanager
def step(lakehouse: Lakehouse, name: str) -> Iterator[None]:
    """Run one step under the rules above; the error that a user can act on is kept in `lakehouse.failure`."""
    started = time.perf_counter()
    failure: LakehouseError | None = None
    try:
        lakehouse.hold()
        yield
    except LakehouseError as e:
        failure = e
    except Exception as e:
        failure = told_safely(name, e, lakehouse)
    lakehouse.seconds[name] = lakehouse.seconds.get(name, 0.0) + time.perf_counter() - started
    if failure is not None:
        lakehouse.failure = failure
        raise dg.Failure(
            description=str(failure), allow_retries=failure.can_pass and not lakehouse.is_attended
        ) from None


def told_safely(name: str, error: BaseException, lakehouse: Lakehouse) -> LakehouseError:
    """The error without its message: what it is, where it happened, and what to do."""
    lake, text = lakehouse.settings.lake, str(error)
    what = next((what for sign, what in _STORAGE.items() if sign in text), None)
    # A full disk has many voices: SQLite calls it an I/O error, a worker that could not spill just ends.
    if what is None and lake.exists() and shutil.disk_usage(lake).free < _NO_ROOM:
        what = "is full"
    if what:
        return StorageError(
            f"{lake}: {what}. Free space or permissions and run again: what was complete stays, the rest is made anew."
        )
    condition = getattr(error, "getCondition", lambda: None)() or getattr(error, "getErrorClass", lambda: None)()
    own = [f for f in traceback.extract_tb(error.__traceback__) if "site-packages" not in f.filename]
    place = (
        f"{own[-1].filename.rsplit('/', 2)[-2]}/{own[-1].filename.rsplit('/', 1)[-1]}:{own[-1].lineno}" if own else "?"
    )
    what = f"{type(error).__name__}{f' [{condition}]' if condition else ''}"
    return UnexpectedError(
        f"{name}: {what} at {place}. The message is withheld because it may quote a record. Run again; if it stays,"
        " report this line as a bug."
    )


def table_metadata(lake: Lake, layer: str, name: str, schema: StructType | None = None) -> dict[str, Any]:
    """What the UI shows of a table: rows, Delta version, columns (`schema`, if they are known), and where it lies."""
    commit = lake.commit(layer, name)
    if commit is None:
        return {"dagster/row_count": 0}
    fields = (schema or lake.read(layer, name).schema).fields
    columns = [dg.TableColumn(f.name, f.dataType.simpleString()) for f in fields]
    return {
        "dagster/row_count": lake.read(layer, name).count() if commit.rows is None else commit.rows,
        "delta_version": commit.version,
        "dagster/column_schema": dg.TableSchema(columns=columns),
        "path": dg.MetadataValue.path(str(lake.path(layer, name))),
    }
