"""Free text: what identifies a person is found and replaced. The only package that imports Presidio, spaCy or LAC."""
