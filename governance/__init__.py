"""Who may see what, and the proof: grades, contracts of published tables, publishing by contract alone.

Here may live: rules about tables that are already de-identified, and how a contract is applied to one. Here must not
live: how a record is de-identified, how a table is built, and any import of `transforms`, `deid`, `expectations` or
Dagster. Where a step needs something of theirs (k-anonymity) it takes it as a parameter.
"""
