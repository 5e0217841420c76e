"""De-identification of one FHIR resource: text in, text out. Default deny; see the policies.

Fails closed: whatever goes wrong, the record is left out with a reason, and no error carries anything of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal, get_args

import msgspec

from deid.actions import Handler
from deid.compile import MASKED, Compiler
from deid.policy import Policies, load_profile
from deid.pseudonym import KeyRing
from deid.subject import Subject
from deid.work import Memory, Scanner, Work

Reason = Literal["no_policy", "unknown_modifier_extension", "not_deidentifiable"]
REASONS: tuple[Reason, ...] = get_args(Reason)
AGE_OVER_89 = "https://clinical-cohort-lakehouse.example/fhir/StructureDefinition/age-over-89"

_SECURITY = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
# Labels that say how sensitive a record is; all other labels are of the source system.
_SENSITIVITY = frozenset(
    f"http://terminology.hl7.org/CodeSystem/{s}" for s in ("v3-Confidentiality", "v3-ActCode", "v3-ActReason")
)
_LOSS = frozenset(
    {"remove", "refused", "malformed", "unknown_element", "scan_failed", "invalid_date", "over_89", "no_policy"}
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One record's result: `raw` is the de-identified FHIR text, or None for a `reason`.

    `counts` by (element path, what was done): a policy's verb, or refused (not a word of its vocabulary, or it looks
    like an identifier), malformed, unknown_element, invalid_date, scan_failed, over_89, no_policy. `text`: what was
    found in text, by (entity, source). `unknown_extensions`: dropped extensions by url, or by keyed hash of it when HL7
    did not make it.
    """

    raw: str | None
    reason: Reason | None = None
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    text: Mapping[tuple[str, str], int] = field(default_factory=dict)
    unknown_extensions: Mapping[str, int] = field(default_factory=dict)

    def tally(self) -> Iterator[tuple[tuple[str, str, str], int]]:
        """All counts in one shape: (path | entity | extension, name, detail) -> count."""
        for (path, verb), n in self.counts.items():
            yield ("path", path, verb), n
        for (entity, source), n in self.text.items():
            yield ("entity", entity, source), n
        for url, n in self.unknown_extensions.items():
            yield ("extension", url, ""), n


class Deidentifier:
    """De-identifies the records of one institution's profile. Build one per worker; not for several threads at once."""

    def __init__(self, policies: Policies, profile: str, keys: KeyRing, scanner: Scanner) -> None:
        self.policy_version = policies.version
        self._policies, self._keys = policies, keys
        settings = load_profile(profile)
        self._has_surrogates = settings.text == "surrogates"
        self._compiler = Compiler(policies, settings, keys, scanner)
        self._types = frozenset(policies.resources)
        self._handlers: dict[str, Handler] = {}
        self._memory: Memory | None = None
        # Decimals keep their digits: 1.10 is not 1.1.
        self._decode = msgspec.json.Decoder(float_hook=Decimal).decode
        self._encode = msgspec.json.Encoder(decimal_format="number").encode

    def deidentify(self, raw: str, subject: Subject, resolve: Mapping[str, str] | None = None) -> Outcome:
        """The record of `raw` as FHIR R4 without identifiers.

        `subject` is whom it is about, by the record's own institution. `resolve` maps conditional references
        (`Practitioner?identifier=system|value`) to ids; others become the keyed hash of the identifier.
        """
        try:
            if self._has_surrogates:
                subject = replace(
                    subject, surrogate_key=self._keys.surrogate_key(subject.institution, subject.person_key)
                )
            return self._deidentify(raw, subject, resolve or {})
        except Exception:  # an error's text could hold a value
            return Outcome(None, "not_deidentifiable")

    def _deidentify(self, raw: str, subject: Subject, resolve: Mapping[str, str]) -> Outcome:
        resource = self._decode(raw)
        kind = resource["resourceType"]
        if kind not in self._types:
            return Outcome(None, "no_policy")
        # Cheap first: the name itself, or an escape that could hide it.
        if ("odifierExtension" in raw or "\\u" in raw) and self._has_unknown_modifier(resource):
            return Outcome(None, "unknown_modifier_extension")
        if self._memory is None or not self._memory.serves(subject):
            self._memory = Memory(subject, self._policies)
        work = Work(self._memory, subject, resolve)
        work.enter(resource, self._types, self._keys)
        out = self._handler(kind)(resource, work)
        if kind == "Patient" and subject.is_over_89:
            _hide_age(out, work)
        _label(out, work)
        return Outcome(self._encode(out).decode(), None, work.counts, work.hits, work.extensions)

    def _handler(self, kind: str) -> Handler:
        if kind not in self._handlers:
            self._handlers[kind] = self._compiler.resource(kind, self._contained(f"{kind}.contained"))
        return self._handlers[kind]

    def _contained(self, path: str) -> Handler:
        """Resources in a resource, each by the policy of its type; with no policy or no id, it goes."""
        key = path, "no_policy"

        def handle(value: Any, work: Work) -> Any:
            kept = []
            for inner in value if isinstance(value, list) else [None]:
                if not isinstance(inner, dict) or inner.get("id") not in work.local_ids:
                    work.counts[key] += 1
                    continue
                if inner.get("resourceType") not in self._types:
                    work.counts[key] += 1
                    continue
                work.in_contained = True
                out = self._handler(inner["resourceType"])(inner, work)
                work.in_contained = False
                # Who a contained person is, and so how old, is not known here; labels belong to the container (dom-5).
                for name in (
                    "meta",
                    *(("birthDate", "deceasedDateTime") if inner["resourceType"] == "Patient" else ()),
                ):
                    out.pop(name, None)
                kept.append(out)
            return kept or None

        return handle

    def _has_unknown_modifier(self, value: Any) -> bool:
        """Whether anything at any depth says, in a way that is not known here, that it means something else."""
        if isinstance(value, list):
            return any(self._has_unknown_modifier(v) for v in value)
        if not isinstance(value, dict):
            return False
        modifiers = value.get("modifierExtension")
        if modifiers is not None and not all(
            isinstance(m, dict) and m.get("url") in self._policies.modifier_extensions
            for m in (modifiers if isinstance(modifiers, list) else [None])
        ):
            return True
        return any(self._has_unknown_modifier(v) for v in value.values())


def _hide_age(patient: dict[str, Any], work: Work) -> None:
    """The year of birth of a person over 89 goes, and that they are over 89 is said."""
    patient.pop("birthDate", None)
    patient["_birthDate"] = {"extension": [MASKED]}
    patient["extension"] = [*patient.get("extension", []), {"url": AGE_OVER_89, "valueBoolean": True}]
    work.counts["Patient.birthDate", "mask"] += 1


def _label(resource: dict[str, Any], work: Work) -> None:
    """Says in meta.security what was done."""
    verbs = {verb for _, verb in work.counts}
    codes = ["PSEUDED"]
    if "mask" in verbs:
        codes.append("MASKED")
    if work.hits or verbs & _LOSS:
        codes.append("REDACTED")
    meta = resource.get("meta") or {}
    kept = [c for c in meta.get("security", []) if c.get("system") in _SENSITIVITY and "code" in c]
    meta["security"] = [*kept, *({"system": _SECURITY, "code": c} for c in codes)]
    resource["meta"] = meta
