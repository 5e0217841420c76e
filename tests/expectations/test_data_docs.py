"""Great Expectations' own pages: what a table's rules found, by counts; what GX has no result of is named."""

from datetime import date
from pathlib import Path

from expectations.data_docs import Found, pages
from expectations.sheet import load_sheet
from expectations.small import Tally

SHEET = """
- id: patient_has_gender
  expect: expect_column_values_to_not_be_null
  args: {column: gender}
  dimension: completeness
  severity: major
  because: sex decides which rules apply
- id: patient_gender_is_fhir
  expect: expect_column_values_to_be_in_set
  args: {column: gender, value_set: [male, female, other, unknown]}
  dimension: conformance
  severity: critical
  because: FHIR R4 administrative-gender
- id: patient_was_born
  expect: expect_column_values_to_be_between
  args: {column: birth_date, max_value: as_of}
  dimension: plausibility
  severity: minor
  because: nobody is born tomorrow
"""


def test_a_page_a_table_and_an_index_that_names_what_has_no_result(tmp_path: Path):
    (tmp_path / "silver").mkdir()
    (tmp_path / "silver" / "patient.yaml").write_text(SHEET)
    sheet = load_sheet(tmp_path / "silver" / "patient.yaml")
    tallies = {"patient_has_gender": Tally(40, 40, 3), "patient_gender_is_fhir": Tally(37, 37, 0)}
    made = pages([Found(sheet, 7, tallies, ("patient_was_born",))], as_of=date(2026, 1, 1))
    assert sorted(made) == ["index.html", "silver-patient.html"]
    page = made["silver-patient.html"]
    assert "Delta version 7" in page
    assert "≈7.5%" in page or "7.5%" in page
    assert 'href="silver-patient.html"' in made["index.html"]
    assert "patient_was_born" in made["index.html"]
