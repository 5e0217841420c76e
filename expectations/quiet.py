"""Silence while patients' values are judged: what GX, pandas and Spark say of a failure quotes the failing value."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

# Spark 4 writes the whole message of an exception to stderr through these, whether or not it is caught.
_SPARK_ERRORS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")


@contextmanager
def quiet() -> Iterator[None]:
    """No log line of Great Expectations, no error line of PySpark and no warning inside the block."""
    from pyspark.logger import PySparkLogger

    # Taken from PySparkLogger because its class is the only one that understands what Spark hands these two.
    spark = [PySparkLogger.getLogger(name) for name in _SPARK_ERRORS]
    gx = logging.getLogger("great_expectations")
    before = [logger.disabled for logger in spark], gx.propagate, gx.handlers
    for logger in spark:
        logger.disabled = True
    gx.propagate, gx.handlers = False, [logging.NullHandler()]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, was in zip(spark, before[0], strict=True):
            logger.disabled = was
        gx.propagate, gx.handlers = before[1:]
