"""Who hospital_b's patients are: invented Chinese people, and six people of hospital_a who moved here."""

import copy
import random
from dataclasses import dataclass, replace
from datetime import date

from generator import identities
from generator.delivery import Resource
from generator.identities import Place, Relative
from generator.synthea import PREDIABETES, Run, born_between, codes, is_living

# What is wrong with the research consent of a patient; all others have one that permits.
NO_CONSENT, DENIED, WITHDRAWN, EXPIRED, PERMITTED = "none", "denied", "withdrawn", "expired", "permitted"
_EXCEPTIONS = (NO_CONSENT, NO_CONSENT, NO_CONSENT, DENIED, WITHDRAWN, EXPIRED)


@dataclass(frozen=True)
class Person:
    """One patient of this hospital: who they are, where their clinical content is from, and what they consented to."""

    patient_id: str
    names: tuple[Resource, ...]
    shown: str
    family: str
    pinyin: str
    gender: str
    birth_date: date
    resident_id: str | None
    passport: Resource | None
    mobile: str
    place: Place
    relative: Relative
    card: str
    chart: str
    consent: str = PERMITTED

    def age(self, day: date) -> int:
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def people(run: Run, chosen: list[str], moved_from: list[Resource]) -> dict[str, Person]:
    """A person for each chosen Synthea patient; `moved_from` are the hospital_a patients who moved here."""
    pairs = _pairs([run.patient(p) for p in chosen if is_living(run.records[p])], moved_from)
    men, women = iter(identities.MEN), iter(identities.WOMEN)
    found: dict[str, Person] = {}
    for number, patient_id in enumerate(chosen):
        patient = run.patient(patient_id)
        rng = random.Random(f"person/{patient_id}")
        if source := pairs.get(patient_id):
            found[patient_id] = _moved(patient_id, source, number, rng)
        else:
            named = next(men if patient["gender"] == "male" else women)
            found[patient_id] = _chinese(patient, named, number, rng)
    return _with_consents(found, run)


def _pairs(here: list[Resource], there: list[Resource]) -> dict[str, Resource]:
    """Whose record a person who moved takes on: the same sex and the nearest birth date, and born no later."""
    free = sorted(here, key=lambda p: str(p["id"]))
    pairs = {}
    for source in there:
        born = date.fromisoformat(source["birthDate"])
        fits = [p for p in free if p["gender"] == source["gender"] and born_between([p], "1945-01-01", "2005-12-31")]
        nearest = min(fits, key=lambda p: (abs((date.fromisoformat(p["birthDate"]) - born).days), p["id"]))
        free.remove(nearest)
        pairs[str(nearest["id"])] = source
    return pairs


def _moved(patient_id: str, source: Resource, number: int, rng: random.Random) -> Person:
    place, _ = identities.home(rng)
    name = source["name"][0]
    latin = f"{' '.join(name['given'])} {name['family']}"
    born = date.fromisoformat(source["birthDate"])
    companion = Relative(
        "配偶", f"{rng.choice(('Robin', 'Alex', 'Sam'))} {name['family']}", "unknown", identities.mobile(rng)
    )
    passport = next(i for i in source["identifier"] if i.get("type", {}).get("coding", [{}])[0].get("code") == "PPN")
    return Person(
        patient_id, tuple(copy.deepcopy(source["name"])), latin, name["family"], latin, source["gender"], born, None,
        passport, identities.mobile(rng), place, companion, f"W{9000000 + number:08d}", f"BA{510200 + number * 7:07d}",
    )  # fmt: skip


def _chinese(patient: Resource, named: tuple[str, str, str], number: int, rng: random.Random) -> Person:
    family, given, pinyin = named
    born, gender = date.fromisoformat(patient["birthDate"]), patient["gender"]
    place, area = identities.home(rng)
    name: Resource = {"use": "official", "text": family + given, "family": family, "given": [given]}
    names = [name]
    if number % 5 == 0:  # the pinyin beside it, as passports and exports have it
        url = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
        surname, forename = pinyin.split(" ")
        names.append({"use": "usual", "text": pinyin, "family": surname, "given": [forename]})
        for each, form in ((names[0], "IDE"), (names[1], "ABC")):
            each["extension"] = [{"url": url, "valueCode": form}]
    age = 2025 - born.year
    companion = identities.relative(rng, family=family, gender=gender, age=age)
    return Person(
        patient["id"], tuple(names), family + given, family, pinyin, gender, born,
        identities.resident_id(area, born, gender, 100 + number * 13), None, identities.mobile(rng), place, companion,
        f"H{2000000 + number * 317:08d}", f"BA{510200 + number * 7:07d}",
    )  # fmt: skip


def _with_consents(found: dict[str, Person], run: Run) -> dict[str, Person]:
    """The exceptions go to Chinese adults who are not prediabetic, the last one (expired) to one who is."""
    adults = [p for p, x in found.items() if x.resident_id and 18 <= x.age(date(2025, 12, 31)) <= 80]
    healthy = [p for p in adults if PREDIABETES not in codes(run.records[p], "Condition")]
    prediabetic = [p for p in adults if p not in healthy]
    chosen = [*healthy[: len(_EXCEPTIONS) - 1], prediabetic[-1]]
    for patient_id, exception in zip(chosen, _EXCEPTIONS, strict=True):
        found[patient_id] = replace(found[patient_id], consent=exception)
    return found
