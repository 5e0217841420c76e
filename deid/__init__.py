"""De-identification of FHIR records. The rules are pure Python and per record; only `stage` knows Spark."""
