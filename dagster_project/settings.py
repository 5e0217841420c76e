"""Where things are and how they run. The only module that reads the environment (LAKEHOUSE_…); secrets are not settings."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.errors import ConfigError

_REPOSITORY = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """One environment variable each: LAKEHOUSE_LAKE, LAKEHOUSE_LANDING, … A command's option wins over it."""

    model_config = SettingsConfigDict(env_prefix="LAKEHOUSE_", extra="forbid", frozen=True)

    lake: Path = Field(Path("lake"), description="the lake's folder; bronze/ and vault/ in it are the identified zone")
    landing: Path = Field(Path("landing"), description="one folder per institution, one sub-folder per batch")
    institutions: Path = Field(_REPOSITORY / "institutions", description="the folder of institution files")
    views: Path | None = Field(
        None, description="a folder of your own ViewDefinitions, each of which becomes silver/<name>"
    )
    terminology: Path | None = Field(
        None, description="a folder of your own code lists, maps and value sets beside the shipped ones"
    )
    criteria: Path | None = Field(
        None, description="a folder of criteria sets (*.yaml) for studies whose FHIR lacks them"
    )
    spark_master: str = Field("local[*]", description="Spark master; local ones get settings for small tables")
    spark_driver_memory: Annotated[str, Field(pattern=r"^\d+[gm]$")] = "4g"
    settle_seconds: Annotated[float, Field(ge=0)] = Field(
        5, description="how long a batch without _SUCCESS or manifest must not have changed before it is read"
    )
    as_of: date | None = Field(None, description="the date on which ages and consents are judged; today when not set")
    serve_host: str = Field("127.0.0.1", description="address that the gateway listens on; any other needs TLS")
    serve_port: Annotated[int, Field(ge=1, le=65535)] = 8443
    serve_url: str | None = Field(None, description="what readers reach the gateway by, behind a proxy: https://…")
    serve_certificate: Path | None = Field(None, description="the gateway's TLS certificate (PEM)")
    serve_key: Path | None = Field(None, description="the key of that certificate (PEM)")
    serve_requests_per_minute: Annotated[int, Field(ge=1)] = 600
    alarm_webhook: SecretStr | None = Field(
        None, description="where a JSON message is posted when data drifts or access looks unusual"
    )
    alarm_email: str | None = Field(None, description="who gets an e-mail then")
    alarm_from: str = Field("lakehouse@localhost", description="whom that e-mail is from")
    alarm_smtp: str = Field("localhost:25", description="the mail server, HOST:PORT")
    name_models: bool = Field(True, description="find names in text with the language models too, not by rules alone")


def load_settings(**options: object) -> Settings:
    """The settings with a command's options on top (None means not given). ConfigError lists every mistake."""
    try:
        settings = Settings(**{k: v for k, v in options.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as e:
        wrong = "; ".join(f"LAKEHOUSE_{'_'.join(map(str, x['loc'])).upper()}: {x['msg']}" for x in e.errors())
        raise ConfigError(f"settings: {wrong}. docs/operations.md lists what is allowed.") from None
    folders = ("lake", "landing", "institutions", "views", "terminology", "criteria")
    return settings.model_copy(update={p: f.absolute() for p in folders if (f := getattr(settings, p)) is not None})


def java_home() -> str | None:
    """Which Java Spark would take, if the environment says so."""
    return os.environ.get("JAVA_HOME")


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that works on the same lake."""
    own = {
        "LAKEHOUSE_LAKE": settings.lake,
        "LAKEHOUSE_LANDING": settings.landing,
        "LAKEHOUSE_INSTITUTIONS": settings.institutions,
    }
    own |= {f"LAKEHOUSE_{n.upper()}": f for n in ("views", "terminology", "criteria") if (f := getattr(settings, n))}
    return {**os.environ, "DAGSTER_HOME": str(dagster_home(settings)), **{k: str(v) for k, v in own.items()}}


def dagster_home(settings: Settings) -> Path:
    """Where Dagster keeps its runs: DAGSTER_HOME, or beside the tables they made."""
    said = os.environ.get("DAGSTER_HOME")
    return Path(said) if said else settings.lake / ".dagster"


@contextmanager
def home_of_dagster(home: Path) -> Iterator[None]:
    """Dagster's own settings name their folder by the variable, so that a lake may be moved."""
    before = os.environ.get("DAGSTER_HOME")
    os.environ["DAGSTER_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["DAGSTER_HOME"]
        else:
            os.environ["DAGSTER_HOME"] = before
