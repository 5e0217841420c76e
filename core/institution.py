"""`institutions/<id>.yaml`: one data provider, one file. Closed and frozen; a missing or unknown setting is refused."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core import fhir
from core.errors import ConfigError
from core.unique_keys import UniqueKeys

_THIS_MACHINE = ("localhost", "127.0.0.1")


def _safe_url(said: str) -> str:
    """An address without anything secret in it, whose traffic nobody else can read."""
    url = urlsplit(said)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _THIS_MACHINE):
        raise ValueError(f"has to start with https:// (http:// is allowed for {' and '.join(_THIS_MACHINE)} only)")
    if not url.hostname or url.port == 0 or "@" in url.netloc or url.query or url.fragment or said != said.strip():
        raise ValueError("has to be a plain address: no user, password, ?query, #fragment or blanks")
    return said.rstrip("/")


# What data may be used for. The terms of the Data Use Ontology that they fall under: clinical care DUO:0000043; trial
# recruitment, trial conduct and cohort research DUO:0000006 (health, medical or biomedical research); industry use has no
# term, as it is what DUO:0000046 (non-commercial use only) excludes.
Purpose = Literal["clinical_care", "trial_recruitment", "trial_conduct", "cohort_research", "industry_use"]

Url = Annotated[str, AfterValidator(_safe_url)]


class BulkExport(BaseModel, frozen=True, extra="forbid"):
    """The FHIR server that `lakehouse export` reads an institution from, and how it asks.

    Without `client_id` the server is open. With it, `key_id` names the registered public key whose private key lies in
    the vault, and `token_url` is asked for access tokens; when not given, the server's own SMART configuration says it.
    """

    base_url: Url
    scope: Literal["patient", "group", "system"] = "patient"
    group: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]*[A-Za-z0-9][A-Za-z0-9.-]*$", max_length=64)] | None = Field(
        None, validate_default=True
    )
    types: Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    client_id: Annotated[str, Field(min_length=1)] | None = None
    key_id: Annotated[str, Field(min_length=1)] | None = Field(None, validate_default=True)
    token_url: Url | None = None
    scopes: Annotated[str, Field(min_length=1)] = "system/*.read"

    # Each rule between two settings stands at the later one, so that it is told together with all other mistakes.
    @field_validator("group")
    @classmethod
    def _group_goes_with_its_scope(cls, group: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("scope") == "group" and group is None:
            raise ValueError("scope: group needs group: the id of the Group on the server")
        if info.data.get("scope", "group") != "group" and group is not None:
            raise ValueError("is for scope: group only")
        return group

    @field_validator("types")
    @classmethod
    def _types_are_fhir(cls, types: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if unknown := sorted(set(types or ()) - fhir.resource_types("R4") - fhir.resource_types("R5")):
            raise ValueError(f"no FHIR resource type: {', '.join(unknown)}")
        return types

    @field_validator("key_id")
    @classmethod
    def _key_goes_with_a_client(cls, key_id: str | None, info: ValidationInfo) -> str | None:
        return _goes_with_a_client(key_id, info, is_needed=True)

    @field_validator("token_url")
    @classmethod
    def _token_goes_with_a_client(cls, token_url: str | None, info: ValidationInfo) -> str | None:
        return _goes_with_a_client(token_url, info, is_needed=False)


def _goes_with_a_client(value: str | None, info: ValidationInfo, *, is_needed: bool) -> str | None:
    has_client = info.data.get("client_id") is not None
    if value is not None and not has_client:
        raise ValueError("needs client_id; an open server has neither")
    if value is None and has_client and is_needed:
        raise ValueError("client_id needs key_id: the kid under which its public key is registered at the server")
    return value


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]  # ISO 3166-1 alpha-2
Reference = Annotated[str, Field(min_length=1, max_length=128)]


class SentOtherwise(BaseModel, frozen=True, extra="forbid"):
    """People whose information an institution sent abroad in a year by other ways than this lake, each counted once."""

    year: Annotated[int, Field(ge=2000, le=9999)]
    personal: Annotated[int, Field(ge=0)] = 0
    sensitive: Annotated[int, Field(ge=0)] = 0


class CrossBorder(BaseModel, frozen=True, extra="forbid"):
    """What an institution, as the exporter, states for the rules on data that leaves its country.

    `impact_assessment`, `genetic_report`: references of documents; without them there is none. `important_views`,
    `genetic_views`: views that hold what an authority has called important data, or genetic information.
    """

    is_critical_infrastructure: bool
    separate_consent: bool
    impact_assessment: Reference | None = None
    genetic_report: Reference | None = None
    important_views: tuple[str, ...] = ()
    genetic_views: tuple[str, ...] = ()
    sent_otherwise: tuple[SentOtherwise, ...] = ()


class DataUse(BaseModel, frozen=True, extra="forbid"):
    """One use that an institution, as the controller of its patients' data, authorises: up to a grade, in some countries."""

    purpose: Purpose
    grade: Literal["L1", "L2", "L3", "L4"]
    countries: Annotated[tuple[Country, ...], Field(min_length=1)]


class Institution(BaseModel, frozen=True, extra="forbid"):
    """What we agreed with one data provider.

    `consent: required` lets a patient in only with a permitting Consent; `waived` needs the reference of the ethics
    approval that allows it. `max_rejected_ratio` is the share of a run's records (0 to 1) above which the run ends with
    exit code 4. `expected_every_days` is how often something new has to land, or a check warns. `bulk_export` is there
    when its records come from a FHIR server's bulk export. `data_use`: what its data may be used for by others; without
    it, nothing. `country`: where it is, without which others get nothing either; `cross_border`: what the rules on data that
    leaves that country ask of it, without which nothing leaves.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{2,30}$")]
    name: str
    language: Literal["en", "zh"]
    profile: Literal["safe_harbor", "cn_l3"]
    fhir_release: fhir.Release
    consent: Literal["required", "waived"]
    approval: str | None = None
    max_rejected_ratio: Annotated[float, Field(ge=0, le=1)] = 0.1
    expected_every_days: Annotated[int, Field(ge=1)] | None = Field(None, exclude=True)
    # Left out of dumps, as expected_every_days is: where records come from and how often changes nothing that is made of them.
    bulk_export: BulkExport | None = Field(None, exclude=True)
    data_use: tuple[DataUse, ...] = Field((), exclude=True)
    country: Country | None = Field(None, exclude=True)
    cross_border: CrossBorder | None = Field(None, exclude=True)

    @model_validator(mode="after")
    def _waiver_needs_approval(self) -> "Institution":
        if self.consent == "waived" and not (self.approval or "").strip():
            raise ValueError("consent: waived needs approval: the reference of the ethics approval that allows it")
        return self

    @model_validator(mode="after")
    def _asks_before_it_sends(self) -> "Institution":
        if self.consent == "waived" and self.cross_border and self.cross_border.separate_consent:
            raise ValueError(
                "consent: waived means that nobody was asked; cross_border.separate_consent cannot be true"
            )
        if self.cross_border and self.country is None:
            raise ValueError("cross_border needs country: where the institution is")
        return self


def load_institution(file: Path) -> Institution:
    """One institution file. ConfigError lists every mistake in it at once."""
    try:
        raw = file.read_bytes()
    except OSError as e:
        raise ConfigError(f"{file}: cannot be read ({e.strerror}). Check the path and its permissions.") from None
    return _institution_of(file, raw)


@lru_cache(maxsize=1024)
def _institution_of(file: Path, raw: bytes) -> Institution:
    """Remembered by what the file holds, since rights ask for it at every request."""
    try:
        said = yaml.load(raw.decode("utf-8"), Loader=UniqueKeys)  # noqa: S506 (a SafeLoader)
        institution = Institution.model_validate(said)
    except (yaml.YAMLError, UnicodeDecodeError) as e:
        where = getattr(e, "problem_mark", None)
        at = f", line {where.line + 1}" if where else ""
        what = getattr(e, "problem", None) or "is not UTF-8"
        raise ConfigError(f"{file}{at}: {what}. Compare it with institutions/hospital_a.yaml.") from None
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
