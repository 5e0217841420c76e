"""One Spark session for the whole test run: a JVM start costs more than most tests."""

from collections.abc import Iterator

import pytest

# Half of what a JVM does in its first minutes is to compile for hours; and without that it would keep what it compiled in
# too little memory for so many queries.
_FOR_MINUTES = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m")


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:  # noqa: F821
    from transforms.lake import FOR_FEW_ROWS
    from transforms.session import spark_session

    session = spark_session("local[2]", driver_memory="2g", jvm_options=" ".join(_FOR_MINUTES))
    for name, value in FOR_FEW_ROWS.items():  # to compile a query takes longer than to run it over a test's rows
        session.conf.set(name, value)
    yield session
    session.stop()
