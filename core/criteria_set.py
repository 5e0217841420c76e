"""The words of a criteria set: shared by what lets one through de-identification and by what compiles it.

A set is YAML or JSON made of these keys, of the closed WORDS, of codes with their systems, of URLs of value sets, of units
and of numbers. docs/recruitment.md says what they mean.
"""

MEDIA_TYPES = ("application/yaml", "application/json", "application/x-yaml", "text/yaml")
KEYS = frozenset(
    "criteria_set criteria id include exclude all any at_least n of not alive age sex condition medication procedure"
    " observation consent in codes system code descendants within days not_within_days before which now pick from to"
    " above below unit other_units value_in value_codes is".split()
)
# Texts for the reader; nothing is computed from them.
ASIDE = frozenset({"note", "study"})
WORDS = frozenset("female male other first latest any all min max contact".split())
