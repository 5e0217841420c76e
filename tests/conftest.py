"""One Spark session for the whole test run: a JVM start costs more than most tests."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def spark() -> Iterator["SparkSession"]:  # noqa: F821
    from transforms.session import spark_session

    session = spark_session("local[2]", driver_memory="2g")
    yield session
    session.stop()
