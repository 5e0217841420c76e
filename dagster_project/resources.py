"""What the assets share in one process: settings, institutions, keys, the Spark session and the lake, each made once."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pyspark.sql import functions as F

from core.errors import ConfigError, LakehouseError
from core.institution import Institution, load_institutions
from dagster_project.settings import Settings, java_home
from deid.pseudonym import KeyRing
from deid.stage import Setup
from transforms.bronze.landing import Batch, find_batches, find_institutions
from transforms.lake import Lake, Zone, check_writable
from transforms.session import check_java, spark_session


class Lakehouse:
    """One lake with its landing folder and institutions, as the running process sees it.

    `failure` is the error that a user can act on, kept because Dagster's events carry only its text.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.failure: LakehouseError | None = None
        self._deid_state: tuple[int, dict[str, str]] = (-2, {})
        self.seconds: dict[str, float] = {}
        self.on_progress: Callable[[str], None] = lambda line: None

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
    def lake(self) -> Lake:
        check_writable(self.settings.lake)
        check_java(java_home())
        spark = spark_session(self.settings.spark_master, driver_memory=self.settings.spark_driver_memory)
        return Lake(self.settings.lake, spark)

    @property
    def research_lake(self) -> Lake:
        """The lake for whatever stands right of the first border."""
        return self.lake.within(Zone.DEIDENTIFIED, Zone.PUBLISHED, Zone.GOVERNANCE)

    @cached_property
    def institutions(self) -> dict[str, Institution]:
        return load_institutions(self.settings.institutions)

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
    def setup(self) -> Setup:
        assert self.keys, "the workers read the keys from the vault"
        return Setup(self.institutions, str(self.vault), self.settings.name_models)

    def landed(self) -> list[Batch]:
        """Every batch in the landing folder, institution by institution, in the order in which they are loaded."""
        folders = find_institutions(self.settings.landing, self.institutions)
        return [batch for folder in folders for batch in find_batches(folder)]

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
