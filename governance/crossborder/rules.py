"""`<country>.yaml`: what a country's law asks before data of its institutions may be used in another one.

A closed vocabulary: what the data holds, what the exporter is and lacks, and how many people's information it sends in the
year. Every rule that applies speaks, the strictest outcome decides; where none applies, or a country has no file, nothing
leaves. People in numbers are "this many or more" (`at_least`) and "fewer than" (`below`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from core.errors import ConfigError
from core.unique_keys import UniqueKeys
from governance.column import Category
from governance.events import Country, Id, Outcome
from governance.grades import Words

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)  # each is stricter than those before it
NO_RULE, NO_RULES = "no_rule_speaks", "no_rules_for_the_country"
_SHIPPED = Path(__file__).parent

Holds = Literal["only_anonymised", "personal", "sensitive", "important", "genetic"]
Lacks = Literal["separate_consent", "impact_assessment", "genetic_report"]


class People(BaseModel, frozen=True, extra="forbid"):
    """So many people or more, and fewer than so many."""

    at_least: Annotated[int, Field(ge=1)] | None = None
    below: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "People":
        if self.at_least is None and self.below is None:
            raise ValueError("give at_least, below, or both")
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError("at_least has to be less than below")
        return self

    def hold(self, n: int) -> bool:
        return (self.at_least is None or n >= self.at_least) and (self.below is None or n < self.below)


class When(BaseModel, frozen=True, extra="forbid"):
    """All that is given has to hold."""

    holds: Holds | None = None
    exporter: Literal["critical_infrastructure"] | None = None
    lacks: Lacks | None = None
    personal: People | None = None
    sensitive: People | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "When":
        if not self.model_fields_set:
            raise ValueError("is empty: a rule that always applies is written as one about what the data holds")
        return self


class Rule(BaseModel, frozen=True, extra="forbid"):
    id: Id
    when: When
    outcome: Outcome
    because: Words
    source: Annotated[str, Field(min_length=3)]


class Rules(BaseModel, frozen=True, extra="forbid"):
    """The rules of one country. `sha256` is that of its file."""

    origin: Country
    version: Annotated[str, Field(min_length=1)]
    sensitive_categories: tuple[Category, ...]
    genetic_categories: tuple[Category, ...]
    security_assessment_valid_years: Annotated[int, Field(ge=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]
    sha256: str

    @model_validator(mode="after")
    def _ids_differ(self) -> "Rules":
        ids = [rule.id for rule in self.rules]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            raise ValueError(f"rules: the same id twice: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True)
class Facts:
    """One exporter's part of a grant for another country. `personal`, `sensitive`: people of the year, with this grant's."""

    origin: str
    holds: frozenset[Holds]
    lacks: frozenset[Lacks]
    is_critical_infrastructure: bool
    personal: int
    sensitive: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The strictest outcome, and the rules that ask for it."""

    outcome: Outcome
    rules: tuple[str, ...]


def judge(facts: Facts, rules: Rules | None) -> Judgement:
    """What the rules of the exporter's country say; `rules` None: it has none, and nothing leaves."""
    if rules is None:
        return Judgement("forbidden", (NO_RULES,))
    speak = [rule for rule in rules.rules if _applies(rule.when, facts)]
    if not speak:
        return Judgement("forbidden", (NO_RULE,))
    outcome = max((rule.outcome for rule in speak), key=OUTCOMES.index)
    return Judgement(outcome, tuple(rule.id for rule in speak if rule.outcome == outcome))


def _applies(when: When, facts: Facts) -> bool:
    return (
        (when.holds is None or when.holds in facts.holds)
        and (when.lacks is None or when.lacks in facts.lacks)
        and (when.exporter is None or facts.is_critical_infrastructure)
        and (when.personal is None or when.personal.hold(facts.personal))
        and (when.sensitive is None or when.sensitive.hold(facts.sensitive))
    )


def load_rules(folder: Path = _SHIPPED) -> dict[str, Rules]:
    """The rules by country of origin. ConfigError when there is no file, or anything in one is wrong."""
    found = {rules.origin: rules for rules in map(_load, sorted(folder.glob("*.yaml")))}
    if not found:
        raise ConfigError(f"{folder}: holds no rules on data that crosses a border. Restore <country>.yaml.")
    return found


def _load(file: Path) -> Rules:
    try:
        raw = file.read_bytes()
    except OSError as e:
        raise ConfigError(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions.") from None
    return _rules_of(file, raw)


@lru_cache(maxsize=64)
def _rules_of(file: Path, raw: bytes) -> Rules:
    """Remembered by what the file holds: it is asked for at every request, and to read it takes longer than to judge."""
    try:
        said = yaml.load(raw, UniqueKeys)  # noqa: S506 - a SafeLoader
        if not isinstance(said, Mapping):
            raise ConfigError(f"{file}: holds no rules. Compare it with governance/crossborder/cn.yaml.")
        rules = Rules.model_validate({**said, "sha256": sha256(raw).hexdigest()})
    except yaml.constructor.ConstructorError as e:
        raise ConfigError(f"{file}: {e.problem}. Correct the file.") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigError(f"{file}: is not YAML. Compare it with governance/crossborder/cn.yaml.") from None
    except ValidationError as e:
        wrong = "; ".join(f"{'.'.join(map(str, x['loc'])) or 'file'}: {x['msg']}" for x in e.errors())
        raise ConfigError(f"{file}: {wrong}. docs/cross-border.md lists the words.") from None
    if rules.origin.lower() != file.stem:
        raise ConfigError(f"{file}: origin is {rules.origin} but the file is named {file.stem}. Make the two equal.")
    return rules
