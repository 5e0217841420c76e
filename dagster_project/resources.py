"""What the assets share in one process: settings, institutions, keys, the Spark session and the lake, each made once."""

import fcntl
import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from core.errors import ConfigError, LakehouseError, StorageError
from core.institution import Institution, load_institutions
from dagster_project.settings import Settings, java_home
from deid.policy import load_profile
from deid.pseudonym import KeyRing
from deid.stage import Setup
from governance.certificate import Book
from governance.ledger import Ledger
from governance.rights import Rights
from transforms.bronze.landing import Batch, Inspected, find_batches, find_institutions, inspect, seconds_to_settle
from transforms.gold._criteria_set import CriteriaSets, read_folder
from transforms.lake import Lake, check_writable
from transforms.session import check_java, spark_session
from transforms.silver.view import ViewDefinition, load_own_views, load_views
from transforms.tables import Tables, Zone
from transforms.terminology.load import Terminology, load_terminology


def file_name(text: str) -> str:
    """A study's identifier as the name of a file or folder."""
    return "".join(c if c.isalnum() or c in "-_" else "_" for c in text)


class Lakehouse:
    """One lake with its landing folder and institutions, as the running process sees it.

    `failure` is the error that a user can act on, kept because Dagster's events carry only its text.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.failure: LakehouseError | None = None
        self.is_attended = False  # somebody waits at the command line, and rather has an error now than a success later
        self._inspected: dict[tuple[str, str], Inspected] = {}
        self._lock: TextIO | None = None
        self._deid_state: tuple[int, dict[str, str]] = (-2, {})
        self.seconds: dict[str, float] = {}
        self.admitted: dict[str, tuple[DataFrame, dict[str, int]]] = {}  # silver as gold may use it: see quarantine.py
        self.on_progress: Callable[[str], None] = lambda line: None
        self._starting: threading.Thread | None = None

    def start_spark(self) -> None:
        """Start the session while this process does something else; what fails is raised by `spark`."""

        def start() -> None:
            with suppress(Exception):
                self._session()

        self._starting = threading.Thread(target=start, name="start of Spark", daemon=True)
        self._starting.start()

    def hold(self) -> None:
        """Hold the lake's lock until `release`: two runs at once would do everything twice.

        The kernel lets go of it when a process dies, however it dies. StorageError when another run has it.
        """
        if self._lock is not None:
            return
        self.settings.lake.mkdir(parents=True, exist_ok=True)
        lock = (self.settings.lake / ".lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StorageError(
                f"{self.settings.lake}: another run is writing to this lake. Wait for it to end, then run again."
            ) from None
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def tell(self, context: Any, line: str) -> None:
        """Say what just happened, to the run's log in the UI and to whoever waits at the command line."""
        context.log.info(line)
        self.on_progress(line)

    @property
    def as_of(self) -> date:
        return self.settings.as_of or self.now().date()

    @staticmethod
    def now() -> datetime:
        return datetime.now(UTC)

    @cached_property
    def spark(self) -> SparkSession:
        if self._starting is not None:
            self._starting.join()
        check_java(java_home())
        return self._session()

    def _session(self) -> SparkSession:
        return spark_session(self.settings.spark_master, driver_memory=self.settings.spark_driver_memory)

    @cached_property
    def lake(self) -> Lake:
        check_writable(self.settings.lake)
        return Lake(self.settings.lake, self.spark)

    @property
    def tables(self) -> Tables:
        """What can be asked of the lake without starting Spark."""
        return Tables(self.settings.lake)

    @property
    def research_lake(self) -> Lake:
        """The lake for whatever stands right of the first border."""
        return self.lake.within(Zone.DEIDENTIFIED, Zone.PUBLISHED, Zone.GOVERNANCE)

    @cached_property
    def institutions(self) -> dict[str, Institution]:
        return load_institutions(self.settings.institutions)

    @cached_property
    def year_only(self) -> tuple[str, ...]:
        """The institutions whose profile leaves the true year of a date; all others move it."""
        of = self.institutions
        return tuple(sorted(name for name in of if load_profile(of[name].profile).dates == "year"))

    @cached_property
    def own_views(self) -> dict[str, ViewDefinition]:
        """The ViewDefinitions of the settings' folder, by name. ViewError lists every mistake in it."""
        return load_own_views(self.settings.views, load_views(), self.terminology) if self.settings.views else {}

    @cached_property
    def terminology(self) -> Terminology:
        """The shipped code lists and value sets with those of the user's folder."""
        return load_terminology(*filter(None, [self.settings.terminology]))

    @cached_property
    def criteria_sets(self) -> CriteriaSets:
        """The criteria sets of the user's folder, by study identifier."""
        folder = self.settings.criteria
        return CriteriaSets() if folder is None else read_folder(folder, self.terminology)

    @property
    def vault(self) -> Path:
        return self.settings.lake / "vault" / "keys"

    @cached_property
    def keys(self) -> KeyRing:
        """The lake's keys. A lake without data gets its own; a lake with data whose keys are gone is refused."""
        if not self.vault.exists():
            if (self.settings.lake / "deid" / "resource").exists():
                raise ConfigError(
                    f"{self.vault}: the keys of this lake are gone. Restore them from the backup; with new keys every"
                    " pseudonym would change."
                )
            KeyRing.create(self.vault)
        return KeyRing.load(self.vault)

    @cached_property
    def ledger(self) -> Ledger:
        """The record of what matters, beside the tables; what signs it is in the vault."""
        lake = self.settings.lake
        return Ledger(lake / "governance" / "ledger", lake / "vault" / "ledger", on_recovery=self._told_recovery)

    @cached_property
    def certificates(self) -> Book:
        """What the ledger says of certificates."""
        return Book(self.ledger.folder)

    @cached_property
    def rights(self) -> Rights:
        """Who may see what; the institutions' files are read at each question, since a use that was withdrawn ends at once."""
        return Rights(self.ledger, lambda: load_institutions(self.settings.institutions))

    def _told_recovery(self, line: str) -> None:
        self.on_progress(f"ledger: {line}")

    @cached_property
    def setup(self) -> Setup:
        assert self.keys, "the workers read the keys from the vault"
        return Setup(self.institutions, str(self.vault), self.settings.name_models)

    def landed(self) -> list[Batch]:
        """Every batch in the landing folder, institution by institution, in the order in which they are loaded."""
        folders = find_institutions(self.settings.landing, self.institutions)
        return [batch for folder in folders for batch in find_batches(folder)]

    def settled(self, batches: list[Batch]) -> list[Batch]:
        """The batches that whoever delivers them is done with, waiting for those that may still be written to.

        One that was not declared whole and changes while it is waited for is left for the next run.
        """
        wait = max((seconds_to_settle(b, self.settings.settle_seconds, time.time()) for b in batches), default=0)
        if not wait:
            return batches
        seen = {b.key: b.listing for b in batches}
        until = time.monotonic() + wait
        assert self.spark, "started meanwhile"
        time.sleep(max(0, until - time.monotonic()))
        now = {b.key: b for b in self.landed()}
        ready = [now[key] for key, listing in seen.items() if key in now and now[key].listing == listing]
        for key in seen.keys() - {b.key for b in ready}:
            self.on_progress(f"bronze: {key}: is still being written, left for the next run")
        return ready

    def inspected(self, batch: Batch) -> Inspected:
        """What a batch holds; read once a process as long as its files stay as they are."""
        key = (batch.key, batch.listing)
        if key not in self._inspected:
            self._inspected[key] = inspect(batch)
        return self._inspected[key]

    def deid_state(self) -> dict[str, str]:
        """A fingerprint of each resource type's rows in deid/resource: what a silver table is made from.

        Read once per version of the table. It depends on the rows alone, so a type that a commit did not touch keeps it.
        """
        lake = self.research_lake
        commit = lake.commit("deid", "resource")
        version = commit.version if commit else -1
        if self._deid_state[0] != version:
            # Reduced before it is added up, since a sum of whole hashes overflows.
            row_hash = F.expr("xxhash64(institution, resource_key, person_key, content_hash) % 4294967296")
            rows = lake.read("deid", "resource").groupBy("resource_type")
            rows = rows.agg(F.count("*").alias("n"), F.sum(row_hash).alias("h"))
            self._deid_state = version, {r.resource_type: f"{r.n}-{r.h}" for r in rows.collect()}
        return self._deid_state[1]

    def report_file(self, *parts: str) -> Path:
        file = self.settings.lake.joinpath("reports", *parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        return file

    def write_report(self, name: str, *, html: str, data: Any) -> Path:
        """A report's page and the data under it; each appears whole or not at all."""
        for suffix, text in ((".json", json.dumps(data, ensure_ascii=False, indent=1, default=str)), (".html", html)):
            file = self.report_file(f"{name}{suffix}")
            partial = file.with_name(f".{file.name}")
            partial.write_text(text, encoding="utf-8")
            partial.replace(file)
        return self.report_file(f"{name}.html")
