"""Landing -> bronze: what has landed (`landing`, `manifest`, `export`), taken apart (`reader`), judged (`validate` with its
`fhir_structs`, `staging`, `judge`), compared with what is held (`light`, `known`) and stored (`ingest`, `amend`, `tables`).

Then read: what is current (`current`), what was (`history`), what has been loaded until when (`completeness`). Here must not
live: anything that changes a record, or that needs Dagster.
"""
