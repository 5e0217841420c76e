"""The JVM's archive of loaded classes, made once at set-up.

Spark and Delta load some 20,000 classes; read from an archive they cost a third less CPU time from the start of a session to
its first read. It fits one Java and one class path: where it doesn't fit, the JVM goes on without it.
"""

import shutil
import tempfile
from typing import TYPE_CHECKING, Any

from transforms import jars

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_FILE = "classes.jsa"


def jvm_option() -> str:
    """What makes the JVM use the archive; nothing where none was made."""
    file = jars.folder() / _FILE
    return f"-XX:SharedArchiveFile={file}" if file.is_file() else ""


def make() -> None:
    """Run a session through the kinds of work that a pipeline does, and keep the classes that it loaded."""
    from pyspark import SparkContext

    from transforms.session import spark_session

    file = jars.folder() / _FILE
    file.unlink(missing_ok=True)
    partial = file.with_suffix(".partial")
    spark = spark_session("local[2]", jvm_options=f"-XX:ArchiveClassesAtExit={partial}")
    table = tempfile.mkdtemp()
    try:
        _work(spark, table)
    finally:
        gateway: Any = SparkContext._gateway
        jvm = gateway.proc
        spark.stop()
        gateway.shutdown()
        jvm.stdin.close()  # ends the JVM, which writes the archive on its way out
        jvm.wait(timeout=300)
        shutil.rmtree(table)
    if partial.is_file():  # a Java that can't make one does without
        partial.rename(file)


def _work(spark: "SparkSession", table: str) -> None:
    rows = spark.range(100).selectExpr("id", "id % 7 AS kind", "to_json(struct(id)) AS raw", "current_date() AS day")
    rows.write.format("delta").option("delta.enableChangeDataFeed", "true").partitionBy("kind").save(table)
    rows.write.format("delta").mode("append").save(table)
    spark.sql(f"DELETE FROM delta.`{table}` WHERE id = 3")  # noqa: S608
    spark.sql(
        f"MERGE INTO delta.`{table}` t USING (SELECT * FROM delta.`{table}` WHERE id < 5) s ON t.id = s.id AND t.kind = s.kind"  # noqa: S608
        " WHEN MATCHED THEN DELETE"
    )
    feed = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(table)
    feed.groupBy("_change_type").count().collect()
    now = spark.read.format("delta").load(table)
    parsed = now.selectExpr("*", "from_json(raw, 'id BIGINT').id AS parsed", "row_number() OVER (ORDER BY id) AS n")
    parsed.join(now.groupBy("kind").count(), "kind").mapInArrow(lambda batches: batches, "kind BIGINT").count()
    now.toArrow()


if __name__ == "__main__":
    make()
