"""Who a person is: the terms that identify them, whether they are over 89, and which records belong to one person.

Works in the identified zone only. Linking prefers precision to recall: two people taken for one would mix their records
and share a date shift, one person taken for two is only counted twice.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deid.pseudonym import KeyRing
from deid.subject import Entity, KnownTerm

AGE_LIMIT = 89
Token = tuple[str, str]
Member = tuple[str, str]

# --- known terms ------------------------------------------------------------------------------------------------------

_TELECOM: dict[str, Entity] = {
    "phone": "PHONE",
    "fax": "PHONE",
    "pager": "PHONE",
    "sms": "PHONE",
    "email": "EMAIL",
    "url": "URL",
}
_MAIDEN_NAME = "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName"
_BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
# Shorter numbers are found everywhere ("room 12"), and a single Han character is an ordinary word far more often.
_MIN_LENGTH: dict[Entity, int] = {"ID": 4, "ACCOUNT": 4, "PHONE": 5}
_ORGANISATIONS = frozenset({"Organization", "Location"})


def known_terms(patient: Mapping[str, Any], others: Iterable[Mapping[str, Any]] = ()) -> tuple[KnownTerm, ...]:
    """Every string of the person's record that identifies them or somebody around them, each once, longest first.

    `others` are resources of people and places around them (RelatedPerson, Practitioner, Organization, Location).
    Titles ("Mrs.") and the state are left out; variants in case and format are for the scanner to make.
    """
    found: dict[KnownTerm, None] = {}
    for resource in (patient, *others):
        for text, entity in _terms(resource):
            text = text.strip()
            if len(text) >= _MIN_LENGTH.get(entity, 2):
                found[KnownTerm(text, entity)] = None
    return tuple(sorted(found, key=lambda t: (-len(t.text), t.entity, t.text)))


_DEPARTMENT = re.compile(
    r"(?:科|室|部|病区|病房|门诊|department|dept\.?|unit|ward|room|services?|icu|ed|er)\W*\d*$", re.IGNORECASE
)


def terms_around(resource: Mapping[str, Any]) -> tuple[KnownTerm, ...]:
    """By what a practitioner, organisation or place is known in the texts of others.

    Only what is hardly a word: a doctor called White would take every "white" out of their patients' notes, and a
    department's name is what the note is about. A surname with a title is for the patterns to find.
    """
    return tuple(t for t in known_terms(resource) if _is_telling(t))


def _is_telling(term: KnownTerm) -> bool:
    if term.entity == "NAME":
        return _is_han(term.text) or len(term.text.split()) > 1
    if term.entity == "ORGANISATION":
        return len(term.text) >= 4 and not _DEPARTMENT.search(term.text)
    if term.entity in ("ADDRESS", "ID"):
        return len(term.text) >= 6 and any(c.isdigit() for c in term.text)
    return True


def _terms(resource: Mapping[str, Any]) -> Iterator[tuple[str, Entity]]:
    kind = resource.get("resourceType")
    if kind in _ORGANISATIONS:
        yield from ((t, "ORGANISATION") for t in _texts([resource.get("name"), *_list(resource.get("alias"))]))
    else:
        for name in _dicts(resource.get("name")):
            yield from ((t, "NAME") for t in _name_terms(name))
    yield from (
        (t, "ID") for t in _texts([resource.get("id"), *(i.get("value") for i in _dicts(resource.get("identifier")))])
    )
    yield from _around(resource)
    yield from ((t, "DATE") for t in _texts([resource.get("birthDate")]))
    for contact in _dicts(resource.get("contact")):
        for name in _dicts(contact.get("name")):
            yield from ((t, "NAME") for t in _name_terms(name))
        yield from _around(contact)
        yield from ((t, "ORGANISATION") for t in _displays(contact.get("organization")))
    yield from ((t, "NAME") for t in _displays(resource.get("generalPractitioner")))
    yield from ((t, "ORGANISATION") for t in _displays(resource.get("managingOrganization")))
    for extension in _dicts(resource.get("extension")):
        if extension.get("url") == _MAIDEN_NAME:
            yield from ((t, "NAME") for t in _texts([extension.get("valueString")]))
        if extension.get("url") == _BIRTH_PLACE:
            yield from ((t, "ADDRESS") for t in _address_terms(extension.get("valueAddress")))


def _around(holder: Mapping[str, Any]) -> Iterator[tuple[str, Entity]]:
    for telecom in _dicts(holder.get("telecom")):
        entity = _TELECOM.get(str(telecom.get("system")), "ACCOUNT")
        yield from ((t, entity) for t in _texts([telecom.get("value")]))
    for address in _dicts(holder.get("address")):
        yield from ((t, "ADDRESS") for t in _address_terms(address))


def _name_terms(name: Mapping[str, Any]) -> Iterator[str]:
    """The whole name in the orders it is written in, and each part that is not a single letter or Han character."""
    given, family = _texts(_list(name.get("given"))), _texts([name.get("family")])
    yield from _texts([name.get("text")])
    parts = [p for p in (*given, *family) if len(p) > 1]
    if given and family:
        if _is_han(family[0] + given[0]):
            yield family[0] + "".join(given)
        else:
            yield from (f"{' '.join(given)} {family[0]}", f"{given[0]} {family[0]}", f"{family[0]}, {given[0]}")
    yield from parts
    yield from (w for p in parts for w in p.split() if len(w) > 2)


def _address_terms(address: object) -> Iterator[str]:
    if isinstance(address, dict):
        yield from _texts(
            [*_list(address.get("line")), *(address.get(n) for n in ("text", "city", "district", "postalCode"))]
        )


def _displays(reference: object) -> list[str]:
    return _texts([r.get("display") for r in _dicts(reference)])


# --- age --------------------------------------------------------------------------------------------------------------

_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def is_over_89(patient: Mapping[str, Any], as_of: date) -> bool:
    """Whether the person is (or was at death) 90 or older; a partial date is read as the one that makes them older.

    Of a person known to be dead without a date the age on `as_of` is taken. False without a date of birth.
    """
    birth = _first_day(patient.get("birthDate"))
    if birth is None:
        return False
    end = min(_last_day(patient.get("deceasedDateTime")) or as_of, as_of)
    return end.year - birth.year - ((end.month, end.day) < (birth.month, birth.day)) > AGE_LIMIT


def _first_day(text: object) -> date | None:
    found = _DATE.match(text) if isinstance(text, str) else None
    return _day(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None


def _last_day(text: object) -> date | None:
    found = _DATE.match(text) if isinstance(text, str) else None
    if not found:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    days = (int(found[3]),) if found[3] else (31, 30, 29, 28)
    return next((d for n in days if (d := _day(year, month, n))), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- link tokens ------------------------------------------------------------------------------------------------------

NATIONAL_KINDS = ("resident_id", "ssn", "passport")
DEMOGRAPHICS, BIRTH = "demographics", "birth"
# A national number and a name, whatever the birth date: somebody mistyped it. A telephone number alone is a family's, so it
# links only together with what twins do not share, or with all but one letter or digit.
NUMBER_AND_NAME, PHONE_GIVEN, PHONE_NAME, PHONE_BIRTH = "number_and_name", "phone_given", "phone_name", "phone_birth"
_KINDS = (*NATIONAL_KINDS, NUMBER_AND_NAME, DEMOGRAPHICS, PHONE_GIVEN, PHONE_BIRTH, PHONE_NAME)
_WHATEVER_BIRTH = (NUMBER_AND_NAME, PHONE_BIRTH)
# Kinds that say that two records are not of one person, so they count also where nobody shares them.
EVIDENCE_KINDS = (BIRTH, *NATIONAL_KINDS)
_LETTERS_TO_MISTYPE = 6  # shorter names of twins differ by one letter: Tim and Jim
_HL7_TYPE = {"SS": "ssn", "PPN": "passport"}
_SYSTEMS = {"http://hl7.org/fhir/sid/us-ssn": "ssn", "urn:oid:2.16.840.1.113883.4.1": "ssn"}
_RESIDENT_ID = re.compile(r"^\d{6}(\d{8})\d{2}(\d)[0-9X]$")
_SSN = re.compile(r"^(?!000)\d{3}(?!00)\d{2}(?!0000)\d{4}$")
_FAKE_SSN = frozenset({"123456789", "987654321", "078051120", "219099999", *(str(d) * 9 for d in range(10))})
_PASSPORT = re.compile(r"^(?=.*\d{4})[A-Z0-9]{6,12}$")
_FULL_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_NAMELESS = frozenset("unknown anonymous test patient baby boy girl newborn unnamed 无名氏 未知 不详 匿名 测试".split())


def link_tokens(patient: Mapping[str, Any], keys: KeyRing) -> list[Token]:
    """(kind, keyed token) of what may show that two records are of one person. Made inside each institution's zone.

    resident_id (checksum, and agreeing with birth date and sex: a newborn is often registered with a parent's number),
    ssn, passport; demographics (name, earlier ones too, + full birth date + sex); number_and_name (such a number + name +
    sex). With a telephone number and the sex: phone_given (given name + birth date, the family name may have changed),
    phone_name (family name + birth date + all but one letter of a given name of six or more), phone_birth (name + all but
    one digit of the birth date, or with day and month the other way round). `birth` links nothing: it stops links
    between people of different ages.
    """
    found = {(kind, keys.link_token(kind, value)): None for kind, value in _link_values(patient)}
    return list(found)


def _link_values(patient: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    birth, sex = patient.get("birthDate"), patient.get("gender")
    names = [n for n in _dicts(patient.get("name")) if n.get("use") in (None, "official", "usual", "old", "maiden")]
    whole = sorted({w for n in names if (w := _normal_name(n))}) if sex in ("male", "female") else []
    for identifier in _dicts(patient.get("identifier")):
        for kind, number in _national(identifier, birth, sex):
            yield kind, number
            yield from ((NUMBER_AND_NAME, f"{kind}|{number}|{name}|{sex}") for name in whole)
    if not (isinstance(birth, str) and _FULL_DATE.match(birth) and birth != "1900-01-01"):
        return
    yield BIRTH, birth
    yield from ((DEMOGRAPHICS, f"{name}|{birth}|{sex}") for name in whole)
    if whole:
        for phone in sorted({p for t in _dicts(patient.get("telecom")) if (p := _normal_phone(t))}):
            for kind, value in _by_phone(names, whole, birth):
                yield kind, f"{phone}|{sex}|{value}"


def _by_phone(names: list[dict[str, Any]], whole: list[str], birth: str) -> Iterator[tuple[str, str]]:
    for name in names:
        given, family = (
            _normal_words(_texts(_list(name.get(n))) if n == "given" else _texts([name.get(n)]))
            for n in ("given", "family")
        )
        if given and _normal_name(name):
            yield PHONE_GIVEN, f"{given}|{birth}"
        if family and len(given) >= _LETTERS_TO_MISTYPE and not _is_han(given):
            yield from ((PHONE_NAME, f"{family}|{birth}|{part}") for part in _all_but_one(given))
    year, month, day = birth.split("-")
    mistyped = {*_all_but_one(f"{year}{month}{day}", "*"), f"{year}|{'|'.join(sorted((month, day)))}"}
    yield from ((PHONE_BIRTH, f"{name}|{part}") for name in whole for part in sorted(mistyped))


def _all_but_one(text: str, instead: str = "") -> set[str]:
    """The text, and the text with each character but the first left out: two that differ in one of these share one."""
    return {text} | {text[:n] + instead + text[n + 1 :] for n in range(1, len(text))}


def _normal_words(texts: list[str]) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", " ".join(texts)).casefold()))


def _normal_phone(telecom: Mapping[str, Any]) -> str | None:
    """The digits of a person's own number without a country's prefix; None for what is none, or is a workplace's."""
    if telecom.get("system") not in ("phone", "sms") or telecom.get("use") in ("work", "old", "temp"):
        return None
    said = telecom.get("value")
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", said)) if isinstance(said, str) else ""
    for prefix in (r"^(?:00)?86(?=1\d{10}$)", r"^(?:00)?1(?=[2-9]\d{9}$)"):
        digits = re.sub(prefix, "", digits)
    return digits if 7 <= len(digits) <= 15 and len(set(digits)) > 2 else None


def _national(identifier: Mapping[str, Any], birth: object, sex: object) -> Iterator[tuple[str, str]]:
    if identifier.get("use") in ("old", "temp") or not isinstance(identifier.get("value"), str):
        return
    value = re.sub(r"[\s\-.]", "", unicodedata.normalize("NFKC", identifier["value"])).upper()
    if is_resident_id(value):
        if _agrees(value, birth, sex):
            yield "resident_id", value
        return
    codings = _dicts((identifier.get("type") or {}).get("coding")) if isinstance(identifier.get("type"), dict) else []
    kind = _SYSTEMS.get(str(identifier.get("system"))) or next(
        (k for c in codings if (k := _HL7_TYPE.get(str(c.get("code"))))), None
    )
    if kind == "ssn" and _SSN.match(value) and value not in _FAKE_SSN:
        yield kind, value
    if kind == "passport" and _PASSPORT.match(value):
        yield kind, value


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_resident_id(text: str) -> bool:
    """A Chinese resident id of 18 characters: its date exists and its check character is right (GB 11643-1999)."""
    found = _RESIDENT_ID.match(text) if text.isascii() else None
    if not found or not _day(int(found[1][:4]), int(found[1][4:6]), int(found[1][6:])):
        return False
    return "10X98765432"[sum(int(c) * w for c, w in zip(text, _WEIGHTS, strict=False)) % 11] == text[17]


def _agrees(resident_id: str, birth: object, sex: object) -> bool:
    found = _RESIDENT_ID.match(resident_id)
    assert found
    written = birth.replace("-", "") if isinstance(birth, str) else ""
    said = "male" if int(found[2]) % 2 else "female"
    return found[1].startswith(written) and (sex not in ("male", "female") or sex == said)


def _normal_name(name: Mapping[str, Any]) -> str | None:
    """A name without case, width, accents of writing, titles and order; None when it names nobody."""
    given, family = _texts(_list(name.get("given"))), _texts([name.get("family")])
    written = [*family, *given] if given and family else _texts([name.get("text")])
    whole = unicodedata.normalize("NFKC", " ".join(written)).casefold()
    words = re.findall(r"\w+", whole)
    if _NAMELESS & set(words):
        return None
    if _is_han(whole):
        joined = "".join(words)
        return joined if len(joined) > 1 and joined not in _NAMELESS else None
    return " ".join(sorted(words)) if len(words) > 1 else None


def _is_han(text: str) -> bool:
    return bool(re.search(r"[\u3400-\u9fff]", text))


# --- linking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One institution's patient and their link tokens (kind, token)."""

    institution: str
    patient_id: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """`person_keys` and `rules` by (institution, patient id): the person, and by which kinds of token it was linked.

    `counts` per kind: how often two records were joined, and (`<kind>_refused`) how many shared tokens joined nothing.
    """

    person_keys: Mapping[Member, str]
    rules: Mapping[Member, tuple[str, ...]]
    counts: Mapping[str, int]


@dataclass
class _Groups:
    parent: dict[Member, Member] = field(default_factory=dict)

    def find(self, member: Member) -> Member:
        root = member
        while self.parent.setdefault(root, root) != root:
            root = self.parent[root]
        while self.parent[member] != root:
            self.parent[member], member = root, self.parent[member]
        return root

    def join(self, one: Member, other: Member) -> bool:
        a, b = sorted((self.find(one), self.find(other)))
        self.parent[b] = a  # the smallest member is the root
        return a != b


def link_persons(rows: Iterable[LinkRow], keys: KeyRing) -> Linked:
    """The person of every patient. Needs all patients at once; the order of the rows makes no difference.

    A national number links the records that bear it unless their birth dates differ. Every other kind links records of
    different institutions, unless an institution has two such patients (twins, namesakes) or national numbers of one
    kind differ; a mistyped birth date is forgiven only by the two kinds that allow for one. The person key is made from
    the smallest member, so full and incremental runs agree.
    """
    tokens: dict[Member, tuple[Token, ...]] = {(r.institution, r.patient_id): r.tokens for r in rows}
    holders: dict[Token, list[Member]] = defaultdict(list)
    for member in sorted(tokens):
        for token in set(tokens[member]):
            holders[token].append(member)
    groups, counts, rules = _Groups(), Counter[str](), defaultdict[Member, set[str]](set)
    shared = sorted((t for t, m in holders.items() if len(m) > 1 and t[0] != BIRTH), key=_strength)
    evidence = {m: _Evidence.of(tokens[m]) for m in tokens}
    for shown in shared:
        kind, members = shown[0], holders[shown]
        if not _may_join(kind, members, groups, evidence):
            counts[f"{kind}_refused"] += 1
            continue
        for other in members[1:]:
            a, b = groups.find(members[0]), groups.find(other)
            if groups.join(a, b):
                counts[kind] += 1
                evidence[groups.find(a)] = evidence[a].with_(evidence[b])
        for member in members:
            rules[member].add(kind)
    person_keys = {m: keys.person_key(*groups.find(m)) for m in sorted(tokens)}
    return Linked(person_keys, {m: tuple(sorted(r)) for m, r in rules.items()}, dict(counts))


def _strength(token: Token) -> tuple[int, str]:
    return _KINDS.index(token[0]), token[1]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is known of a group of records: its tokens by kind."""

    by_kind: Mapping[str, frozenset[str]]

    @staticmethod
    def of(tokens: Iterable[Token]) -> "_Evidence":
        found: dict[str, set[str]] = defaultdict(set)
        for kind, token in tokens:
            found[kind].add(token)
        return _Evidence({k: frozenset(v) for k, v in found.items()})

    def with_(self, other: "_Evidence") -> "_Evidence":
        kinds = self.by_kind.keys() | other.by_kind.keys()
        return _Evidence({k: self.by_kind.get(k, frozenset()) | other.by_kind.get(k, frozenset()) for k in kinds})


def _may_join(kind: str, members: list[Member], groups: _Groups, evidence: Mapping[Member, _Evidence]) -> bool:
    roots = sorted({groups.find(m) for m in members})
    if kind not in _WHATEVER_BIRTH and _differ(BIRTH, roots, evidence):
        return False
    if kind in NATIONAL_KINDS:
        return True
    by_institution: dict[str, set[Member]] = defaultdict(set)
    for member in members:
        by_institution[member[0]].add(groups.find(member))
    if any(len(g) > 1 for g in by_institution.values()):
        return False
    return not any(_differ(k, roots, evidence) for k in NATIONAL_KINDS)


def _differ(kind: str, roots: list[Member], evidence: Mapping[Member, _Evidence]) -> bool:
    """Whether two of the groups have tokens of the kind and share none."""
    sets = [s for r in roots if (s := evidence[r].by_kind.get(kind))]
    return any(not (a & b) for i, a in enumerate(sets) for b in sets[i + 1 :])


# --- reading JSON that nobody promised to be right --------------------------------------------------------------------


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: object) -> list[dict[str, Any]]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]


def _texts(values: Iterable[object]) -> list[str]:
    return [v.strip() for v in values if isinstance(v, str) and v.strip()]
