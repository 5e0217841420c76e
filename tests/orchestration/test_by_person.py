"""Candidates are judged again by person, and the tables are those that making them anew gives."""

# ruff: noqa: E501 -- a row of a table is one line
from datetime import date

import pytest
from tables import frame

from dagster_project import by_person
from dagster_project.assets.gold import CONTRACTS, VIEWS
from dagster_project.by_person import made_again
from dagster_project.resources import Lakehouse
from dagster_project.settings import Settings
from transforms.lake import Lake
from transforms.silver.compile import compile_view
from transforms.silver.view import load_views

pytestmark = [pytest.mark.spark, pytest.mark.dagster]
RX, SCT, LOINC = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://snomed.info/sct", "http://loinc.org"
WHO = {"institution": "string", "subject_key": "string", "person_key": "string"}
PEOPLE = "abcdefgh"
TABLES = {
    "patient": "institution | subject_key | person_key | patient_key | gender | birth_date | birth_precision | is_over_89 | is_deceased\n"
    + "\n".join(f"north | {p} | P{p} | k_{p} | female | 1980-01-15 | day | false | false" for p in PEOPLE)
    + "\nsouth | z | Pz | k_z | female | 1980-01-15 | day | false | false",
    "condition": "institution | subject_key | person_key | condition_key | code | code_system | code_all | system_all | onset_date | onset_precision\n"
    + "\n".join(f"north | {p} | P{p} | c_{p} | 44054006 | {SCT} | 44054006 | {SCT} | 2020-01-01 | day" for p in "abcdef"),
    "medication_request": "institution | subject_key | person_key | medication_request_key | status | intent | medication_key | authored_date | authored_precision\n"
    + "\n".join(f"north | {p} | P{p} | r_{p} | active | order | m_{p} | 2020-01-01 | day" for p in "ab"),
    "medication": "institution | medication_key | code | code_system | code_all | system_all\n"
    + "\n".join(f"north | m_{p} | 860975 | {RX} | 860975 | {RX}" for p in "ab"),
    "consent": "institution | subject_key | person_key | consent_key | status | category_code_all | provision_type\n"
    + "\n".join(f"north | {p} | P{p} | s_{p} | active | contact | permit" for p in PEOPLE),
    "research_study": "institution | study_key | enrollment_group_key\nsponsor | T | g",
    "group": "institution | group_key | actual\nsponsor | g | false",
    "group_characteristic": f"""institution | group_key | characteristic_index | code | code_system | value_code | value_system | exclude
        sponsor | g | 0 | 29308-4 | {LOINC} | 44054006 | {SCT} | false
        sponsor | g | 1 | 10160-0 | {LOINC} | 860975 | {RX} | true""",
}  # fmt: skip


class Place:
    """A lake of silver tables, and the candidates made from them whole."""

    def __init__(self, lakehouse) -> None:
        self.lakehouse, self.lake, self.texts = lakehouse, lakehouse.lake, dict(TABLES)
        for name in VIEWS["trial_candidates"].reads:
            self.write(name)
        for name in ("trial_candidates", "criterion_result"):
            self.lake.replace("gold", name, self.anew(name), made_from=self.made_from(name))

    def write(self, name):
        columns = compile_view(load_views()[name]).columns
        kinds = WHO | {c.name: _type(c.sql_type) for c in columns}
        self.lake.replace_small("silver", name, frame(self.lake.spark, kinds, self.texts.get(name)), made_from={})

    def change(self, name, *pairs):
        for before, after in pairs:
            assert before in self.texts[name]
            self.texts[name] = self.texts[name].replace(before, after)
        self.write(name)

    def tables(self, view):
        found = {n: self.lake.read_small("silver", n) for n in VIEWS[view].reads}
        return found | {n: self.lake.read("gold", n) for n in VIEWS[view].reads_gold}

    def made_from(self, view):
        read = {"silver": VIEWS[view].reads, "gold": VIEWS[view].reads_gold}
        versions = {layer: {n: self.lake.commit(layer, n).version for n in names} for layer, names in read.items()}
        return {"as_of": str(self.lakehouse.as_of), **versions}

    def anew(self, view):
        uses = {n: getattr(self.lakehouse, n) for n in VIEWS[view].uses}
        return VIEWS[view].build(self.tables(view), as_of=self.lakehouse.as_of, **uses)

    def again(self, view="trial_candidates"):
        """Whether it was brought up to date by person."""
        had, made_from = self.lake.commit("gold", view), self.made_from(view)
        return made_again(self.lakehouse, VIEWS[view], CONTRACTS[view], self.tables(view), had, made_from, made_from)

    def check(self, view="trial_candidates"):
        """As making it anew gives it; {patient: verdict} of candidates."""
        found, anew = (sorted(map(str, f.collect())) for f in (self.lake.read("gold", view), self.anew(view)))
        assert found == anew
        rows = self.lake.read("gold", view).collect()
        return {r.subject_key: r.verdict for r in rows} if view == "trial_candidates" else len(rows)


def _type(sql: str) -> str:
    base = sql.removesuffix("[]")
    spark = {"VARCHAR": "string", "INTEGER": "int"}.get(base, base.lower())
    return f"array<{spark}>" if sql.endswith("[]") else spark


@pytest.fixture(scope="module")
def place(spark, tmp_path_factory):
    """One for all tests, each of which leaves the candidates up to date."""
    tmp_path = tmp_path_factory.mktemp("by_person")
    (tmp_path / "institutions").mkdir()
    for name in ("north", "south"):
        (tmp_path / "institutions" / f"{name}.yaml").write_text(
            f"id: {name}\nname: A\nlanguage: en\nprofile: cn_l3\nfhir_release: R4\nconsent: required\n"
        )
    settings = Settings(
        lake=tmp_path / "lake", landing=tmp_path, institutions=tmp_path / "institutions", as_of=date(2024, 6, 30)
    )
    lakehouse = Lakehouse(settings)
    with pytest.MonkeyPatch.context() as patched, Lake(tmp_path / "lake", spark).for_few_rows():
        patched.setattr(Lakehouse, "lake", Lake(tmp_path / "lake", spark))
        patched.setattr(by_person, "IN_PLACE_FROM", 0)
        patched.setattr(by_person, "_PART", 1)
        yield Place(lakehouse)


def judged_by(place, monkeypatch):
    """The persons that were judged again."""
    seen = []
    exchange = Lake.exchange

    def noted(self, layer, name, rows, *, gone, on, made_from):
        seen.append({r.subject_key for r in rows.collect()} | {r.subject_key for r in gone.collect()})
        return exchange(self, layer, name, rows, gone=gone, on=on, made_from=made_from)

    monkeypatch.setattr(Lake, "exchange", noted)
    return seen


def test_persons_whose_records_changed_came_left_or_were_linked_are_judged_again_and_nobody_else(place, monkeypatch):
    seen = judged_by(place, monkeypatch)
    assert place.check()["c"] == "eligible"
    place.change("condition", (f"north | c | Pc | c_c | 44054006 | {SCT} | 44054006 | {SCT} | 2020-01-01 | day\n", ""))
    place.change(
        "patient",
        ("north | d | Pd | k_d | female | 1980-01-15 | day | false | false\n", ""),  # gone
        ("north | e | Pe |", "north | e | Pf |"),  # linked with f
        ("\nsouth | z", "\nnorth | y | Py | k_y | male | 1990-01-15 | day | false | false\nsouth | z"),
    )
    place.texts["research_subject"] = (
        "institution | subject_key | person_key | research_subject_key | study_key | status\nsponsor | s | Pg | rs | T | on-study"
    )
    place.write("research_subject")
    assert place.again()
    verdicts = place.check()
    assert (verdicts["c"], verdicts["y"], "d" in verdicts) == ("ineligible", "ineligible", False)
    assert seen == [{"c", "d", "e", "f", "g", "y"}], "g is in the study since the sponsor said so"
    assert place.again("criterion_result")
    place.check("criterion_result")
    # What a drug is, is said in a record about nobody.
    place.change("medication", (f"m_a | 860975 | {RX} | 860975", f"m_a | 314076 | {RX} | 314076"))
    assert place.again()
    assert place.check()["a"] == "eligible"
    assert seen[2:] == [{"a"}]


@pytest.mark.slow
def test_everybody_of_an_institution_is_judged_again_when_more_of_it_is_loaded(place, monkeypatch):
    seen = judged_by(place, monkeypatch)
    assert place.check()["z"] == "unknown"
    place.texts["condition"] += f"\nsouth | x | Px | c_x | 44054006 | {SCT} | 44054006 | {SCT} | 2020-01-01 | day"
    place.write("condition")
    assert place.again()
    assert seen == [{"z"}]
    assert place.check()["z"] == "ineligible", "south has diagnoses now, and z has not this one"


def test_it_is_made_anew_when_the_criteria_or_the_day_changed(place):
    had = place.lake.commit("gold", "trial_candidates")
    place.change("group_characteristic", ("| 44054006 |", "| 38341003 |"))
    assert not place.again()
    made_from = place.made_from("trial_candidates") | {"as_of": "2024-07-01"}
    view, tables = VIEWS["trial_candidates"], place.tables("trial_candidates")
    assert not made_again(place.lakehouse, view, CONTRACTS["trial_candidates"], tables, had, made_from, made_from)
    assert place.lake.commit("gold", "trial_candidates") == had
