"""A study's tables as CDISC exchanges them, and the counts and curves that a report on it shows.

Here may live: writers of dataset files (XPT, Dataset-JSON, define.xml) from rows and contracts, and summaries of rows that
hide small cells. Here must not live: reading tables, and deciding what may leave (`governance.leaving`).
"""
