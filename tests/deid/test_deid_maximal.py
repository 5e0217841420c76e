"""No identifier survives: resources with everything filled in go through every policy."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from fhir_maximal import SECRETS, UNKNOWN_EXTENSION, Filler

from core import fhir
from deid.document import AGE_OVER_89
from deid.policy import load_policies
from deid.subject import KnownTerm

POLICIES = load_policies()
TYPES = sorted(POLICIES.resources)
PROFILES = ("safe_harbor", "cn_l3")
KNOWN = tuple(KnownTerm(t, e) for t, e in (
    ("Zaphodine Quillfeather", "NAME"), ("Zaphodine", "NAME"), ("Quillfeather", "NAME"), ("MRN0048812", "ID"),
    ("13812345678", "PHONE"), ("1949-12-31", "DATE"),
))  # fmt: skip


def strings(value: Any) -> set[str]:
    """Every name and value in a resource as text, and what its attachments hold."""
    found, left = set(), [value]
    while left:
        inner = left.pop()
        if isinstance(inner, dict):
            found.update(inner)
            left += inner.values()
            if isinstance(data := inner.get("data"), str):
                with suppress(binascii.Error):
                    found.add(base64.b64decode(data).decode(errors="replace"))
        elif isinstance(inner, list):
            left += inner
        else:
            found.add(str(inner))
    return found


def leaks(value: Any) -> list[str]:
    text = "\n".join(strings(value)).lower()
    squeezed = re.sub(r"[^0-9a-z\n]", "", text)
    return [s for s in SECRETS if s.lower() in text or re.sub(r"[^0-9a-z]", "", s.lower()) in squeezed]


def widest_choice(kind: str, above: tuple[str, ...] = ()) -> int:
    """How many types the widest choice in a type has, or in a backbone element of it."""
    found = fhir.elements(kind).values()
    choices = [e.choice for e in found if e.choice]
    parts = {e.type for e in found if e.type.startswith(above[0] if above else kind) and e.type not in (kind, *above)}
    return max([*(choices.count(c) for c in choices), *(widest_choice(p, (*above, kind)) for p in parts)], default=2)


def variants(kind: str) -> range:
    """As many as the widest choice of the type has types, so that each of them is filled once."""
    return range(widest_choice(kind))


@pytest.mark.parametrize("hostile", [True, False], ids=["hostile", "plausible"])
@pytest.mark.parametrize("kind", TYPES)
def test_nothing_planted_survives(kind, hostile, engine, person):
    for variant in variants(kind):
        given = Filler(hostile=hostile, variant=variant).resource(kind)
        assert set(leaks(given)) >= {"Zaphodine", "13812345678", "1949-12-31"}
        profile = PROFILES[(variant + hostile) % 2]
        outcome = engine(profile, "blind").deidentify(
            json.dumps(given), person(*KNOWN, profile=profile, is_over_89=True)
        )
        found = json.loads(outcome.raw)
        assert not leaks(found)
        get_fhir_model_class(kind).model_validate(found)
        assert UNKNOWN_EXTENSION not in str(outcome.unknown_extensions)
        assert not leaks([list(map(str, outcome.counts)), list(outcome.unknown_extensions)])


@pytest.mark.parametrize("kind", TYPES)
def test_of_a_person_of_whom_nothing_is_known(kind, engine, person):
    """What has the shape of an identifier goes all the same; a bare name in a code cannot be told from a code."""
    given = Filler(hostile=True, variant=1).resource(kind)
    found = json.loads(engine("cn_l3", "blind").deidentify(json.dumps(given), person()).raw)
    assert set(leaks(found)) <= {"Quillfeather", "MRN0048812"}


def test_these_tests_see_a_leak(engine, person):
    given = Filler(hostile=False, variant=0).resource("Observation")
    found = json.loads(engine("cn_l3", "open").deidentify(json.dumps(given), person()).raw)
    assert {"Zaphodine", "Hauptstrasse 17", "zq.patient@example.org"} <= set(leaks(found))


def paths(value: Any, kind: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """The element paths of a resource, extensions and contained resources left out."""
    for name, inner in value.items():
        if name in ("resourceType", "extension", "contained", "meta") or name.startswith("_"):
            continue
        path = f"{at}.{name}" if at else name
        for one in inner if isinstance(inner, list) else [inner]:
            yield path, one
            if isinstance(one, dict):
                yield from paths(one, kind, path)


def is_mask(value: Any) -> bool:
    return isinstance(value, dict) and value.get("extension", [{}])[0].get("valueCode") == "masked"


@pytest.mark.parametrize("kind", TYPES)
def test_every_output_path_is_in_the_policy(kind, engine, person):
    named = POLICIES.resources[kind].actions
    for variant in variants(kind):
        given = Filler(hostile=False, variant=variant).resource(kind)
        found = json.loads(engine("cn_l3", "blind").deidentify(json.dumps(given), person()).raw)
        masked = [p for p, v in paths(found, kind) if is_mask(v)]
        for path, value in paths(found, kind):
            if is_mask(value) or any(path.startswith(f"{m}.") for m in masked):
                continue
            steps = path.split(".")
            above = [".".join(steps[: i + 1]) for i in range(len(steps))]
            acted = [named[p].verb for p in above if p in named]
            is_container = any(p.startswith(f"{path}.") for p in named)
            recursive = [fhir.resolve(kind, p).type for p in above]
            presence = steps[-1] == "multipleBirthBoolean"
            assert acted or is_container or len(set(recursive)) < len(recursive) or presence, path
            assert not {"remove", "mask"} & set(acted), path


@pytest.mark.parametrize("kind", TYPES)
def test_what_is_required_and_removed_is_masked(kind, engine, person):
    """The hostile resource loses its codes, and is still valid FHIR that says so."""
    given = Filler(hostile=True, variant=0).resource(kind, contained=False)
    outcome = engine("safe_harbor", "blind").deidentify(json.dumps(given), person(*KNOWN, profile="safe_harbor"))
    found = json.loads(outcome.raw)
    required = [e for e in fhir.elements(kind).values() if e.is_required]
    assert all(e.name in found or f"_{e.name}" in found for e in required)
    codes = {c["code"] for c in found["meta"]["security"]}
    assert {"PSEUDED", "REDACTED"} <= codes
    masks = [e for e in required if is_mask(found.get(f"_{e.name}"))]
    assert bool(masks) <= ("MASKED" in codes)


def test_age_over_89_is_said_once_on_the_patient(engine, person):
    given = Filler(hostile=False, variant=0).resource("Patient")
    found = json.loads(engine().deidentify(json.dumps(given), person(is_over_89=True)).raw)
    assert [e for e in found["extension"] if e["url"] == AGE_OVER_89] == [{"url": AGE_OVER_89, "valueBoolean": True}]
    assert "birthDate" not in found
    assert found["_birthDate"]["extension"][0]["valueCode"] == "masked"


@pytest.mark.parametrize("kind", TYPES)
def test_what_was_met_before_gives_and_counts_the_same(kind, engine, person):
    """Within a person values are remembered: the second record of its kind is what it would be as the first."""
    subject = person(*KNOWN)
    given = json.dumps(Filler(hostile=False, variant=2).resource(kind))
    engine("cn_l3", "blind").deidentify(json.dumps({"resourceType": "Patient"}), person(subject_key="another"))
    first, second = (engine("cn_l3", "blind").deidentify(given, subject) for _ in range(2))
    assert first.raw == second.raw
    assert (first.counts, first.text, first.unknown_extensions) == (
        second.counts,
        second.text,
        second.unknown_extensions,
    )
