"""Runs Synthea and picks the patients. Synthea (Apache-2.0) is fetched by Maven; its output is synthetic."""

import json
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]

VERSION = "3.3.0"
REFERENCE_DATE = "20260601"
END_DATE = "20251231"
POPULATION = 100
YEARS_OF_HISTORY = 3
EXCLUDED = "Claim,ExplanationOfBenefit,Provenance,SupplyDelivery,CarePlan,CareTeam,ImagingStudy,Device,Coverage"
_POM = f"""<project><modelVersion>4.0.0</modelVersion>
<groupId>sample</groupId><artifactId>sample</artifactId><version>1</version><dependencies><dependency>
<groupId>org.mitre.synthea</groupId><artifactId>synthea</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>"""

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
PREDIABETES = "15777000"
TYPE_2_DIABETES = "44054006"
HYPERTENSION = "59621000"
HBA1C = "4548-4"

# Types in the order in which a record lists them.
ORDER = (
    "Patient", "Consent", "Encounter", "Condition", "AllergyIntolerance", "Medication", "MedicationRequest",
    "MedicationAdministration", "Procedure", "Immunization", "Observation", "DiagnosticReport", "DocumentReference",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What one Synthea run made: the whole record of each patient by patient id, and the providers by type."""

    records: dict[str, list[Resource]]
    providers: dict[str, list[Resource]]

    def patient(self, patient_id: str) -> Resource:
        return self.records[patient_id][0]


def class_path() -> str:
    """Synthea's class path, resolved by Maven in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pom.xml").write_text(_POM, encoding="utf-8")
        command = ["mvn", "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=cp.txt"]
        subprocess.run(command, cwd=folder, check=True)
        return Path(folder, "cp.txt").read_text(encoding="utf-8").strip()


def generate(folder: Path, seed: int, classes: str) -> None:
    """One run into `folder`/fhir. One thread and a fixed time zone, so that the same seed gives the same records."""
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "exporter.baseDirectory": str(folder.resolve()),
        "exporter.fhir.export": "true",
        "exporter.fhir.bulk_data": "true",
        "exporter.fhir.excluded_resources": EXCLUDED,
        "exporter.years_of_history": str(YEARS_OF_HISTORY),
        "exporter.hospital.fhir.export": "true",
        "exporter.practitioner.fhir.export": "true",
        "generate.thread_pool_size": "1",
    }
    command = ["java", "-Xmx1500m", "-Duser.timezone=UTC", "-cp", classes, "App", "-s", str(seed), "-cs", str(seed)]
    command += ["-r", REFERENCE_DATE, "-e", END_DATE, "-p", str(POPULATION)]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (folder / "synthea.log").open("w", encoding="utf-8") as log:
        subprocess.run([*command, "Massachusetts"], cwd=folder, check=True, stdout=log, stderr=log)


def load(folder: Path) -> Run:
    """The output of a run. File names of providers carry a time stamp: only the part before the first dot counts."""
    by_type: dict[str, list[Resource]] = defaultdict(list)
    for file in sorted((folder / "fhir").glob("*.ndjson")):
        lines = file.read_text(encoding="utf-8").splitlines()
        by_type[file.name.split(".")[0]] += [json.loads(line) for line in lines if line.strip()]
    providers = {t: _sorted(by_type.pop(t)) for t in ("Organization", "Location", "Practitioner", "PractitionerRole")}
    medication = {m["id"]: m for m in by_type.pop("Medication", [])}
    records: dict[str, list[Resource]] = defaultdict(list)
    for kind in ORDER:
        for resource in _sorted(by_type.get(kind, [])):
            owner = patient_id(resource)
            records[owner].append(resource)
            used = resource.get("medicationReference", {}).get("reference", "")
            if drug := medication.pop(used.removeprefix("Medication/"), None):
                records[owner].append(drug)
    ordered = {p: sorted(records[p], key=lambda r: ORDER.index(r["resourceType"])) for p in sorted(records)}
    return Run(ordered, providers)


def patient_id(resource: Resource) -> str:
    """The id of the patient that a Synthea resource is about."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    about = resource.get("subject") or resource["patient"]
    return str(about["reference"].removeprefix("Patient/"))


def pick(run: Run, quotas: dict[str, int], largest: int) -> list[str]:
    """Patient ids that fill the quotas in their order, the smallest records first; no two with one birth date.

    Synthea gives a person who died a successor with the same birth date and often the same name: taking both would make
    one person of two.
    """
    sizes = {p: len(r) for p, r in run.records.items() if len(r) <= largest}
    smallest_first = sorted(sizes, key=lambda p: (sizes[p], p))
    chosen: list[str] = []
    births: set[str] = set()
    for group, wanted in quotas.items():
        fits = (p for p in smallest_first if p not in chosen and _GROUPS[group](run.records[p]))
        for patient in fits:
            born = run.patient(patient)["birthDate"]
            if wanted and born not in births:
                chosen.append(patient)
                births.add(born)
                wanted -= 1
        if wanted:
            raise ValueError(f"quota {group}: {wanted} patients short; raise the population or the largest record")
    return sorted(chosen)


def codes(record: Iterable[Resource], kind: str) -> Counter[str]:
    """How often each code stands in the `code` of the resources of a type."""
    return Counter(c["code"] for r in record if r["resourceType"] == kind for c in r["code"]["coding"])


def strings(value: Any) -> Iterator[str]:
    """Every string in a piece of JSON."""
    if isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


def is_living(record: list[Resource]) -> bool:
    return "deceasedDateTime" not in record[0]


def born_between(record: list[Resource], first: str, last: str) -> bool:
    return first <= record[0]["birthDate"] <= last


_GROUPS: dict[str, Callable[[list[Resource]], bool]] = {
    "over 89": lambda r: born_between(r, "1900-01-01", "1936-05-31"),
    "deceased": lambda r: not is_living(r),
    "type 2 diabetes": lambda r: TYPE_2_DIABETES in codes(r, "Condition"),
    "prediabetes": lambda r: (
        is_living(r) and PREDIABETES in codes(r, "Condition") and born_between(r, "1951-06-02", "2001-06-01")
    ),
    "hypertension": lambda r: is_living(r) and HYPERTENSION in codes(r, "Condition"),
    "inpatient": lambda r: is_living(r) and any(e.get("class", {}).get("code") == "IMP" for e in r),
    "child": lambda r: is_living(r) and born_between(r, "2009-06-01", "2025-12-31"),
    "adult": lambda r: is_living(r) and born_between(r, "1937-01-01", "2007-12-31"),
}


def _sorted(resources: list[Resource]) -> list[Resource]:
    return sorted(resources, key=lambda r: r["id"])
