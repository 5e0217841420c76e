"""Units: the table is UCUM's, conversions are right and lossless, and nothing is guessed."""

import csv
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from transforms.silver import units
from transforms.silver.runner import run_inline
from transforms.silver.units import UCUM, generate
from transforms.silver.view import ViewError, parse_view

FOLDER = Path(units.__file__).parent
UNITS = {u["code"]: u for u in csv.DictReader((FOLDER / "ucum.csv").open(encoding="utf-8"))}
VIEW = parse_view({
    "name": "x", "status": "active", "resource": "Observation",
    "select": [{"column": [
        {"name": "value", "path": "value.ofType(Quantity).canonicalValue()", "type": "decimal"},
        {"name": "unit", "path": "value.ofType(Quantity).canonicalUnit()", "type": "code"},
    ]}],
})  # fmt: skip


def canonical(*quantities):
    made = run_inline(VIEW, [{"resourceType": "Observation", "valueQuantity": q} for q in quantities])
    return [(row["value"], row["unit"]) for row in made.to_pylist()]


def ucum(value, code):
    return {"value": value, "code": code, "system": UCUM}


def test_the_table_is_what_the_generator_makes_of_ucum():
    with generate.FILE.open(encoding="utf-8", newline="") as file:
        assert [tuple(row) for row in csv.reader(file)] == generate.rows()


def test_pint_agrees():
    """An independent reading of UCUM; it takes the mercury column from elsewhere, three millionths larger."""
    import ucumvert

    pint = ucumvert.PintUcumRegistry()
    compared = 0
    for unit in UNITS.values():
        if unit["code"] == unit["canonical"] or unit["offset"] != "0" or "{" in unit["code"]:
            continue
        found = (pint.from_ucum(unit["code"]) / pint.from_ucum(unit["canonical"])).to_base_units()
        assert found.dimensionless, unit["code"]
        size = Fraction(unit["numerator"]) / Fraction(unit["denominator"])
        assert float(found.magnitude) == pytest.approx(float(size), rel=1e-5), unit["code"]
        compared += 1
    assert compared > 500


def test_sizes_are_exact_decimals_and_canonical_units_are_their_own():
    for unit in UNITS.values():
        assert all(Decimal(unit[c]).is_finite() for c in ("numerator", "denominator", "offset"))
        own = UNITS[unit["canonical"]]
        assert (own["canonical"], own["numerator"], own["denominator"], own["offset"]) == (own["code"], "1", "1", "0")
        assert own["dimension"] == unit["dimension"]


def test_what_people_write_leads_to_known_units_and_never_to_two():
    written = list(csv.DictReader((FOLDER / "spellings.csv").open(encoding="utf-8")))
    assert {s["code"] for s in written} <= set(UNITS)
    assert len({s["written"] for s in written}) == len(written)
    # a code of UCUM means what UCUM says, whoever writes it
    size = {code: (u["canonical"], u["numerator"], u["denominator"], u["offset"]) for code, u in UNITS.items()}
    assert [s["written"] for s in written if s["written"] in UNITS and size[s["written"]] != size[s["code"]]] == []


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (120, "mm[Hg]", (120.0, "mm[Hg]")),
        (7.1, "mg", (0.0071, "g")),  # 7.1 * 0.001 is 0.0070999999999999995
        (5.6, "mmol/L", (5.6, "mmol/L")),
        (100, "mg/dL", (1.0, "g/L")),
        (98.6, "[degF]", (37.0, "Cel")),
        (310.15, "K", (37.0, "Cel")),
        (-40, "[degF]", (-40.0, "Cel")),
        (1, "[lb_av]", (453.59237, "g")),
        (16, "kPa", (120.010200867074, "mm[Hg]")),
        (4.5, "10*3/uL", (4.5, "10*9/L")),
        (60, "ukat/L", (3600.0, "U/L")),
        (3, "m[iU]/mL", (3.0, "[iU]/L")),
        (54, "mmol/mol", (54.0, "mmol/mol")),
        (7.1, "%", (7.1, "%")),
        (72, "{beats}/min", (72.0, "/min")),
        (3, "{score}", (3.0, "1")),
        (60, "mL/min/{1.73_m2}", (60.0, "mL/min/{1.73_m2}")),
        # of what it is stays: half of one is not half of the other
        (0.5, "ug{FEU}/mL", (0.0005, "g/L{FEU}")),
        (0.5, "ug{DDU}/mL", (0.0005, "g/L{DDU}")),
        # not UCUM, or no unit of which we know what it is
        (1, "mmHg", (1.0, "mm[Hg]")),
        (500, "mL/{breath}", (None, None)),
        (1, "furlong", (None, None)),
    ],
)
def test_a_value_in_the_canonical_unit(value, code, expected):
    assert canonical(ucum(value, code)) == [expected]


def test_what_is_written_counts_where_there_is_no_ucum_code():
    assert canonical(
        {"value": 72, "unit": "次/分"},
        {"value": 36.6, "unit": "℃"},
        {"value": 5.6, "unit": "mmol/L", "code": "77", "system": "http://example.org/units"},
        {"value": 1, "unit": "M"},
        {"value": 1},
        {"unit": "kg"},
    ) == [(72.0, "/min"), (36.6, "Cel"), (5.6, "mmol/L"), (None, None), (None, None), (None, "g")]


def test_mass_is_never_made_an_amount_of_substance():
    dimension = {
        c: UNITS[c]["dimension"] for c in ("mg/dL", "mmol/L", "meq/L", "%", "mmol/mol", "mg/g", "[iU]/L", "U/L")
    }
    assert len(set(dimension.values())) == len(dimension)


def test_digits_are_kept_where_nothing_is_converted():
    assert canonical(ucum(0.1234567890123, "g/L"))[0][0] == 0.1234567890123


@pytest.mark.parametrize(("path", "said"), [("code.canonicalValue()", "this is a CodeableConcept")])
def test_only_a_quantity_has_a_canonical_value(path, said):
    column = {"name": "v", "path": path}
    with pytest.raises(ViewError, match=said):
        run_inline(parse_view({"name": "x", "resource": "Observation", "select": [{"column": [column]}]}), [])


def test_the_lists_fit_into_a_statement_however_a_unit_is_written():
    known = json.dumps([*UNITS, *(u["canonical"] for u in UNITS.values())])
    assert "|" not in known
    assert " " not in "".join(u["canonical"] for u in UNITS.values())
