"""Whole resources before and after. `python tests/deid/test_deid_golden.py` writes the outputs anew."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from deid.document import Deidentifier
from deid.policy import load_policies
from deid.pseudonym import KeyRing
from deid.subject import DateRule, Subject

GOLDEN = Path(__file__).with_name("golden")
CASES = sorted(f.parent.name for f in GOLDEN.glob("*/in.json"))
DATES = {"safe_harbor": DateRule("year"), "cn_l3": DateRule("shift", -10, -60)}
KEYS = KeyRing(
    "00000000", {p: bytes([i]) * 32 for i, p in enumerate(("subject", "person", "link", "dates", "resource"))}
)


@dataclass(frozen=True)
class Scanned:
    text: str
    hits: dict[tuple[str, str], int] = field(default_factory=dict)


class NameScanner:
    def scan(self, text: str, subject: Subject) -> Scanned:
        for name in ("Jessie665", "Dr. Ray House"):
            text = text.replace(name, "[NAME]")
        return Scanned(text)


def deidentified(case: str, profile: str) -> dict[str, Any]:
    subject = Subject("hospital_a", "s", "p", DATES[profile], excluded_patients=frozenset({"no-consent"}))
    raw = (GOLDEN / case / "in.json").read_text()
    outcome = Deidentifier(load_policies(), profile, KEYS, NameScanner()).deidentify(raw, subject)
    assert outcome.raw
    found: dict[str, Any] = json.loads(outcome.raw)
    return found


@pytest.mark.parametrize("profile", sorted(DATES))
@pytest.mark.parametrize("case", CASES)
def test_golden(case, profile):
    found = deidentified(case, profile)
    assert found == json.loads((GOLDEN / case / f"{profile}.json").read_text())
    get_fhir_model_class(found["resourceType"]).model_validate(found)
    for name in ("Jessie", "Kohler", "House", "Elm", "778812", "9834", "13812345678", "no-consent"):
        assert name not in json.dumps(found)


if __name__ == "__main__":
    for case in CASES:
        for profile in DATES:
            text = json.dumps(deidentified(case, profile), indent=2, ensure_ascii=False)
            (GOLDEN / case / f"{profile}.json").write_text(text + "\n")
