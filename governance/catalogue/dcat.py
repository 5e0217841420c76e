"""The catalogue for other catalogues: JSON-LD 1.1 of HealthDCAT-AP (Release 8), which extends DCAT-AP 3.

Every text is given in English and in Chinese. Numbers are those of the site: suppressed, then rounded. Sources:
https://data.health.europa.eu/healthdcat-ap/releases/latest/, https://semiceu.github.io/DCAT-AP/releases/3.0.1/.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from governance.catalogue.entry import PRICES, PURPOSES, THEMES, Dataset, Facts, about
from governance.column import Column
from governance.contract import LICENCES
from governance.grades import Grade, Words

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "healthdcatap": "http://healthdataportal.eu/ns/health#",
    "oa": "http://www.w3.org/ns/oa#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_EU = "http://publications.europa.eu/resource/authority"
_HEALTH = "https://hdeu-dcat.data.health.europa.eu/resource/authority"
# No European law binds a lake elsewhere; the profile asks for the regulation that the description follows.
_LAW = {"@id": "http://data.europa.eu/eli/reg/2025/327/oj"}
_ACCESS = {Grade.L1: "PUBLIC", Grade.L2: "RESTRICTED", Grade.L3: "NON_PUBLIC", Grade.L4: "NON_PUBLIC"}
# EHDS, Article 51(1): trials and studies; research cohorts; records of care.
_CATEGORY = {"trial": "EHCT", "recruitment": "EHCT", "cohort": "RQSH"}
_XSD = {
    "bigint": "integer", "int": "integer", "double": "double", "float": "float", "boolean": "boolean", "date": "date",
    "timestamp": "dateTime",
}  # fmt: skip
_LICENCE = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}
_CONSENT = Words(
    en="consent of the patient, or its waiver by an ethics committee (PIPL, articles 13 and 29)",
    zh="患者同意，或伦理委员会批准免除同意（《个人信息保护法》第十三条、第二十九条）",
)
_POPULATION = Words(
    en="patients of the institutions named, as far as their consent or an ethics approval allows; minors are not in row-level tables",
    zh="所列机构的患者，以其同意或伦理批准为限；逐行数据不含未成年人",
)
_MADE = Words(
    en="FHIR records of the institutions, de-identified, curated and published by contract",
    zh="机构的 FHIR 记录，经去标识化、整理，并按数据合同发布",
)
_KEPT = Words(
    en="the newest version until it is withdrawn; older versions for seven days",
    zh="最新版本保留至撤回；旧版本保留七天",
)


def catalogue(facts: Facts) -> dict[str, Any]:
    """A dcat:Catalog with every dataset in it."""
    return {
        "@context": CONTEXT,
        "@id": _iri(facts, "catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": _both(Words(en="Catalogue of the clinical cohort lakehouse", zh="临床队列数据湖仓目录")),
        "dct:description": _both(
            Words(en="De-identified, checked and graded tables.", zh="去标识化、经核查并分级的数据表。")
        ),
        "dct:publisher": _agent("data management", facts),
        "dcatap:applicableLegislation": _LAW,
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in ("ENG", "ZHO")],
        "dct:modified": _typed(facts.made_on, "date"),
        "dcat:themeTaxonomy": {"@id": f"{_EU}/data-theme"},
        "dcat:dataset": [_dataset(d, facts) for d in facts.datasets],
    }  # fmt: skip


def dataset(found: Dataset, facts: Facts) -> dict[str, Any]:
    """One dataset by itself."""
    return {"@context": CONTEXT, **_dataset(found, facts)}


def _dataset(d: Dataset, facts: Facts) -> dict[str, Any]:
    c = d.contract
    said = {
        "@id": _iri(facts, d.table),
        "@type": "dcat:Dataset",
        "dct:title": _both(c.title),
        "dct:description": _both(c.description),
        "dct:identifier": d.certificate["identifier"] if d.certificate else _iri(facts, d.table),
        "dct:publisher": _agent(c.owner, facts),
        "dcat:contactPoint": {
            "@type": "vcard:Kind", "vcard:fn": c.owner, "vcard:hasURL": {"@id": facts.endpoint},
        },
        "dcat:theme": [{"@id": f"{_EU}/data-theme/HEAL"}],
        "dcat:keyword": [*_both(THEMES[c.theme]), *_both(c.grade.meaning)],
        "dct:accessRights": {"@id": f"{_EU}/access-right/{_ACCESS[c.grade]}"},
        "dct:type": {"@id": f"{_EU}/dataset-type/STATISTICAL" if c.kind == "aggregate" else f"{_EU}/dataset-type/PERSONAL_DATA"},
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in ("ENG", "ZHO")],
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": _both(_MADE)},
        "dcatap:applicableLegislation": _LAW,
        "healthdcatap:hdab": _agent("data access committee", facts),
        "healthdcatap:healthCategory": {"@id": f"{_HEALTH}/healthcategories/{_CATEGORY.get(c.theme, 'EHRS')}"},
        "healthdcatap:populationCoverage": _both(_POPULATION),
        "healthdcatap:minTypicalAge": _typed(0 if c.kind == "aggregate" else 18, "nonNegativeInteger"),
        "healthdcatap:retentionPeriod": {"@type": "dct:PeriodOfTime", "rdfs:comment": _both(_KEPT)} | _begin(d),
        "healthdcatap:hasStructuredData": _typed("true", "boolean"),
        "healthdcatap:hasVariables": _variables(d, facts),
        "dpv:hasLegalBasis": {"@type": "dpv:LegalBasis", "dct:description": _both(_CONSENT)},
        "dpv:hasPurpose": [{"@type": "dpv:Purpose", "dct:description": _both(PURPOSES[p])} for p in c.purposes],
        "dpv:hasPersonalData": [] if c.kind == "aggregate" else [{"@id": "https://w3id.org/dpv/pd#HealthRecord"}],
        "dct:creator": [{"@type": "foaf:Agent", "foaf:name": facts.institutions.get(i, i)} for i in d.institutions],
        "dcat:distribution": [_distribution(d, facts)],
    }  # fmt: skip
    return _known(said | _measured(d))


def _measured(d: Dataset) -> dict[str, Any]:
    """What is known of the version that is there; a number that is suppressed is left out."""
    years = sorted(c.year for c in d.coverage if c.year.isdigit())
    said: dict[str, Any] = {}
    if (rows := about(d.rows)) is not None:
        said["healthdcatap:numberOfRecords"] = _typed(rows, "nonNegativeInteger")
    if (persons := d.persons()) is not None and d.contract.theme != "catalogue":
        said["healthdcatap:numberOfUniqueIndividuals"] = _typed(persons, "nonNegativeInteger")
    if d.published:
        said["dct:modified"] = _typed(d.published, "date")
    if d.version is not None:
        said["dcat:version"] = str(d.version)
    if years:
        ends = {"dcat:startDate": _typed(years[0], "gYear"), "dcat:endDate": _typed(years[-1], "gYear")}
        said["dct:temporal"] = {"@type": "dct:PeriodOfTime", **ends}
    if d.score is not None:
        score = Words(en=f"data quality {d.score:.2f} of 100", zh=f"数据质量 {d.score:.2f}（满分 100）")
        said["dqv:hasQualityAnnotation"] = {
            "@type": "dqv:QualityAnnotation", "oa:motivatedBy": {"@id": "dqv:qualityAssessment"},
            "oa:hasBody": {"@type": "oa:TextualBody", "rdf:value": _both(score)},
        }  # fmt: skip
    return said


def _begin(d: Dataset) -> dict[str, Any]:
    return {"dcat:startDate": _typed(d.published, "date")} if d.published else {}


def _distribution(d: Dataset, facts: Facts) -> dict[str, Any]:
    c = d.contract
    rights = LICENCES[c.licence]
    return _known({
        "@type": "dcat:Distribution",
        "dct:title": _both(Words(en="Delta Sharing, by a grant", zh="Delta Sharing（凭授权）")),
        "dct:description": _both(Words(en=f"{PRICES[c.price_unit].en}. {rights.en}.", zh=f"{PRICES[c.price_unit].zh}。{rights.zh}。")),
        "dcat:accessURL": {"@id": f"{facts.endpoint}/delta-sharing"},
        "dct:format": {"@id": f"{_EU}/file-type/PARQUET"},
        "dcat:mediaType": {"@id": "https://www.iana.org/assignments/media-types/application/vnd.apache.parquet"},
        "dct:license": {"@id": _LICENCE[c.licence]} if c.licence in _LICENCE else None,
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _both(rights)},
        "dcatap:applicableLegislation": _LAW,
    })  # fmt: skip


def _variables(d: Dataset, facts: Facts) -> dict[str, Any]:
    c = d.contract
    columns = [_variable(name, column) for name, column in c.released().items()]
    table = {"@type": "csvw:Table", "dct:title": _both(c.title), "csvw:column": columns}
    return {
        "@id": _iri(facts, f"{d.table}/variables"), "@type": "csvw:TableGroup", "dct:title": _both(c.title),
        "csvw:table": [table],
    }  # fmt: skip


def _variable(name: str, column: Column) -> dict[str, Any]:
    unit = Words(en=f" [{column.unit}]", zh=f" [{column.unit}]") if column.unit else Words(en="", zh="")
    said = Words(en=column.description.en + unit.en, zh=column.description.zh + unit.zh)
    return {
        "@type": "csvw:Column", "csvw:name": name, "csvw:title": _both(column.name), "dct:description": _both(said),
        "csvw:datatype": _XSD.get(column.type, "string"), "csvw:required": _typed(str(column.is_required).lower(), "boolean"),
    }  # fmt: skip


def _agent(name: str, facts: Facts) -> dict[str, Any]:
    contact = {"@type": "cv:ContactPoint", "cv:contactPage": {"@id": facts.endpoint}}
    return {"@type": "foaf:Agent", "foaf:name": name, "cv:contactPoint": contact}


def _known(said: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in said.items() if v not in ([], None)}


def _iri(facts: Facts, name: str) -> str:
    """Persistent, and this lake's alone."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{facts.ledger}/{name}')}"


def _both(words: Words) -> list[dict[str, str]]:
    return [{"@value": words.en, "@language": "en"}, {"@value": words.zh, "@language": "zh"}]


def _typed(value: object, kind: str) -> dict[str, str]:
    return {"@value": str(value), "@type": f"xsd:{kind}"}
