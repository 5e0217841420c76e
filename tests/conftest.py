"""One Spark session for the whole test run: a JVM start costs more than most tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:  # noqa: F821
    from transforms.session import spark_session

    # Half of what a JVM does in minutes is to compile for hours.
    session = spark_session("local[2]", driver_memory="2g", jvm_options="-XX:TieredStopAtLevel=1")
    yield session
    session.stop()
