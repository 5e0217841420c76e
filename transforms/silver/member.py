"""`memberOf('…')` as SQL: is a code, a Coding or a CodeableConcept in a set of codes. Source: http://hl7.org/fhir/R4/fhirpath.html"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from transforms.silver.expression import Expressions
from transforms.silver.fhirpath import PathError
from transforms.silver.shape import Value, boolean, present, text
from transforms.terminology.codes import Code, CodeSet


def of(at: Expressions, base: Value, asked: CodeSet, position: int) -> Value:
    """True or false; empty where nothing is there. A CodeableConcept is in the set with one of its codings.

    A code without a system (`status`, `gender`) is looked for in all systems of the set, as FHIR says.
    """
    if base.type is None:
        return boolean("NULL")
    if base.type == "CodeableConcept":
        coding = at.parsed(at.member(base, "coding", position))
        var = at.names.fresh()
        one = Value(var, "Coding", shape=coding.shape)
        found = f"len(list_filter({coding.sql}, lambda {var}: {_coding(at, one, asked, position)})) > 0"
        return boolean(f"CASE WHEN {present(base)} THEN coalesce({found}, false) END")
    if base.type == "Coding":
        return boolean(f"CASE WHEN {present(base)} THEN {_coding(at, base, asked, position)} END")
    if base.kind == "string":
        return boolean(f"CASE WHEN {present(base)} THEN {_in(None, base.sql, asked)} END")
    raise PathError(f"memberOf() follows a code, a Coding or a CodeableConcept, this is a {base.type}", position)


def _coding(at: Expressions, coding: Value, asked: CodeSet, position: int) -> str:
    system, code = (at.member(coding, name, position).sql for name in ("system", "code"))
    return _in(system, code, asked)


def _in(system: str | None, code: str, asked: CodeSet) -> str:
    """SQL, never NULL. Each system's codes are one list and its beginnings one pattern: both cost little a row."""
    codes, prefixes = _by_system(asked.codes), _by_system(asked.prefixes)
    if system is None:
        tests = [_one_of(code, _all(codes), _all(prefixes))]
    else:
        tests = [
            f"({system} = {text(s)} AND {_one_of(code, codes.get(s, ()), prefixes.get(s, ()))})"
            for s in sorted(asked.systems)
        ]
    found = f"coalesce({' OR '.join(tests) or 'false'}, false)"
    return f"({found} AND NOT {_in(system, code, asked.without)})" if asked.without else found


def _one_of(code: str, codes: Iterable[str], prefixes: Iterable[str]) -> str:
    exact, beginnings = sorted(codes), sorted(prefixes)
    tests = [f"list_contains([{', '.join(map(text, exact))}], {code})"] if exact else []
    if beginnings:
        tests.append(f"regexp_matches({code}, {text('^(' + '|'.join(map(re.escape, beginnings)) + ')')})")
    return f"({' OR '.join(tests)})"


def _by_system(codes: Iterable[Code]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for system, code in codes:
        found[system].add(code)
    return found


def _all(by_system: Mapping[str, set[str]]) -> set[str]:
    return {code for codes in by_system.values() for code in codes}
