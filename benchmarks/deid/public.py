"""The public English sentences that Presidio itself is evaluated on; not part of the repository."""

import json
import re
from pathlib import Path

from benchmarks.deid.goldset import RULE, Sentence, Span
from deid.subject import Subject
from deid.text.lexicon.places import LARGE

FOLDER = Path("../shared/deid-eval")
# No identifiers here: a nationality, a title, a year, an age below 90; and places as large as a state.
_ENTITIES = {
    "PERSON": "NAME", "STREET_ADDRESS": "ADDRESS", "GPE": "ADDRESS", "ORGANIZATION": "ORGANISATION", "PHONE_NUMBER": "PHONE", "CREDIT_CARD": "ACCOUNT",
    "US_SSN": "ID", "US_DRIVER_LICENSE": "ID", "DATE_TIME": "DATE", "EMAIL_ADDRESS": "EMAIL", "IP_ADDRESS": "IP", "IBAN_CODE": "ACCOUNT", "DOMAIN_NAME": "URL", "ZIP_CODE": "ADDRESS",
}  # fmt: skip
_DATE = re.compile(r"\d.*[-/. ,]|\d(?:st|nd|rd|th)|[A-Z][a-z]+ \d")


def sentences(folder: Path) -> tuple[Sentence, ...]:
    """None when the file is not there."""
    file = folder / "presidio_research_synth_v2.json"
    rows = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    nobody = Subject("bench", None, None, RULE)
    return tuple(Sentence(row["full_text"], tuple(_spans(row["spans"])), (), nobody) for row in rows)


def _spans(marked: list[dict[str, object]]) -> list[Span]:
    spans = []
    for mark in marked:
        entity, value = _ENTITIES.get(str(mark["entity_type"])), str(mark["entity_value"])
        if not entity or value.lower().strip() in LARGE or (entity == "DATE" and not _DATE.search(value)):
            continue
        spans.append(Span(int(str(mark["start_position"])), int(str(mark["end_position"])), entity))
    return spans
