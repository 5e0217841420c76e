"""`lakehouse history`: what bronze holds of one resource, for a data engineer who has to explain it."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from core.errors import ConfigError
from dagster_project.resources import Lakehouse
from transforms.bronze.history import History, Place, history, parse_reference

NOTICE = (
    "IDENTIFIED ZONE: what follows is of one record as the institution delivered it. It is for whoever may open that zone;"
    " do not pass it on."
)


def show_history(lakehouse: Lakehouse, resource: str, institution: str, console: Console, *, raw: bool = False) -> None:
    """Print the versions and rejects of "Type/id"; `raw`: and their texts. To the console only: nothing is logged.

    ConfigError when there is no such institution, the reference is malformed, or bronze holds nothing of it.
    """
    kind, name = parse_reference(resource)
    if institution not in lakehouse.institutions:
        known = ", ".join(sorted(lakehouse.institutions)) or "none yet"
        raise ConfigError(
            f"--institution: no such institution. In {lakehouse.settings.institutions} there are: {known}."
        )
    found = history(lakehouse.lake, institution, kind, name, raw=raw)
    if not found.versions and not found.rejected:
        raise ConfigError(
            f"{institution}: bronze holds no version of this {kind} and no reject of it. Check type, id (as delivered) and"
            " institution; `lakehouse status` says which batches wait to be loaded."
        )
    # Here the ledger is told, once there is one, who looked at which record and whether at its content: before it is shown.
    print_history(found, console)
    if raw:
        _print_texts(found, console)


def print_history(found: History, console: Console) -> None:
    """The versions, oldest first, and the rejects; no content."""
    console.print(NOTICE, style="bold red", highlight=False, soft_wrap=True)
    if found.versions:
        heading = (
            "version",
            "batch",
            "file",
            "line",
            "versionId",
            "lastUpdated (UTC)",
            "ingested (UTC)",
            "hash",
            "subject",
            "",
        )
        rows = [
            (str(n), v.place.batch_id, v.place.file, _line(v.place), v.version_id, v.last_updated, v.place.ingested_at,
             v.content_hash, "known" if v.has_subject else "unknown", _standing(v.deleted, v.standing))
            for n, v in enumerate(found.versions, 1)
        ]  # fmt: skip
        console.print(_table("Versions, in the order in which they count", heading, rows))
    if found.rejected:
        heading = ("batch", "file", "line", "ingested (UTC)", "reason_code", "reason")
        rejects = [
            (r.place.batch_id, r.place.file, _line(r.place), r.place.ingested_at, r.reason_code, r.reason)
            for r in found.rejected
        ]
        console.print(_table("Rejected", heading, rejects))


def _table(title: str, heading: tuple[str, ...], rows: list[tuple[str | None, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in heading:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell or "") for cell in row))
    return table


def _line(place: Place) -> str:
    return f"{place.line}" if place.entry is None else f"{place.line}, entry {place.entry}"


def _standing(is_delete: bool, standing: str) -> str:
    """What a version is: a delete, the one that counts, or the last one of a resource that was deleted."""
    said = {"current": "current", "deleted": "last before its delete", "": ""}[standing]
    return "delete" + (", current" if standing else "") if is_delete else said


def _print_texts(found: History, console: Console) -> None:
    for number, version in enumerate(found.versions, 1):
        if version.raw is not None:
            _print_text(f"version {number}", version.raw, console)
    for reject in found.rejected:
        if reject.raw is not None:
            _print_text(f"rejected: {reject.place.file}, line {_line(reject.place)}", reject.raw, console)


def _print_text(title: str, text: str, console: Console) -> None:
    """Text as it was delivered, indented where it is JSON, every digit as it was; control characters made visible."""
    try:
        text = msgspec.json.format(text, indent=2)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        title += ", not JSON"
    shown = "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)
    console.print(f"\n{title}", style="bold", markup=False, highlight=False, soft_wrap=True)
    console.print(shown, markup=False, highlight=False, emoji=False, soft_wrap=True)
