"""Unusual access: what the access log, the ledger and the grants show that somebody should look at (docs/monitoring.md)."""
