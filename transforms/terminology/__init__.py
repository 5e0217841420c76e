"""Code lists, maps between them and value sets: what a code means, what lies below it, and which codes belong together.

Here may live: files of lists (`lists/`), maps (`maps/`) and value sets (`valuesets/`), the loader that checks all of them at
once, and what SQL and Spark need to ask whether a code belongs to a set. Here must not live: copies of licensed releases,
anything about a patient, look-ups over a network. A folder of the user's own has the same three sub-folders.
"""
