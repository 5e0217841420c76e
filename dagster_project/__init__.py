"""Orchestration: the only package that imports Dagster, and the only place where the four packages meet."""
