"""`lakehouse ledger` and `lakehouse verify`: looking at the ledger, handing out checkpoints, and finding what is wrong."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.errors import ConfigError
from dagster_project.options import Lake
from dagster_project.settings import load_settings

app = typer.Typer(
    no_args_is_help=True, help="The signed record of everything that matters: show it, hand out checkpoints."
)
console = Console(soft_wrap=True, width=None if sys.stdout.isatty() else 160)


def _lakehouse(lake: Path | None):
    from dagster_project.resources import Lakehouse

    lakehouse = Lakehouse(load_settings(lake=lake))
    if not (lakehouse.settings.lake / "governance" / "ledger").is_dir():
        raise ConfigError(f"{lakehouse.settings.lake}: this lake has no ledger yet. `lakehouse run` begins one.")
    return lakehouse


@app.command("show")
def show(
    kind: Annotated[str | None, typer.Option(help="Only entries of this kind, e.g. batch_registered.")] = None,
    last: Annotated[int, typer.Option(min=1, help="The last so many.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="The whole entries, one a line.")] = False,
    lake: Lake = None,
) -> None:
    """List what the ledger says: number, time, who, what. Exit code 1 when it is damaged; `lakehouse verify` says where."""
    from collections import deque

    from governance.entries import Entry, Tail
    from governance.events import EVENTS

    if kind is not None and kind not in EVENTS:
        raise ConfigError(f"--kind {kind}: there is no such kind of entry. Known: {', '.join(sorted(EVENTS))}.")
    kept: deque[Entry] = deque(maxlen=last)
    kept.extend(e for e in Tail(_lakehouse(lake).ledger.folder).new() if kind in (None, e.kind))
    if as_json:
        import msgspec

        for entry in kept:
            print(msgspec.json.encode(entry).decode())
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("entry", "time (UTC)", "who", "what", "says"):
        table.add_column(name, justify="right" if name == "entry" else "left", no_wrap=name != "says")
    for e in kept:
        says = ", ".join(
            f"{k} {v if isinstance(v, str | int) else json.dumps(v)}"
            for k, v in e.body.items()
            if v not in (None, {}, [])
        )
        table.add_row(f"{e.seq:,}", e.time[:19].replace("T", " "), e.actor, e.kind, says)
    console.print(table, highlight=False)


@app.command("checkpoint")
def checkpoint(lake: Lake = None) -> None:
    """Sign a statement of how the ledger is now, to be given to a third party who can later tell whether it changed."""
    from governance.audit import load_checkpoint, make_checkpoint

    lakehouse = _lakehouse(lake)
    file = make_checkpoint(lakehouse.ledger.folder, lakehouse.ledger.sign_with(), lakehouse.now())
    said = load_checkpoint(file)
    console.print(f"{file}\n{said.size:,} entries, root {said.root}, key {said.key_id}", highlight=False)
    console.print(
        "Give the file to whoever shall be able to check: `lakehouse verify --checkpoint FILE`.", highlight=False
    )


@app.command("prove")
def prove(
    entry: Annotated[int | None, typer.Option(help="Prove that this entry is in the checkpoint's ledger.")] = None,
    since: Annotated[
        int | None, typer.Option(help="Prove that the ledger of a checkpoint of this size only grew.")
    ] = None,
    size: Annotated[int, typer.Option(help="The size that the (newer) checkpoint speaks of.")] = 0,
    lake: Lake = None,
) -> None:
    """Print, as JSON, a Merkle proof (RFC 6962) for somebody who has checkpoints and not the ledger."""
    from governance.audit import prove_entry, prove_growth

    if (entry is None) == (since is None):
        raise ConfigError("give either --entry or --since, and --size of the checkpoint that it is proved against.")
    folder = _lakehouse(lake).ledger.folder
    proof = prove_entry(folder, entry, size) if entry is not None else prove_growth(folder, since or 0, size)
    print(json.dumps(proof, ensure_ascii=False))


@app.command("rotate")
def rotate(lake: Lake = None) -> None:
    """Have a new key sign from now on; the old one is destroyed, its public half stays in the ledger."""
    lakehouse = _lakehouse(lake)
    key = lakehouse.ledger.rotate(lakehouse.now())
    console.print(f"Key {key.key_id} signs from now on. Back up {lakehouse.ledger.vault}.", highlight=False)


def verify(
    certificate: Annotated[
        Path | None, typer.Argument(metavar="[CERT]", help="A certificate to check against the lake instead.")
    ] = None,
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", metavar="FILE", help="A checkpoint that somebody kept (repeatable)."),
    ] = None,
    lake: Lake = None,
) -> None:
    """Verify the ledger: every hash, signature and place, what the vault knows, and every checkpoint; or a certificate.

    Exit code 0: nothing is wrong; 1: something was changed, deleted, moved or cut off, and it says where, or the certificate
    does not hold; 2: bad usage.
    """
    from dagster_project.ledger import check
    from governance.entries import LedgerError

    lakehouse = _lakehouse(lake)
    if certificate is not None:
        from dagster_project.certificates import check as check_certificate

        for line in check_certificate(lakehouse, certificate):
            console.print(line, highlight=False, markup=False)
        return
    with console.status("verifying …") as waiting:
        lakehouse.on_progress = waiting.update
        found = check(lakehouse, checkpoints or [])
    for f in found.findings:
        console.print(f"{f.wrong}: entry {f.entry}: {f.where}: {f.says}", highlight=False, markup=False)
    if found.found:
        more = f" ({len(found.findings)} of them shown)" if found.found > len(found.findings) else ""
        raise LedgerError(
            f"{lakehouse.ledger.folder}: {found.found} things are wrong{more}. Keep the files as they are, as evidence; restore the"
            " ledger from its copy, and find out who could write there."
        )
    against = f", as {', '.join(found.compared)} say{'s' if len(found.compared) == 1 else ''}" if found.compared else ""
    console.print(f"{found.entries:,} entries are as they were written{against}.\nroot {found.root}", highlight=False)
