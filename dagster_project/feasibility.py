"""How many people a study's criteria leave: asked at the command line, and on a page for each study after a run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import governance.recruitment
from core.errors import ConfigError
from dagster_project.recruitment import StudyName, known_studies, known_study, of_study, research_tables
from dagster_project.resources import Lakehouse, file_name
from governance.differencing import Answers
from governance.entries import SYSTEM
from governance.events import FeasibilityAnswered
from governance.ledger import Record
from governance.recruitment.feasibility import ask
from governance.recruitment.persons import CANDIDATE_COLUMNS, RESULT_COLUMNS, persons_of
from governance.rights import REASONS, Decision, RightsError

_READS = ("trial_candidates", "criterion_result")
_VIEW = "criterion_result"
_INDEX = "index.json"


def feasibility(lakehouse: Lakehouse, said: str, grant: str | None) -> dict[str, Any]:
    """The answer for a study, recorded before it is given. With a grant: for its recipient, on the rows that it covers.

    ConfigError where there is no such study; RightsError where the grant does not hold.
    """
    decision = _decide(lakehouse, grant) if grant else None
    return _answer(lakehouse, known_study(research_tables(lakehouse), said), decision)


def _decide(lakehouse: Lakehouse, grant: str) -> Decision:
    from dagster_project.grants import view_of  # and with it Dagster, 2 s that others need not wait

    view = view_of(lakehouse, _VIEW)
    decision = lakehouse.rights.check(grant, view, sorted(view.columns), now=lakehouse.now())
    if decision.reason:
        raise RightsError(
            f"grant {grant}: {REASONS[decision.reason]}. Counts need a grant for {_VIEW} and purpose trial_recruitment;"
            " `lakehouse grant show` says more."
        )
    return decision


def _answer(lakehouse: Lakehouse, study: StudyName, decision: Decision | None) -> dict[str, Any]:
    tables, versions = research_tables(lakehouse), _made_from(lakehouse)
    candidates = of_study(tables, "trial_candidates", study, CANDIDATE_COLUMNS, version=versions["trial_candidates"])
    candidates = _filtered(candidates, decision.row_filter if decision else {})
    results = of_study(tables, "criterion_result", study, RESULT_COLUMNS, version=versions["criterion_result"])
    grant = decision.grant if decision else None
    asker = grant.said.recipient if grant else SYSTEM
    answers = Answers(lakehouse.settings.lake / "governance" / "answers" / "answers.sqlite")
    if not candidates.num_rows:
        raise ConfigError(f"{study.name}: nobody was judged for it. `lakehouse status` says what the lake holds.")
    as_of = candidates["as_of"][0].as_py()
    answer = ask(persons_of(candidates, results), study.key, answers, asker, lakehouse.now())
    event = FeasibilityAnswered(
        study=study.key, grant=grant.id if grant else None, version=versions[_VIEW], cells=answer["cells"],
        hidden=answer["hidden"],
    )  # fmt: skip

    def check() -> None:
        if grant:
            _decide(lakehouse, grant.id)

    lakehouse.ledger.append(Record(f"grant-{grant.id}" if grant else SYSTEM, event, lakehouse.now()), check=check)
    about = {"study": study.name, "study_key": study.key, "as_of": str(as_of), "made_from": versions}
    return about | answer


def _filtered(rows: pa.Table, row_filter: Mapping[str, tuple[str, ...]]) -> pa.Table:
    """The rows that a grant covers. RightsError for a column that only the view of criteria has: persons are counted here."""
    for name, values in sorted(row_filter.items()):
        if name not in rows.column_names:
            raise RightsError(
                f"the grant's filter names {name}, by which persons cannot be counted. Have it issued anew."
            )
        rows = rows.filter(pc.is_in(rows[name].cast(pa.string()), pa.array(values, pa.string())))
    return rows


def _made_from(lakehouse: Lakehouse) -> dict[str, int]:
    commits = {name: research_tables(lakehouse).commit("gold", name) for name in _READS}
    return {name: commit.version for name, commit in commits.items() if commit}


def outdated(lakehouse: Lakehouse) -> bool:
    """Whether the pages are not those of the tables as they are."""
    made_from = _made_from(lakehouse)
    if len(made_from) < len(_READS):
        return False
    index = _folder(lakehouse) / _INDEX
    return not index.exists() or json.loads(index.read_text(encoding="utf-8"))["made_from"] != made_from


def write_reports(lakehouse: Lakehouse) -> list[Path]:
    """A page for every study with criteria, unless they are those of the tables as they are; pages of others are taken away."""
    folder = _folder(lakehouse)
    if not outdated(lakehouse):
        return sorted(folder.glob("*.html"))
    made_from, pages = _made_from(lakehouse), []
    for study in known_studies(research_tables(lakehouse)):
        answer = _answer(lakehouse, study, None)
        name = f"feasibility/{file_name(study.name)}-{study.key[:8]}"
        pages.append(lakehouse.write_report(name, html=page(answer), data=answer))
    keep = {p.stem for p in pages}
    for old in folder.glob("*"):
        if old.is_file() and old.stem not in keep:
            old.unlink()
    index = {"made_from": made_from, "pages": sorted(p.name for p in pages)}
    lakehouse.report_file("feasibility", _INDEX).write_text(json.dumps(index), encoding="utf-8")
    return pages


def page(answer: Mapping[str, Any]) -> str:
    folder = Path(governance.recruitment.__file__).parent
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    relaxed = {r["id"]: r for r in answer["relaxed"]}
    return pages.get_template("feasibility.html").render(a=answer, relaxed=relaxed)


def _folder(lakehouse: Lakehouse) -> Path:
    return lakehouse.settings.lake / "reports" / "feasibility"
