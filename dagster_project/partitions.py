"""One partition a landed batch: "<institution>|<batch>"."""

from dagster import BackfillPolicy, DynamicPartitionsDefinition

BATCHES = DynamicPartitionsDefinition(name="batch")
# Many new batches are one run: a run costs seconds, a batch has its own commit all the same.
ONE_RUN = BackfillPolicy.single_run()
