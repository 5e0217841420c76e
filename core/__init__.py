"""What the four packages share and nothing else: the FHIR element model, the error base class, the institution file.

`transforms`, `deid`, `expectations` and `governance` never import each other; they may import `core`.
`core` imports none of them, no Spark and no Dagster.
"""
