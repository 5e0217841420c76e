"""Quality rules of the tables: rule sheets (YAML), the Great Expectations suites made of them, and what they found.

May live here: the vocabulary of expectations, the sheets, compiling them, evaluating them, the rows of the results.
Must not: reading or writing tables (frames are passed in), deciding what a failed rule stops, Dagster, the clock.

Privacy boundary: `frames.py`, `small.py` and `tally.py` hold patients' values while they run. Nothing they hand on, log or raise
contains one: only counts, rule ids, column names and the class of an exception. `failing.py` hands on keys.
"""
