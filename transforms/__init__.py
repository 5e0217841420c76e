"""The path of the data in Spark and Delta: landing -> bronze -> (deid) -> silver -> gold.

Here may live: the Spark session, the lake (tables, zones, commits), and one sub-package a stage. Here must not live:
anything that imports Dagster, reads the environment or a clock, or knows a de-identification rule.
"""
