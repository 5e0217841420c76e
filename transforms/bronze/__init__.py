"""Landing -> bronze: every record that was delivered is in `bronze/resource`, in `bronze/rejected`, or counted as a duplicate.

`landing` finds and fingerprints batches, `reader` takes files apart, `validate` judges one resource, `ingest` is the
Spark edge that writes one batch as one commit.
"""
