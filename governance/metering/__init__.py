"""Metering: who used what of whose data, and what is owed for it. Derived from the ledger alone (docs/metering.md)."""
