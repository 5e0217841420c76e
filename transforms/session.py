"""The one Spark session of a process. A JVM start costs seconds, so every stage of a run shares it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from core.errors import ConfigError
from transforms import jars

_OLDEST_JAVA = 17
_EVERYWHERE = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    # A Python UDF over a Delta table hangs for ever at a million rows with Spark 4.2's columnar input.
    "spark.sql.execution.arrow.pythonUDF.columnarInput.enabled": "false",
    "spark.databricks.delta.properties.defaults.enableDeletionVectors": "true",
    # One file a partition and commit instead of one a task: a bronze batch holds twenty resource types.
    "spark.databricks.delta.optimizeWrite.enabled": "true",
    "spark.ui.showConsoleProgress": "false",
}
_ON_ONE_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}


def check_java(home: str | None) -> None:
    """ConfigError when there is no Java (in `home`, else on the PATH), or one that Spark cannot run on."""
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if not java or not Path(java).is_file():
        where = "JAVA_HOME points to no Java" if home else "no `java` on the PATH"
        raise ConfigError(f"{where}. Install Java {_OLDEST_JAVA} or newer and set JAVA_HOME to it.")
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=60).stderr  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise ConfigError(f"{java}: cannot be run. Install Java {_OLDEST_JAVA} or newer.") from None
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    if not found or int(found[1]) < _OLDEST_JAVA:
        version = found[1] if found else "unknown"
        raise ConfigError(f"{java}: is Java {version}. Spark needs {_OLDEST_JAVA} or newer: set JAVA_HOME to one.")


def spark_session(master: str, *, driver_memory: str = "4g", jvm_options: str = "") -> SparkSession:
    """The session for `master`; on one machine with settings that suit small tables, on a cluster with the cluster's own."""
    # Spark's workers take `python3` from the PATH, which is rarely the environment that has our packages.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(master).appName("clinical-cohort-lakehouse")
    for key, value in _EVERYWHERE.items():
        builder = builder.config(key, value)
    builder = builder.config("spark.driver.extraClassPath", jars.class_path())
    if master.startswith("local"):
        for key, value in _ON_ONE_MACHINE.items():
            builder = builder.config(key, value)
        builder = builder.config("spark.driver.memory", driver_memory)
        builder = builder.config(
            "spark.sql.warehouse.dir", f"{tempfile.gettempdir()}/clinical-cohort-lakehouse-warehouse"
        )
        builder = builder.config("spark.driver.extraJavaOptions", f"-XX:+UseSerialGC {jvm_options}".strip())
    with quiet_start():
        spark = builder.getOrCreate()
    # Spark's own log quotes failing values; what a user needs is in our errors and in the Dagster events.
    spark.sparkContext.setLogLevel("OFF")
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    return spark


@contextmanager
def quiet_start() -> Iterator[None]:
    """Send the JVM's standard error to a file: it inherits ours and chats at start. Shown when the start fails."""
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        try:
            yield
        except Exception:
            said.seek(0)
            last = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()][-3:]
            raise ConfigError(f"Spark did not start: {' / '.join(last)}. Check Java and the memory settings.") from None
        finally:
            os.dup2(kept, 2)
            os.close(kept)
