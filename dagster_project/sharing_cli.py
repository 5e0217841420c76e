"""`lakehouse serve` and `lakehouse sql`: granted data over the network, and on this machine."""

import json
import sys
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.options import Institutions, Lake, needs_lake
from dagster_project.settings import Settings, load_settings

_HERE = ("127.0.0.1", "localhost", "::1")
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def serve(
    lake: Lake = None, institutions: Institutions = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (LAKEHOUSE_SERVE_HOST; default 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port (LAKEHOUSE_SERVE_PORT; default 8443).")] = None,
) -> None:  # fmt: skip
    """Serve granted views over Delta Sharing and governed SQL until it is interrupted.

    TLS by LAKEHOUSE_SERVE_CERTIFICATE and LAKEHOUSE_SERVE_KEY; without it, only on this machine or behind a proxy that has
    it (LAKEHOUSE_SERVE_URL=https://…). Exit code 0: stopped; 2: bad settings.
    """
    settings = load_settings(lake=lake, institutions=institutions, serve_host=host, serve_port=port)
    _check_tls(settings)
    import uvicorn

    from dagster_project.sharing import Sharing
    from governance.sharing.app import PREFIX, application

    gateway = Sharing(_lakehouse(settings)).gateway(
        public_url=settings.serve_url, requests_per_minute=settings.serve_requests_per_minute
    )
    scheme = "https" if settings.serve_certificate else "http"
    console.print(
        f"Serving {settings.lake} at {scheme}://{settings.serve_host}:{settings.serve_port}{PREFIX} (Ctrl-C stops it)."
        " Readers need a profile file: `lakehouse grant profile --help`.",
        highlight=False,
    )
    uvicorn.run(
        application(gateway), host=settings.serve_host, port=settings.serve_port, log_level="warning",
        ssl_certfile=settings.serve_certificate, ssl_keyfile=settings.serve_key, server_header=False,
    )  # fmt: skip


def sql(
    question: Annotated[str, typer.Argument(help="One SELECT over the views of the grant, by their names.")],
    grant: Annotated[str, typer.Option(help="Under which grant: `lakehouse grant list`.")],
    how: Annotated[Literal["table", "csv", "json"], typer.Option("--format")] = "table",
    lake: Lake = None, institutions: Institutions = None,
) -> None:  # fmt: skip
    """Answer a question under a grant: its views, rows, purpose, time and ledger apply, as for readers over the network.

    Exit code 0: answered and recorded; 1: refused, with the reason; 2: bad usage.
    """
    from dagster_project.sharing import Sharing

    sharing = Sharing(_lakehouse(load_settings(lake=lake, institutions=institutions)))
    answer = sharing.ask(grant, question)
    if how == "json":
        print(json.dumps(answer.rows.to_pylist(), default=str, ensure_ascii=False))
    elif how == "csv":
        import pyarrow.csv

        pyarrow.csv.write_csv(answer.rows, sys.stdout.buffer)
    else:
        table = Table(*answer.rows.column_names, box=None, pad_edge=False, header_style="bold")
        for row in answer.rows.to_pylist():
            table.add_row(*("" if v is None else str(v) for v in row.values()))
        console.print(table, markup=False)
    if answer.is_partial:
        print(
            "Cells of few people, or of too few more or less than in an earlier answer, are left out.", file=sys.stderr
        )


def _check_tls(settings: Settings) -> None:
    if bool(settings.serve_certificate) != bool(settings.serve_key):
        raise ConfigError("LAKEHOUSE_SERVE_CERTIFICATE and LAKEHOUSE_SERVE_KEY: give both, or none of them.")
    for name, file in (("CERTIFICATE", settings.serve_certificate), ("KEY", settings.serve_key)):
        if file and not file.is_file():
            raise ConfigError(f"LAKEHOUSE_SERVE_{name}: {file} is no file.")
    behind_proxy = (settings.serve_url or "").startswith("https://")
    if settings.serve_host not in _HERE and not settings.serve_certificate and not behind_proxy:
        raise ConfigError(
            f"{settings.serve_host}: tokens would travel in clear. Give LAKEHOUSE_SERVE_CERTIFICATE and LAKEHOUSE_SERVE_KEY, or"
            " listen on 127.0.0.1 behind a proxy with TLS and give LAKEHOUSE_SERVE_URL=https://…."
        )


def _lakehouse(settings: Settings):
    from dagster_project.resources import Lakehouse

    needs_lake(settings.lake, "")
    return Lakehouse(settings)
