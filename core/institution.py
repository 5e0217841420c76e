"""`institutions/<id>.yaml`: one data provider, one file. Closed and frozen; a missing or unknown setting is refused."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from core.errors import ConfigError


class Institution(BaseModel, frozen=True, extra="forbid"):
    """What we agreed with one data provider.

    `consent: required` lets a patient in only with a permitting Consent; `waived` needs the reference of the ethics
    approval that allows it. `max_rejected_ratio` is the share of a run's records (0 to 1) above which the run ends with
    exit code 4.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,30}$")]
    name: str
    language: Literal["en", "zh"]
    profile: Literal["safe_harbor", "cn_l3"]
    fhir_release: Literal["R4", "R4B"]
    consent: Literal["required", "waived"]
    approval: str | None = None
    max_rejected_ratio: Annotated[float, Field(ge=0, le=1)] = 0.1

    @model_validator(mode="after")
    def _waiver_needs_approval(self) -> "Institution":
        if self.consent == "waived" and not (self.approval or "").strip():
            raise ValueError("consent: waived needs approval: the reference of the ethics approval that allows it")
        return self


def load_institution(file: Path) -> Institution:
    """One institution file. ConfigError lists every mistake in it at once."""
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        institution = Institution.model_validate(raw)
    except OSError as e:
        raise ConfigError(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        where = getattr(e, "problem_mark", None)
        at = f", line {where.line + 1}" if where else ""
        raise ConfigError(f"{file}{at}: is not YAML. Compare it with institutions/hospital_a.yaml.") from None
    except ValidationError as e:
        wrong = "; ".join(f"{'.'.join(map(str, x['loc'])) or 'file'}: {x['msg']}" for x in e.errors())
        raise ConfigError(f"{file}: {wrong}. `lakehouse institution add --help` lists what is allowed.") from None
    if institution.id != file.stem:
        raise ConfigError(f"{file}: id is {institution.id!r} but the file is named {file.stem!r}. Make the two equal.")
    return institution


def load_institutions(folder: Path) -> dict[str, Institution]:
    """Every institution of a folder by id. ConfigError when the folder is missing or any file in it is wrong."""
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no such folder of institution files. Pass --institutions DIR.")
    return {i.id: i for i in (load_institution(f) for f in sorted(folder.glob("*.yaml")))}
