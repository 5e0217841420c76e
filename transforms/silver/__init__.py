"""Silver: flat, typed, documented tables, one a SQL-on-FHIR v2 ViewDefinition (`views/*.json`).

Here may live: the FHIRPath parser, the compiler from ViewDefinition to SQL, its runners, and the views. Here must not
live: a rule of one institution or one view in Python. FHIRPath is read once, when a view is compiled; nothing interprets
it per row, and nothing shuffles.
"""
