"""Writes ucum.csv: `python -m transforms.silver.units.generate`; a test recomputes it and asks pint as well.

The sizes of units are UCUM's own definitions (ucum-essence.xml, in the development package ucumvert), computed as exact
fractions. Which units there are, and which of them may be converted into each other, is this list and not UCUM's algebra:
for UCUM a percentage, mmol/mol and g/g are all plain numbers, an equivalent is a mole and any two things that are counted
are the same. A statistician who was given 0.054 for an HbA1c of 54 mmol/mol beside 0.071 for one of 7.1 % would be misled.
No mass becomes an amount of substance: that needs the molar mass of what was measured, which no unit says.
"""

import csv
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

FILE = Path(__file__).with_name("ucum.csv")
COLUMNS = ("code", "dimension", "canonical", "numerator", "denominator", "offset", "ucum_version")


def _ratios(above: str, below: str) -> str:
    return " ".join(f"{a}/{b}" for a, b in product(above.split(), below.split()))


_VOLUMES = "L dL cL mL uL nL pL fL"
_MASSES = "kg g dg cg mg ug ng pg fg"
_MOLES = "mol mmol umol nmol pmol fmol"
_COUNTS = "10*3 10*4 10*5 10*6 10*9 10*12"
_TIMES = "s min h d (24.h)"
# dimension: its canonical unit, then all units that are converted into it
DIMENSIONS: dict[str, tuple[str, str]] = {
    "mass": ("g", f"{_MASSES} t [lb_av] [oz_av] [stone_av] [gr]"),
    "length": ("m", "km m dm cm mm um nm [in_i] [ft_i] [yd_i] [mi_i]"),
    "area": ("m2", "m2 dm2 cm2 mm2 [sft_i] [sin_i]"),
    "volume": ("L", f"{_VOLUMES} l dl cl ml ul fl m3 dm3 cm3 mm3 um3 [foz_us] [pt_us] [qt_us] [gal_us] [tsp_us] [tbs_us] [cup_us]"),
    "time": ("s", "s ms us ns min h d wk mo a (24.h)"),
    "amount of substance": ("mmol", f"{_MOLES} kmol"),
    "equivalents": ("meq", "eq meq ueq neq"),
    "osmoles": ("mosm", "osm mosm uosm"),
    "number": ("1", f"1 10* {_COUNTS} 10*-3 10*-2 10*-6"),
    "percentage": ("%", "%"),
    "parts": ("[ppm]", "[ppm] [ppb] [ppth]"),
    "mass concentration": (
        "g/L",
        f"{_ratios(_MASSES, 'L dL mL uL')} {_ratios('mg ug ng pg', 'l dl ml')} g/l g/dl kg/m3 g/m3 mg/m3 ug/m3 g/cm3 mg/cm3 ng/cm3",
    ),
    "substance concentration": ("mmol/L", f"{_ratios(_MOLES, 'L dL mL uL')} {_ratios(_MOLES, 'l')} mol/m3 mmol/m3"),
    "equivalents concentration": ("meq/L", _ratios("eq meq ueq", "L dL mL")),
    "osmotic concentration": ("mosm/L", "mosm/L osm/L"),
    "osmotic content": ("mosm/kg", "mosm/kg osm/kg"),
    "number concentration": (
        "10*9/L",
        f"{_ratios(f'{_COUNTS} 10*8 10*10', 'L dL mL uL')} /L /dL /mL /uL /nL /pL /mm3 /cm3 10*3/mm3 10*6/mm3 /l /ml /ul",
    ),
    "number content": ("10*9/kg", "10*9/kg 10*6/kg 10*12/kg 10*3/kg /kg /g /mg 10*6/g 10*3/g"),
    "number areic": ("/m2", "/m2 /cm2 /mm2"),
    "mass fraction": ("mg/g", "g/g mg/g ug/g ng/g pg/g mg/mg ug/mg ng/mg pg/mg ug/ug ng/ug g/(100.g) mg/(100.g) ug/(100.g)"),
    "substance fraction": ("mmol/mol", "mol/mol mmol/mol umol/mol nmol/mol mmol/mmol umol/mmol nmol/mmol"),
    "volume fraction": ("L/L", "L/L mL/mL mL/dL mL/L uL/L mL/(100.mL)"),
    "mass per amount of substance": ("mg/mmol", "g/mol mg/mol kg/mol g/mmol mg/mmol ug/mmol ng/mmol ug/mol mg/umol"),
    "substance content": ("mmol/kg", "mol/kg mmol/kg mmol/g umol/g nmol/g pmol/g umol/kg umol/mg nmol/mg pmol/mg"),
    "catalytic activity": ("U", "U kU mU uU nU MU kat mkat ukat nkat pkat"),
    "catalytic concentration": (
        "U/L",
        f"{_ratios('MU kU U mU uU nU', 'L dL mL')} {_ratios('kat mkat ukat nkat pkat', 'L mL')} U/l mU/l kU/l",
    ),
    "catalytic content": ("U/g", "U/g kU/g mU/g mU/mg U/mg U/kg nkat/g ukat/g"),
    "catalytic rate": ("U/h", "U/h U/d U/(24.h) U/min U/wk mU/min kU/h kU/d"),
    "pressure": ("mm[Hg]", "mm[Hg] cm[Hg] m[Hg] Pa hPa kPa MPa cm[H2O] mm[H2O] m[H2O] bar mbar dbar [psi] atm"),
    "rate": ("/min", "/min /s /ms /h /d /wk /mo /a /(24.h) Hz kHz MHz"),
    "volume rate": ("L/min", f"{_ratios('L mL uL nL', _TIMES)} mL/wk L/wk dL/min cm3/min cm3/s"),
    "volume rate per body surface": ("L/min/m2", "L/min/m2 mL/min/m2 L/h/m2 mL/h/m2"),
    "volume rate per body mass": ("mL/kg/h", "mL/kg/h mL/kg/min mL/kg/d mL/kg/s mL/min/kg mL/h/kg mL/kg/(24.h) L/kg/h"),
    "volume content": ("mL/kg", "mL/kg L/kg uL/kg"),
    "volume per body surface": ("mL/m2", "mL/m2 L/m2"),
    "mass rate": ("mg/d", _ratios("kg g mg ug ng", f"{_TIMES} wk")),
    "substance rate": ("mmol/d", _ratios("mol mmol umol nmol pmol", _TIMES)),
    "equivalents rate": ("meq/d", _ratios("meq", _TIMES)),
    "dose per body mass": ("mg/kg", "g/kg mg/kg ug/kg ng/kg pg/kg"),
    "dose rate per body mass": (
        "ug/kg/min",
        " ".join(f"{m}/kg/{t}" for m, t in product("g mg ug ng".split(), "s min h d (24.h) wk".split()))
        + " ug/min/kg mg/min/kg mg/h/kg ug/h/kg mg/d/kg",
    ),
    "dose per body surface": ("mg/m2", "g/m2 mg/m2 ug/m2"),
    "dose rate per body surface": ("mg/m2/d", "mg/m2/d mg/m2/h mg/m2/min g/m2/d ug/m2/d ug/m2/min mg/m2/wk"),
    "body mass index": ("kg/m2", "kg/m2"),
    "temperature": ("Cel", "Cel K [degF]"),
    "speed": ("m/s", "m/s cm/s mm/s km/h [mi_i]/h m/min cm/min"),
    "sedimentation rate": ("mm/h", "mm/h"),
    "acceleration": ("m/s2", "m/s2 cm/s2"),
    "energy": ("kJ", "kJ J MJ kcal cal"),
    "energy rate": ("kJ/d", "kJ/d kJ/h kcal/d kcal/h kcal/(24.h) kJ/(24.h) MJ/d"),
    "power": ("W", "W mW kW uW"),
    "force": ("N", "N mN kN uN"),
    "electric potential": ("mV", "V mV uV kV nV"),
    "electric current": ("mA", "A mA uA nA"),
    "electric resistance": ("Ohm", "Ohm kOhm MOhm mOhm"),
    "electric conductance": ("mS/m", "S/m mS/m uS/cm mS/cm"),
    "radioactivity": ("MBq", "Bq kBq MBq GBq TBq Ci mCi uCi nCi"),
    "absorbed dose": ("Gy", "Gy cGy mGy uGy kGy"),
    "equivalent dose": ("mSv", "Sv mSv uSv cSv"),
    "dose area product": ("Gy.cm2", "Gy.cm2 mGy.cm2 cGy.cm2 dGy.cm2 uGy.m2 Gy.m2"),
    "dose length product": ("mGy.cm", "mGy.cm Gy.cm"),
    "vascular resistance": ("dyn.s/cm5", "dyn.s/cm5"),
    "vascular resistance, Wood": ("[wood'U]", "[wood'U]"),
    "compliance": ("mL/cm[H2O]", "mL/cm[H2O] L/cm[H2O] mL/mbar"),
    "viscosity": ("mPa.s", "mPa.s Pa.s P cP"),
    "luminous flux density": ("lx", "lx"),
    "angle": ("deg", "deg"),
    "refraction": ("[diop]", "[diop]"),
    "prism": ("[p'diop]", "[p'diop]"),
    "level": ("dB", "dB"),
    "acidity": ("[pH]", "[pH]"),
    "number per high power field": ("/[HPF]", "/[HPF]"),
    "number per low power field": ("/[LPF]", "/[LPF]"),
    "renal clearance per 1.73 m2": ("mL/min/{1.73_m2}", "mL/min/{1.73_m2} mL/min/{1.73m2}"),
    "drops": ("[drp]", "[drp]"),
    "drop rate": ("[drp]/min", "[drp]/min"),
    "catheter size": ("[Ch]", "[Ch]"),
    # arbitrary units are sizes of their own: nothing but a multiple of the same unit is converted
    "international units": ("[iU]", "[iU] k[iU] M[iU] m[iU] u[iU] [IU] k[IU] m[IU]"),
    "international units concentration": (
        "[iU]/L",
        f"{_ratios('k[iU] [iU] m[iU] u[iU]', 'L dL mL')} {_ratios('k[IU] [IU] m[IU] u[IU]', 'L dL mL')} [iU]/l m[iU]/ml",
    ),
    "international units content": ("[iU]/g", "[iU]/g m[iU]/g [iU]/mg [iU]/kg k[iU]/kg"),
    "international units rate": ("[iU]/h", "[iU]/h [iU]/d [iU]/(24.h) [iU]/min [iU]/wk k[iU]/h k[iU]/d"),
    "international units rate per body mass": ("[iU]/kg/h", "[iU]/kg/h [iU]/kg/d [iU]/kg/min"),
    "international units per body surface": ("[iU]/m2", "[iU]/m2 k[iU]/m2"),
} | {
    code: (code, code)
    for code in (
        "[arb'U] [arb'U]/mL [arb'U]/L [GPL'U] [GPL'U]/mL [MPL'U] [MPL'U]/mL [APL'U] [APL'U]/mL [beth'U] [CFU]"
        " [CFU]/mL [CFU]/L [PFU] [PFU]/mL [FFU] [TCID_50] [CCID_50] [USP'U] [EU] [EU]/mL [ELU] [ELU]/mL [AU]"
        " [S] [Lf] [D'ag'U] [anti'Xa'U] [anti'Xa'U]/mL [todd'U] [todd'U]/mL [tb'U] [ka'U] [knk'U] [mclg'U] [smgy'U]"
        " [bdsk'U] [dye'U] [hnsf'U] [hp_X] [hp_C] [hp_M] [kp_C] [mesh_i] [car_Au] [MET] %[slope]"
    ).split()
}  # fmt: skip


class Unit(NamedTuple):
    """One code: value in canonical = (value - offset) x numerator / denominator, all three exact decimals."""

    code: str
    dimension: str
    canonical: str
    numerator: str
    denominator: str
    offset: str


# UCUM gives these by functions; the kelvin is their unit: 1 Cel = K - 273.15, 1 [degF] = 5/9 K
_TEMPERATURES = {"Cel": ("1", "1", "0"), "K": ("1", "1", "273.15"), "[degF]": ("5", "9", "32")}


class _Size(NamedTuple):
    """A multiple of base units, each with its power."""

    factor: Fraction
    powers: tuple[tuple[str, int], ...] = ()

    def times(self, other: "_Size", sign: int = 1) -> "_Size":
        powers = dict(self.powers)
        for base, power in other.powers:
            powers[base] = powers.get(base, 0) + sign * power
        return _Size(self.factor * other.factor**sign, tuple(sorted((b, p) for b, p in powers.items() if p)))

    def power(self, by: int) -> "_Size":
        return _Size(self.factor**by, tuple((b, p * by) for b, p in self.powers))


class Essence:
    """UCUM's definitions, exact. What is arbitrary, special or counted is a base unit of its own."""

    OWN = frozenset({"mol", "eq", "osm", "%"})
    SAME = frozenset({"[IU]"})  # arbitrary, but only another way to write one

    def __init__(self) -> None:
        import ucumvert  # type: ignore[import-untyped]

        file = Path(ucumvert.__file__).parent / "vendor" / "ucum-essence.xml"
        root = ElementTree.parse(file).getroot()  # noqa: S314 (a file of an installed package)
        ns = {"u": root.tag[1:].partition("}")[0]}
        self.version = root.attrib["version"]
        self._prefixes = {p.attrib["Code"]: Fraction(_value(p, ns)["value"]) for p in root.findall("u:prefix", ns)}
        self._atoms = {u.attrib["Code"]: (u.attrib, _value(u, ns)) for u in root.findall("u:unit", ns)}
        self._parser = ucumvert.get_ucum_parser()

    def size(self, code: str) -> _Size:
        return self._of(self._parser.parse(code))

    def _of(self, node: Any) -> _Size:
        """Of a tree of UCUM's grammar: a term, a component with its exponent or annotation, or a unit."""
        parts = list(node.children)
        if node.data == "simple_unit":
            *prefix, atom = map(str, parts)
            size = _Size(Fraction(atom)) if parts[-1].type == "FACTOR" else self._atom(atom)
            return _Size(self._prefixes[prefix[0]]).times(size) if prefix else size
        if node.data == "annotatable" and len(parts) > 1:
            return self._of(parts[0]).power(int(parts[1]))
        size, sign = _Size(Fraction(1)), 1
        for part in parts:
            if isinstance(part, str):
                sign = -1 if str(part) == "/" else 1
            else:
                size, sign = size.times(self._of(part), sign), 1
        return size

    def _atom(self, code: str) -> _Size:
        if code not in self._atoms:
            return _Size(Fraction(1), ((code, 1),))
        about, value = self._atoms[code]
        is_own = "yes" in (about.get("isArbitrary"), about.get("isSpecial")) and code not in self.SAME
        if is_own or code in self.OWN:
            return _Size(Fraction(1), ((code, 1),))
        return _Size(Fraction(Decimal(value["value"]))).times(self.size(value["Unit"]))


def _value(element: ElementTree.Element, ns: dict[str, str]) -> dict[str, str]:
    found = element.find("u:value", ns)
    assert found is not None
    return dict(found.attrib)


def units(essence: Essence) -> Iterator[Unit]:
    """Every unit of DIMENSIONS. ValueError when one is listed twice or is not of the dimension of its canonical unit."""
    seen: set[str] = set()
    for dimension, (canonical, codes) in DIMENSIONS.items():
        for code in dict.fromkeys(codes.split()):
            if code in seen:
                raise ValueError(f"{code} is listed twice")
            seen.add(code)
            yield Unit(code, dimension, canonical, *_conversion(essence, code, canonical))


def _conversion(essence: Essence, code: str, canonical: str) -> tuple[str, str, str]:
    size, of = essence.size(code), essence.size(canonical)
    if code in _TEMPERATURES:
        return _TEMPERATURES[code]
    if size.powers != of.powers:
        raise ValueError(f"{code} cannot be converted into {canonical}")
    ratio = size.factor / of.factor
    return str(ratio.numerator), str(ratio.denominator), "0"


def rows() -> list[tuple[str, ...]]:
    essence = Essence()
    return [COLUMNS, *((*unit, essence.version) for unit in units(essence))]


if __name__ == "__main__":
    made = rows()
    with FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(made)
