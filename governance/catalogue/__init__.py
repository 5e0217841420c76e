"""The catalogue: what published tables there are, for people (a static site) and for other catalogues (DCAT, JSON-LD).

Here may live: what a page or description says, made from contracts and from numbers that are published already. Here must not
live: reading of tables, and any number that did not go through `governance.publish` or `about`.
"""
