"""The five grades of health data. Source: GB/T 39725-2020, levels 1 to 5; what each publishes is our rule."""

from enum import StrEnum

from pydantic import BaseModel


class Words(BaseModel, frozen=True, extra="forbid"):
    """One text in the two languages that every reader of a contract or report gets."""

    en: str
    zh: str


class Grade(StrEnum):
    """Who may see a column. A later grade is a stricter one: `Grade.L4 > Grade.L3`."""

    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"

    @property
    def meaning(self) -> Words:
        return _MEANING[self]

    @property
    def smallest_cell(self) -> int | None:
        """Fewest persons a published cell of counts may hold; None where nothing may be published."""
        return _SMALLEST_CELL[self]

    @property
    def smallest_class(self) -> int | None:
        """Fewest persons who may share their quasi-identifiers in published rows; None where no rows may be."""
        return _SMALLEST_CLASS[self]


_MEANING = {
    Grade.L1: Words(en="public: metadata, and counts with suppression", zh="公开：元数据，以及经抑制处理的计数"),
    Grade.L2: Words(
        en="wide use after registration: aggregates with small cells suppressed then rounded, nobody identifiable",
        zh="登记后可广泛使用：小单元格先抑制再取整的汇总数据，无法识别任何人",
    ),
    Grade.L3: Words(
        en="approved project: de-identified rows, k-anonymous, shifted dates, no free text",
        zh="经批准的项目：去标识化的逐行数据，满足 k 匿名，日期已偏移，不含自由文本",
    ),
    Grade.L4: Words(
        en="approved project in a controlled environment: finer rows and scanned free text; only aggregates may leave",
        zh="经批准的项目，受控环境内使用：更细的逐行数据及经扫描的自由文本；仅汇总数据可带出",
    ),
    Grade.L5: Words(
        en="special protection (HIV, mental health, genetics, minors) or identified: never published",
        zh="特殊保护（艾滋病、精神健康、遗传、未成年人）或可识别数据：不得发布",
    ),
}
_SMALLEST_CELL = {Grade.L1: 11, Grade.L2: 11, Grade.L3: 5, Grade.L4: 5, Grade.L5: None}
_SMALLEST_CLASS = {Grade.L1: None, Grade.L2: None, Grade.L3: 5, Grade.L4: 5, Grade.L5: None}
