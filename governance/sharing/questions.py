"""Questions in SQL to the views of a grant: what is read, what may be told of it, and that it is recorded."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from governance.differencing import Answers
from governance.query import PERSON, Answer, Judge, Limits, QueryRefused, ask
from governance.sharing.access import Entitlement, Refused, View
from governance.sharing.granted import GrantedFiles

# grant, the version read of each view, the answer
Record = Callable[[Entitlement, Mapping[str, int], Answer], None]


class Questions:
    """Answers one SELECT at a time; `record` is called before an answer is given: where it fails, none is."""

    def __init__(
        self, files: GrantedFiles, answers: Answers, record: Record, now: Callable[[], datetime], limits: Limits,
        seal: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        """`seal`: what a filter is known by in the log, from which it cannot be told; without it filters are left out."""
        self._files, self._answers, self._record, self._now, self._limits = files, answers, record, now, limits
        self._seal = seal

    def answer(self, grant: Entitlement, sql: str) -> Answer:
        """Refused: question_refused and what the rows themselves are refused for."""
        views = _Granted(self._files, grant)
        judges = {v.name: self._judge(grant, v) for v in grant.views.values() if v.is_aggregates_only}
        try:
            found = ask(sql, views, limits=self._limits, judges=judges)
        except QueryRefused as e:
            raise Refused("question_refused", str(e)) from None
        self._record(grant, views.versions, found)
        return replace(found, filters=tuple(sorted(map(self._seal, found.filters))) if self._seal else ())

    def _judge(self, grant: Entitlement, view: View) -> Judge:
        """Few persons by themselves, or between this answer and an earlier one to the same recipient."""
        smallest = view.grade.smallest_cell
        assert smallest is not None, "nothing is published where there is no smallest cell"

        def judge(cells: Mapping[int, list[str]], among: str) -> frozenset[int]:
            named = {str(n): persons for n, persons in cells.items()}
            refused = self._answers.refused(grant.recipient, among, named, smallest=smallest, at=self._now())
            return frozenset(int(n) for n in refused)

        return judge


class _Granted(Mapping[str, pa.Table]):
    """The granted views by name, each read when it is asked for."""

    def __init__(self, files: GrantedFiles, grant: Entitlement) -> None:
        self._files, self._grant = files, grant
        self._read: dict[str, pa.Table] = {}
        self.versions: dict[str, int] = {}

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._read:
            view = self._grant.views[name]
            self.versions[name], rows = self._files.rows(self._grant.grant, view)
            # Persons are told apart only where cells are judged by them, and no question can name the column.
            self._read[name] = rows if view.is_aggregates_only else rows.drop_columns([PERSON])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._grant.views)

    def __len__(self) -> int:
        return len(self._grant.views)
