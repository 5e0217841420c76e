"""What a contract says of one column: closed, frozen, and checked with no data."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from governance.grades import Grade, Words

Role = Literal["direct", "quasi", "sensitive", "key", "none"]
# Names as in GB/T 43697-2024: second-level classes of personal information (annex B) and, for what is not about a
# person, the classes of data by what they describe (annex A).
Category = Literal[
    "个人基本资料",
    "个人身份信息",
    "生物识别信息",
    "健康状况信息",
    "医疗健康信息",
    "粗略位置信息",
    "联系人信息",
    "其他个人信息",
    "业务数据",
    "经营管理数据",
    "系统运维数据",
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
# Or a variable of CDISC: eight capitals and digits.
ColumnName = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]*|[A-Z][A-Z0-9]{0,7})$")]
PriceUnit = Literal["free", "row", "query", "month"]

_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double")


class Texts(Words, frozen=True, extra="forbid"):
    """A text that must be there in both languages, so that a reader of either can check the same table."""

    @field_validator("en", "zh")
    @classmethod
    def _not_blank(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("is blank; write the text in English and in Chinese")
        return text

    @field_validator("zh")
    @classmethod
    def _is_chinese(cls, text: str) -> str:
        if not re.search(r"[\u4e00-\u9fff]", text):
            raise ValueError("holds no Chinese character; translate the text")
        return text


class Column(BaseModel, frozen=True, extra="forbid"):
    """One column: `type` as Spark writes it (simpleString), `unit` in UCUM or `unit_column` where it differs by row.

    `is_required`: no row may hold null in it. `generalise` names the coarser levels of a quasi-identifier, next first; what is
    not safe at the last one is suppressed. `level_grades` are the grades of levels that are below the column's own: a column
    above the grade at which a view is published is in it at the first level that is not. `fields` describes the members of a struct.
    `source`: the columns of silver or curated tables that it is made from, "table.column", or "table.*" where a rule chooses.
    `is_free_text` marks words typed by a person, which no grade below L4 may hold. `label`: the variable's label where
    CDISC gives it one, as a transport file holds it.
    """

    name: Texts
    type: str
    description: Texts
    grade: Grade
    category: Category
    role: Role
    label: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[ -~]+$")] | None = None
    unit: str | None = None
    unit_column: ColumnName | None = None
    is_required: bool = False
    source: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.([a-z][a-z0-9_]*|\*)$")], ...] | None = None
    generalise: tuple[Name, ...] | None = None
    level_grades: dict[Name, Grade] = {}
    fields: dict[Name, Texts] = {}
    is_free_text: bool = False

    @model_validator(mode="after")
    def _grade_fits(self) -> "Column":
        wrong = []
        if self.role == "direct" and self.grade != Grade.L5:
            wrong.append("role direct needs grade L5")
        if self.is_free_text and self.grade < Grade.L4:
            wrong.append("free text needs grade L4 or L5")
        if "timestamp" in self.type and self.grade < Grade.L4:
            wrong.append("a time of day needs grade L4 or L5")
        if re.search(r"\bdate\b", self.type) and self.grade < Grade.L3:
            wrong.append("a date needs grade L3 or stricter; below that only the year (int)")
        if self.generalise is not None and self.role != "quasi":
            wrong.append("generalise is only for role quasi")
        if unknown := sorted(set(self.level_grades) - set(self.generalise or ())):
            wrong.append(f"level_grades: {', '.join(unknown)} is no level of generalise")
        if any(grade >= self.grade for grade in self.level_grades.values()):
            wrong.append("level_grades: a coarser level has a lower grade than the column")
        if self.type in _NUMBERS and self.unit is None and self.unit_column is None:
            wrong.append('a number needs unit (UCUM; "1" where it has none) or unit_column')
        if self.unit is not None and self.unit_column is not None:
            wrong.append("give unit or unit_column, not both")
        members = set(re.findall(r"[<,](\w+):", self.type))
        if members != set(self.fields):
            wrong.append(f"fields must describe exactly the struct's members: {', '.join(sorted(members)) or 'none'}")
        if wrong:
            raise ValueError("; ".join(wrong))
        return self

    def steps_to(self, grade: Grade) -> int | None:
        """How many levels the column has to go up to be published at a grade: 0, more, or None where it may not be."""
        levels = (None, *(self.generalise or ()))
        grades = [self.grade if level is None else self.level_grades.get(level, self.grade) for level in levels]
        return next((steps for steps, of in enumerate(grades) if of <= grade), None)
