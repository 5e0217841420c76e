"""The catalogue of this lake: what is published in it, read without Spark, as a folder of pages and descriptions."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from core.errors import ConfigError
from dagster_project import certificates
from dagster_project.assets.gold import CONTRACTS, PUBLISHED, VIEWS, published_name
from dagster_project.assets.silver import VIEWS as SILVER
from dagster_project.lineage import origins
from dagster_project.resources import Lakehouse
from governance.catalogue import site
from governance.catalogue.entry import Covered, Dataset, Facts, about
from governance.certificate import load
from governance.contract import Contract

COVERAGE = CONTRACTS["dataset_coverage"]
# What records of a FHIR type are about, for the map.
_THEME_OF = {
    "person": ("Patient", "RelatedPerson", "Practitioner", "PractitionerRole", "Organization", "Location", "Group", "List"),
    "encounter": ("Encounter", "EpisodeOfCare", "Appointment", "CarePlan", "CareTeam", "ServiceRequest", "Task", "Goal"),
    "diagnosis": (
        "Condition", "Observation", "DiagnosticReport", "AllergyIntolerance", "FamilyMemberHistory", "Specimen",
        "QuestionnaireResponse",
    ),
    "medication": ("Medication", "MedicationRequest", "MedicationAdministration", "MedicationStatement", "Immunization"),
    "procedure": ("Procedure", "Device", "SupplyDelivery"),
    "trial": ("ResearchStudy", "ResearchSubject", "AdverseEvent", "Consent", "Library"),
    "payment": ("Claim", "ExplanationOfBenefit", "Coverage"),
}  # fmt: skip
_THEME = {kind: theme for theme, kinds in _THEME_OF.items() for kind in kinds}


def folder_of(lakehouse: Lakehouse) -> Path:
    return lakehouse.settings.lake / "catalogue"


def build(lakehouse: Lakehouse, out: Path | None = None) -> Path:
    """The site's first page, its folder made anew. ConfigError for a folder that holds something else."""
    folder = out or folder_of(lakehouse)
    if folder.exists() and (
        not folder.is_dir() or (any(folder.iterdir()) and not (folder / "catalogue.jsonld").exists())
    ):
        raise ConfigError(f"{folder}: is there and is no catalogue. Name a new or empty folder with --out.")
    return site.write(folder, facts(lakehouse))


def facts(lakehouse: Lakehouse) -> Facts:
    """Everything that the catalogue tells, from contracts, logs, certificates and published counts."""
    settings, certified = lakehouse.settings, _certificates(lakehouse)
    coverage = _coverage(lakehouse)
    contracts = sorted(PUBLISHED, key=lambda c: (c.grade, c.view))
    datasets = [_dataset(lakehouse, c, certified, coverage.get(_counted(c), [])) for c in contracts]
    return Facts(
        ledger=lakehouse.ledger.id(lakehouse.now()),
        endpoint=(settings.serve_url or f"https://{settings.serve_host}:{settings.serve_port}").rstrip("/"),
        made_on=max((d.published for d in datasets if d.published), default=lakehouse.now().date()),
        institutions={i: said.name for i, said in sorted(lakehouse.institutions.items())},
        datasets=datasets,
        holdings=_holdings(lakehouse),
    )


def _dataset(
    lakehouse: Lakehouse,
    contract: Contract,
    certified: Mapping[tuple[str, int, str], dict[str, Any]],
    covered: list[Covered],
) -> Dataset:
    name = published_name(contract)
    commit = lakehouse.tables.commit("published", name)
    sources = origins(contract, VIEWS[contract.view])
    registered = sorted(contract.sources(lakehouse.institutions))
    if commit is None:
        return Dataset(contract, sources=sources, institutions=registered)
    body = certified.get((f"published/{name}", commit.version, commit.id or "unknown"))
    report = commit.made_from.get("report", {})
    return Dataset(
        contract,
        version=commit.version,
        rows=commit.rows,
        published=_day(body),
        score=_score(body),
        coverage=covered,
        generalised={q: level for q, level in report.get("anonymity", {}).get("generalised", {}).items() if level},
        sources=sources,
        institutions=sorted({c.institution for c in covered}) or registered,
        certificate=body,
    )


def _counted(contract: Contract) -> str:
    """The view whose counts are this one's: itself, or the one curated view that it is another form of."""
    of = VIEWS[contract.view].reads_gold
    return of[0] if len(of) == 1 else contract.view


def _certificates(lakehouse: Lakehouse) -> dict[tuple[str, int, str], dict[str, Any]]:
    """Those of versions that nothing supersedes, by table, version and commit."""
    register, found = lakehouse.certificates.register(), {}
    for contract in PUBLISHED:
        for identifier in register.current(f"published/{published_name(contract)}"):
            file = certificates.file_of(lakehouse, identifier)
            if file.exists():
                body = load(file)
                found[body["table"], body["delta_version"], body["commit"]] = body
    return found


def _day(body: Mapping[str, Any] | None) -> date | None:
    return datetime.fromisoformat(body["published"]).date() if body else None


def _score(body: Mapping[str, Any] | None) -> float | None:
    said = body["quality_score"] if body else "not scored"
    return None if said == "not scored" else float(said.split()[0])


def _coverage(lakehouse: Lakehouse) -> dict[str, list[Covered]]:
    """By view, as published: never a count that was not."""
    name, found = published_name(COVERAGE), defaultdict(list)
    if lakehouse.tables.exists("published", name):
        for r in lakehouse.tables.arrow("published", name).to_pylist():
            found[r["dataset"]].append(Covered(r["institution"], r["year"], r["n_subjects"]))
    return found


def _holdings(lakehouse: Lakehouse) -> dict[str, dict[str, dict[str, int | None]]]:
    """layer -> institution -> theme -> about how many rows, of the newest version that was profiled of each table."""
    if not lakehouse.tables.exists("governance", "quality_profile"):
        return {}
    columns = ("layer", "table", "delta_version", "institution", "rows")
    rows = lakehouse.tables.arrow("governance", "quality_profile", columns=columns, where="\"column\" = ''").to_pylist()
    newest: dict[tuple[str, str], int] = {}
    for r in rows:
        key = r["layer"], r["table"]
        newest[key] = max(newest.get(key, -1), r["delta_version"])
    counted: dict[tuple[str, str, str], int] = defaultdict(int)
    for r in rows:
        if r["institution"] and r["delta_version"] == newest[r["layer"], r["table"]]:
            counted[r["layer"], r["institution"], _theme(r["layer"], r["table"])] += r["rows"] or 0
    found: dict[str, dict[str, dict[str, int | None]]] = {layer: {} for layer in site.LAYERS}
    for (layer, institution, theme), n in sorted(counted.items()):
        if layer in found and n:
            found[layer].setdefault(institution, {})[theme] = about(n)
    return {layer: of for layer, of in found.items() if of}


def _theme(layer: str, table: str) -> str:
    if layer == "bronze":
        return "all"
    if layer == "gold":
        return "curated"
    return _THEME.get(SILVER[table].resource, "document") if table in SILVER else "document"
