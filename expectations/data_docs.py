"""Great Expectations' own pages (Data Docs) of what rules found, for who knows them: one HTML page a table, and an index.

They are made from counts, by GX's own renderer: no value was ever given to GX, and the text of an exception neither. GX's pages
fetch style and scripts from hosts on the web when they are opened; the page that needs nobody is `report.py`'s.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from core.pages import render
from expectations.compile import compile_rule
from expectations.engine import validation_results
from expectations.sheet import RuleSheet
from expectations.small import Tally

_INDEX = Path(__file__).parent / "data_docs.html"


class Found(NamedTuple):
    """What the rules of a sheet found in one version of its table, by rule id; `without`: ids of the rules of which GX has
    no result, as they could not be judged or are about the table as a whole."""

    sheet: RuleSheet
    delta_version: int
    tallies: Mapping[str, Tally]
    without: tuple[str, ...]


def pages(found: Iterable[Found], *, as_of: date) -> dict[str, str]:
    """The pages by file name; `index.html` links to the others and names the rules that GX has no result of."""
    import great_expectations as gx
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    made, rows = {}, []
    for sheet, version, tallies, without in found:
        checks = [compile_rule(r, as_of=as_of) for r in sheet.rules if r.id in tallies]
        results = validation_results(checks, tallies)
        passed = sum(bool(r.success) for r in results)
        counts = {"evaluated_expectations": len(results), "successful_expectations": passed}
        counts |= {"unsuccessful_expectations": len(results) - passed}
        of_table = ExpectationSuiteValidationResult(
            success=passed == len(results),
            results=results,
            suite_name=sheet.name,
            statistics=counts | {"success_percent": 100 * passed / len(results) if results else None},
            meta={
                "great_expectations_version": gx.__version__,
                "run_id": RunIdentifier(run_name=f"Delta version {version}"),
            },
        )
        file = f"{sheet.name.replace('/', '-')}.html"
        made[file] = DefaultJinjaPageView().render(ValidationResultsPageRenderer().render(of_table))
        rows.append({"table": sheet.name, "file": file, "version": version, "without": list(without)} | counts)
    made["index.html"] = render(_INDEX, {"tables": rows})
    return made
