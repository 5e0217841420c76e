"""The catalogue without a lake: what its pages and descriptions say of given facts."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from governance.catalogue import dcat, site
from governance.catalogue.entry import Covered, Dataset, Facts, Source, about
from governance.catalogue.lineage import svg
from governance.catalogue.samples import synthetic_rows
from governance.contract import load_contract

GOLD = Path(__file__).parents[2] / "transforms" / "gold"
CERTIFICATE = {
    "identifier": "lakehouse-abc/L3/drug_exposure/v4-12345678", "content_sha256": "f" * 64,
    "citation": {"datacite": "Hospital A (2026): Drug exposure.", "gb_t_35294": "甲医院. 药物暴露[DS].", "cstr": "CSTR:x"},
}  # fmt: skip
# What the SHACL shapes of HealthDCAT-AP Release 8 (non-public data) and DCAT-AP 3.0.1 ask of each class.
MANDATORY = {
    "dcat:Catalog": {"dct:title", "dct:description", "dct:publisher", "dcatap:applicableLegislation"},
    "dcat:Dataset": {
        "dct:title", "dct:description", "dct:identifier", "dct:accessRights", "dcatap:applicableLegislation",
        "healthdcatap:healthCategory", "healthdcatap:hdab", "healthdcatap:hasStructuredData", "healthdcatap:hasVariables",
        "dcat:contactPoint", "dcat:keyword", "dct:type", "dct:provenance", "dcat:theme", "dcat:distribution",
    },
    "dcat:Distribution": {"dcat:accessURL", "dcatap:applicableLegislation"},
    "foaf:Agent": {"foaf:name"},
    "vcard:Kind": {"vcard:fn", "vcard:hasURL"},
    "cv:ContactPoint": {"cv:contactPage"},
    "csvw:TableGroup": {"dct:title", "csvw:table"},
    "csvw:Table": {"dct:title", "csvw:column"},
    "csvw:Column": {"csvw:name", "csvw:title", "dct:description", "csvw:datatype"},
}  # fmt: skip
ONE_OF = {"dct:accessRights", "healthdcatap:hdab", "healthdcatap:hasStructuredData", "dct:publisher"}


def facts(**given):
    drug = Dataset(
        load_contract(GOLD / "drug_exposure.yaml"), version=4, rows=12_345, published=date(2026, 5, 1), score=97.5,
        coverage=[
            Covered("hospital_a", "all", 40), Covered("hospital_b", "all", None), Covered("hospital_a", "2024", 15),
            Covered("hospital_a", "2025", None),
        ],
        generalised={"age_band": "age_band_20"}, institutions=("hospital_a", "hospital_b"), certificate=CERTIFICATE,
        sources={"drug_code": [Source("silver/medication_request", "medication_code", "MedicationRequest.medication")]},
    )  # fmt: skip
    cohort = Dataset(load_contract(GOLD / "cohort_summary.yaml"), institutions=("hospital_a",))
    names = {"hospital_a": "Hospital A", "hospital_b": "乙医院 <B>"}
    holdings = {"silver": {"hospital_a": {"medication": 1200, "trial": None}}}
    return Facts(
        "abc", "https://data.example.org", date(2026, 5, 1), names, given.get("datasets", [drug, cohort]), holdings
    )


def nodes(said):
    """Every object that has a type, as JSON-LD expansion would give them; lists are sets."""
    for value in said if isinstance(said, list) else said.values() if isinstance(said, dict) else ():
        yield from nodes(value)
    if isinstance(said, dict) and "@type" in said and "@value" not in said:
        yield said


def test_each_description_has_what_the_profile_asks_for():
    said = dcat.catalogue(facts())
    kinds = {node["@type"] for node in nodes(said)}
    assert set(MANDATORY) <= kinds
    for node in nodes(said):
        assert MANDATORY.get(node["@type"], set()) <= set(node), node["@type"]
        assert not [k for k in ONE_OF & set(node) if isinstance(node[k], list)]
    assert [d["dct:accessRights"]["@id"].rsplit("/", 1)[1] for d in said["dcat:dataset"]] == [
        "NON_PUBLIC",
        "RESTRICTED",
    ]


def test_the_descriptions_are_json_ld_and_in_both_languages():
    """Each key and type expands by the context to an absolute IRI; each text stands in English and in Chinese."""

    def check(said):
        if isinstance(said, list):
            tags = [x["@language"] for x in said if isinstance(x, dict) and "@language" in x]
            assert sorted(set(tags)) in ([], ["en", "zh"]), said
            assert tags.count("en") == tags.count("zh")
            for x in said:
                check(x)
        elif isinstance(said, dict):
            for key, value in said.items():
                if key == "@id":
                    assert re.match(r"^(urn:uuid:[0-9a-f-]{36}|https?://\S+|[a-z]+:\w+)$", value), value
                elif key == "@type" or not key.startswith("@"):
                    term = value if key == "@type" else key
                    prefix, _, name = term.partition(":")
                    assert name, term
                    assert dcat.CONTEXT[prefix].startswith("http"), term
                assert value not in (None, [], {})
                check(value)

    whole = dcat.catalogue(facts())
    check({k: v for k, v in whole.items() if k != "@context"})
    assert json.loads(json.dumps(whole)) == whole
    assert len({d["@id"] for d in whole["dcat:dataset"]}) == 2
    assert dcat.catalogue(facts())["dcat:dataset"][0]["@id"] == whole["dcat:dataset"][0]["@id"]


def test_numbers_are_suppressed_then_rounded():
    described = dcat.dataset(facts().datasets[0], facts())
    assert described["healthdcatap:numberOfRecords"]["@value"] == "12300"
    assert "healthdcatap:numberOfUniqueIndividuals" not in described, "an institution's count is hidden"
    assert described["dct:temporal"]["dcat:startDate"]["@value"] == "2024"
    assert [about(n) for n in (None, 3, 99, 100, 151, 12_345)] == [None, None, None, 100, 200, 12_300]
    shown = Dataset(facts().datasets[0].contract, coverage=[Covered("a", "all", 40), Covered("b", "all", 25)])
    assert dcat.dataset(shown, facts())["healthdcatap:numberOfUniqueIndividuals"]["@value"] == "65"


def test_the_site_needs_nothing_from_elsewhere_and_no_link_is_dead(tmp_path):
    folder = site.write(tmp_path / "site", facts()).parent
    assert {f.name for f in folder.iterdir()} >= {"index.html", "map.html", "catalogue.jsonld", "style.css", "site.js"}
    for page in folder.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'(?:src|href)="([^"]+)"', text)
        assert loaded
        assert not [link for link in loaded if not (folder / link).is_file()], page.name
        assert "@import" not in text
        assert 'lang="zh"' in text
    assert not re.search(r"url\(|https?:", (folder / "style.css").read_text() + (folder / "site.js").read_text())
    assert site.pages(facts()) == site.pages(facts()), "the same facts make the same pages"
    site.write(folder, facts(datasets=facts().datasets[1:]))
    assert not (folder / "drug_exposure.html").exists(), "what is not published any more has no page"


def test_a_page_says_what_a_reader_needs():
    pages = site.pages(facts())
    page = pages["drug_exposure.html"]
    for said in (
        "Drug exposure", "药物暴露", "97.50 / 100", "about", "12,300", "SYNTHETIC", "合成数据", "hidden", "隐藏", "Hospital A (2026)",
        "per row delivered", "lakehouse grant request", "age_band_20 → any → suppressed", "No open licence", "乙医院 &lt;B&gt;",
        "not published at this grade", 'aria-label="column lineage of drug_exposure"',
    ):  # fmt: skip
        assert said in page, said
    assert "12,345" not in page
    assert "&lt; 100" in pages["map.html"]
    index = pages["index.html"]
    assert 'data-grade="L3" data-theme="medication" data-institutions="hospital_a hospital_b"' in index
    assert "drug_code" in re.search(r'data-text="([^"]+)"', index)[1], "the search finds columns"
    assert "not published yet" in index


def test_names_of_people_who_run_institutions_cannot_break_a_page():
    contract = facts().datasets[0].contract
    broken = {**CERTIFICATE, "citation": {**CERTIFICATE["citation"], "datacite": "</script><script>alert(1)"}}
    pages = site.pages(facts(datasets=[Dataset(contract, certificate={**broken, "identifier": "</script>"})]))
    assert "<script>alert" not in pages["drug_exposure.html"]
    assert pages["drug_exposure.html"].count("</script>") == 2


@pytest.mark.parametrize("file", sorted(GOLD.glob("[a-z]*.yaml")), ids=lambda f: f.stem)
def test_samples_are_made_of_the_contract_alone(file):
    contract = load_contract(file)
    rows = synthetic_rows(contract)
    assert rows == synthetic_rows(contract)
    assert all(tuple(row) == tuple(contract.released()) for row in rows)
    assert all(value for row in rows for value in row.values())


def test_the_picture_shows_each_column_with_what_became_of_it():
    picture = svg(facts().datasets[0])
    assert picture.count("<svg") == picture.count("</svg>") == 1
    assert "age_band → age_band_20" in picture
    assert re.search(r'class="dropped"><title>start_ts</title>', picture)
    assert "<title>MedicationRequest.medication</title>" in picture
    assert "<title>silver/medication_request.medication_code</title>" in picture
