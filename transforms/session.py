"""The one Spark session of a process. A JVM start costs seconds, so every stage of a run shares it."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pyspark import SparkConf, SparkContext
from pyspark.java_gateway import launch_gateway
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from core.errors import ConfigError
from transforms import class_archive, jars

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
    # Delta refuses to read a change feed from a commit on that is older than the table keeps replaced files, though all
    # that the feed names may be there; de-identification may be weeks behind, and upkeep leaves alone what it has not read.
    "spark.databricks.delta.vacuum.enforceTimeTravelWithinDeletedFileRetentionDuration": "false",
    "spark.ui.showConsoleProgress": "false",
    # Else every column that Python names costs ten calls to the JVM more, to remember the line that named it.
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    # Records are texts of which no two are equal: packed well, and not looked through for repeats.
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.hadoop.parquet.enable.dictionary#raw": "false",
    "spark.hadoop.parquet.block.size": str(8 << 20),  # of each part that is open
    # A table in parts by resource type is written with all parts open, where Spark would sort every text first.
    "spark.sql.maxConcurrentOutputFileWriters": "200",
}
_ON_ONE_MACHINE = {
    "spark.ui.enabled": "false",
    # Without a UI Spark keeps the plans of the last thousand queries all the same.
    "spark.sql.ui.retainedExecutions": "10",
    "spark.ui.retainedJobs": "50",
    "spark.ui.retainedStages": "50",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.databricks.delta.snapshotPartitions": "1",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
}


# The JVM's second compiler takes a third of a short run's time for code that hardly runs again: only what runs ten times
# as often as usual is left to it, which in a long run is soon.
_JVM = (
    "-XX:+UseSerialGC -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000"
    " -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000"
)


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
    conf = SparkConf().setMaster(master).setAppName("clinical-cohort-lakehouse").setAll([*_EVERYWHERE.items()])
    conf.set("spark.driver.extraClassPath", jars.class_path())
    if master.startswith("local"):
        conf.setAll([*_ON_ONE_MACHINE.items()]).set("spark.driver.memory", driver_memory)
        conf.set("spark.sql.warehouse.dir", f"{tempfile.gettempdir()}/clinical-cohort-lakehouse-warehouse")
        options = (_JVM, class_archive.jvm_option(), jvm_options)
        conf.set("spark.driver.extraJavaOptions", " ".join(o for o in options if o))
    spark = start(conf)
    # Spark's own log quotes failing values; what a user needs is in our errors and in the Dagster events.
    spark.sparkContext.setLogLevel("OFF")
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).disabled = True
    return spark


def start(conf: SparkConf) -> SparkSession:
    """The session, in a JVM of its own if there is none yet. ConfigError with the JVM's last words when it does not start.

    What the JVM writes goes to a file that nobody keeps: it chats, at its start and when it deletes files.
    """
    if SparkContext._gateway is None:
        with tempfile.TemporaryFile() as said:
            try:
                SparkContext(conf=conf, gateway=launch_gateway(conf, {"stdout": said, "stderr": said}))  # type: ignore[no-untyped-call]
            except Exception:
                said.seek(0)
                last = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()][-3:]
                raise ConfigError(
                    f"Spark did not start: {' / '.join(last)}. Check Java and the memory settings."
                ) from None
    return SparkSession.builder.config(conf=conf).getOrCreate()
