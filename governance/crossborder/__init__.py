"""Data that crosses a border: which rules apply (`rules`, with `<country>.yaml`), and whether a grant is cleared by them.

Nothing in here knows how data is served; `governance.rights` asks it at every question.
"""
