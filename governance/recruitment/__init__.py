"""What recruiters are told: counts for a protocol, worklists of pseudonyms, and who stands behind one of them.

Here may live: pure functions of rows, counts and the ledger's state. Here must not live: reading of tables, keys, clocks.
"""
