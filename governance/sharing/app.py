"""The web application: Delta Sharing for the stock clients, and governed SQL. Every answer is decided when it is asked for.

Protocol: Delta Sharing REST API 1.0, bearer token, responses as Parquet; one share per grant, one schema per grade, one
table per view. Not offered: change data feed and reading by timestamp (a grant is for what is published now). Every
request leaves one line in the access log, with no data in it.
"""

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.csv
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field

from core.errors import LakehouseError
from governance.query import Answer
from governance.sharing.access import Entitlement, Reason, Refused, Rights, View
from governance.sharing.granted import GrantedFile, GrantedFiles, delta_schema
from governance.sharing.limit import RateLimit
from governance.sharing.links import Links

PREFIX = "/delta-sharing"
_TABLE = f"{PREFIX}/shares/{{share}}/schemas/{{schema}}/tables/{{table}}"
_NDJSON = "application/x-ndjson; charset=utf-8"
STATUS: dict[Reason, int] = {
    "unknown_token": 401, "not_yet_valid": 403, "expired": 403, "revoked": 403, "not_granted": 404, "not_published": 404,
    "too_many_rows": 403, "aggregates_only": 403, "bad_request": 400, "too_many_requests": 429, "question_refused": 400,
    "not_cleared": 403,
}  # fmt: skip
_LINK_MINUTES = 15
_routes = APIRouter()


@dataclass(frozen=True, slots=True)
class Access:
    """One line of the access log: who asked for what when, and what became of it. No row, no condition, no question.

    `fingerprint`, `family` and `filters` tell one question from another without saying it. `rows` and `columns` are what left.
    """

    at: datetime
    action: str
    status: int
    milliseconds: int
    grant: str = ""
    recipient: str = ""
    view: str = ""
    reason: str = ""
    rows: int = 0
    columns: int = 0
    bytes: int = 0
    fingerprint: str = ""
    family: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the application works with.

    `downloaded` and `answer` record what leaves before it leaves: where that fails, nothing leaves. `public_url`: what
    readers reach the gateway by, where that is not the address that a request came to.
    """

    rights: Rights
    files: GrantedFiles
    answer: Callable[[Entitlement, str], Answer]
    downloaded: Callable[[Entitlement, GrantedFile], None]
    log: Callable[[Access], None]
    now: Callable[[], datetime]
    public_url: str | None = None
    requests_per_minute: int = 600


class Wanted(BaseModel, extra="ignore"):
    """Hints are hints: the whole table is sent, as the protocol allows."""

    version: int | None = None
    timestamp: str | None = None
    startingVersion: int | None = None  # noqa: N815 (the protocol's name)


class Question(BaseModel, extra="forbid"):
    sql: Annotated[str, Field(max_length=20_000)]
    format: Literal["json", "csv", "arrow"] = "json"


def application(gateway: Gateway) -> FastAPI:
    """The application, to be served by uvicorn. Its own docs pages are off: they would load scripts from elsewhere."""
    app = FastAPI(title="Clinical cohort lakehouse: sharing", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.gateway, app.state.links, app.state.limit = gateway, Links(), RateLimit(gateway.requests_per_minute)
    app.state.fetched = set()
    app.middleware("http")(_logged)
    app.add_exception_handler(LakehouseError, _refused)
    app.include_router(_routes)
    return app


def _entitled(request: Request) -> Entitlement:
    """The grant of the request's token. Guessing is slowed down by address, use by grant."""
    gateway, limit = _gateway(request), request.app.state.limit
    address = request.client.host if request.client else ""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise _slowed(limit, address, gateway.now(), "send the token of the profile file as a bearer token.")
    try:
        found = gateway.rights.of_token(token.strip())
    except Refused as e:
        raise (_slowed(limit, address, gateway.now(), str(e)) if e.reason == "unknown_token" else e) from None
    request.state.seen = {"grant": found.grant, "recipient": found.recipient}
    limit.take(found.grant, gateway.now())
    return found


Grant = Annotated[Entitlement, Depends(_entitled)]


def _shared(request: Request, share: str, schema: str, table: str, grant: Grant) -> tuple[Entitlement, View]:
    view = grant.views.get(table)
    if share != grant.grant or view is None or schema != view.grade.value.lower():
        raise Refused("not_granted", "there is no such table in your share. List its tables to see what there is.")
    if view.is_aggregates_only:
        raise Refused("aggregates_only", f"{view.name}: answers questions (POST /sql) with aggregates; no rows leave.")
    request.state.seen["view"] = view.name
    return grant, view


Shared = Annotated[tuple[Entitlement, View], Depends(_shared)]


async def _logged(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
    """One line in the access log, whatever becomes of the request."""
    started, request.state.seen = time.perf_counter(), {}
    try:
        response = await call(request)
    except Exception as e:
        response = _failed(request, e)
    seen, gateway = request.state.seen, _gateway(request)
    took = round((time.perf_counter() - started) * 1000)
    what = {"at": gateway.now(), "action": _action(request), "status": response.status_code, "milliseconds": took}
    gateway.log(Access(**{**what, **seen}))
    return response


async def _refused(request: Request, error: Exception) -> Response:
    reason: Reason = error.reason if isinstance(error, Refused) else "question_refused"
    request.state.seen["reason"] = reason
    if isinstance(error, Refused) and error.grant:
        request.state.seen["grant"] = error.grant
    headers = {"WWW-Authenticate": "Bearer"} if STATUS[reason] == 401 else {}
    if reason == "too_many_requests":
        headers["Retry-After"] = "60"
    return JSONResponse({"errorCode": reason.upper(), "message": str(error)}, STATUS[reason], headers)


def _failed(request: Request, error: Exception) -> Response:
    """Nothing of an unexpected error is told, to the reader or in the server's output: its text may quote a row."""
    request.state.seen["reason"] = type(error).__name__
    message = "the server could not answer; its access log has the time of it"
    return JSONResponse({"errorCode": "INTERNAL_ERROR", "message": message}, 500)


@_routes.get(f"{PREFIX}/shares")
def shares(grant: Grant) -> dict[str, Any]:
    return {"items": [{"name": grant.grant, "id": grant.grant}]}


@_routes.get(f"{PREFIX}/shares/{{share}}")
def share(share: str, grant: Grant) -> dict[str, Any]:
    return {"share": {"name": _own(grant, share), "id": share}}


@_routes.get(f"{PREFIX}/shares/{{share}}/schemas")
def schemas(share: str, grant: Grant) -> dict[str, Any]:
    grades = sorted({v.grade.value.lower() for v in grant.views.values()})
    return {"items": [{"name": grade, "share": _own(grant, share)} for grade in grades]}


@_routes.get(f"{PREFIX}/shares/{{share}}/schemas/{{schema}}/tables")
def tables(share: str, schema: str, grant: Grant) -> dict[str, Any]:
    return {"items": [t for t in _tables(grant, share) if t["schema"] == schema]}


@_routes.get(f"{PREFIX}/shares/{{share}}/all-tables")
def all_tables(share: str, grant: Grant) -> dict[str, Any]:
    return {"items": _tables(grant, share)}


@_routes.get(f"{_TABLE}/version")
def version(request: Request, which: Shared) -> Response:
    return Response(headers={"delta-table-version": str(_gateway(request).files.version(which[1]))})


@_routes.get(f"{_TABLE}/metadata")
def metadata(request: Request, which: Shared) -> Response:
    grant, view = which
    file = _gateway(request).files.file(grant.grant, view)
    return _lines(file, _head(view, file))


@_routes.post(f"{_TABLE}/query")
def query(request: Request, asked: Wanted, which: Shared) -> Response:
    """The table as one file behind a link that holds for minutes."""
    (grant, view), gateway = which, _gateway(request)
    file = gateway.files.file(grant.grant, view)
    if asked.timestamp is not None or asked.startingVersion is not None or asked.version not in (None, file.version):
        raise Refused("bad_request", f"only the version that is published now can be read: {file.version}.")
    until = min(gateway.now() + timedelta(minutes=_LINK_MINUTES), grant.expires_at)
    base = (gateway.public_url or str(request.base_url)).rstrip("/")
    line = {
        "url": f"{base}{PREFIX}/files/{request.app.state.links.made(grant.grant, file.id, until)}",
        "id": file.id, "partitionValues": {}, "size": file.size, "version": file.version,
        "stats": json.dumps({"numRecords": file.rows}), "expirationTimestamp": int(until.timestamp() * 1000),
    }  # fmt: skip
    return _lines(file, [*_head(view, file), {"file": line}])


@_routes.get(f"{_TABLE}/changes")
def changes(which: Shared) -> Response:
    raise Refused("bad_request", "change data feed is not offered: read the table again.")


@_routes.api_route(f"{PREFIX}/files/{{link}}", methods=["GET", "HEAD"])
def download(request: Request, link: str) -> Response:
    """The rights are asked again here: a link outlives neither its grant nor its version."""
    gateway = _gateway(request)
    name, id = request.app.state.links.read(link, gateway.now())
    grant = gateway.rights.of_grant(name)
    request.state.seen = {"grant": grant.grant, "recipient": grant.recipient}
    file = gateway.files.made(grant.grant, id)
    view = grant.views.get(file.view) if file else None
    if file is None or view is None or view.is_aggregates_only:
        raise Refused("not_granted", "this file is not there any more. Query the table again.")
    fetched: set[str] = request.app.state.fetched
    if request.method == "GET" and link not in fetched:  # a client reads a file in many parts
        gateway.downloaded(grant, file)
        request.state.seen |= {"rows": file.rows, "columns": len(file.schema), "bytes": file.size}
        fetched.add(link)
    request.state.seen["view"] = file.view
    return FileResponse(file.path, media_type="application/octet-stream")


@_routes.post("/sql")
def sql(request: Request, question: Question, grant: Grant) -> Response:
    """One governed question; the answer as JSON rows, CSV or an Arrow stream."""
    answer = _gateway(request).answer(grant, question.sql)
    request.state.seen |= told_of(answer)
    return _answered(answer.rows, question.format)


def told_of(answer: Answer) -> dict[str, Any]:
    """What the access log is told of an answer."""
    return {
        "view": ",".join(answer.columns), "rows": answer.rows.num_rows, "fingerprint": answer.fingerprint,
        "columns": sum(map(len, answer.columns.values())), "family": answer.family, "filters": answer.filters,
    }  # fmt: skip


@_routes.get("/health")
def health() -> dict[str, str]:
    return {"status": "up"}


def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.gateway
    return gateway


def _slowed(limit: RateLimit, address: str, now: datetime, message: str) -> Refused:
    """What to say to a bad token: after many from one address, only that there were too many."""
    try:
        limit.take(f"unknown {address}", now, cost=20)
    except Refused as e:
        return e
    return Refused("unknown_token", message)


def _own(grant: Entitlement, share: str) -> str:
    if share != grant.grant:
        raise Refused("not_granted", f"your token is for the share {grant.grant}.")
    return share


def _tables(grant: Entitlement, share: str) -> list[dict[str, str]]:
    own = _own(grant, share)
    return [{"name": v.name, "schema": v.grade.value.lower(), "share": own} for _, v in sorted(grant.views.items())]


def _head(view: View, file: GrantedFile) -> list[dict[str, Any]]:
    about = {
        "id": file.id, "name": view.name, "format": {"provider": "parquet"}, "schemaString": delta_schema(file.schema),
        "partitionColumns": [], "configuration": {}, "version": file.version, "size": file.size, "numFiles": 1,
    }  # fmt: skip
    return [{"protocol": {"minReaderVersion": 1}}, {"metaData": about}]


def _lines(file: GrantedFile, actions: list[dict[str, Any]]) -> Response:
    body = "".join(json.dumps(a, ensure_ascii=False) + "\n" for a in actions)
    return Response(body, media_type=_NDJSON, headers={"delta-table-version": str(file.version)})


def _action(request: Request) -> str:
    """The kind of request, from the route that took it: a path may hold anything."""
    return f"{request.method} {getattr(request.scope.get('route'), 'path', 'no such path')}"


def _answered(rows: pa.Table, how: str) -> Response:
    if how == "json":
        body = json.dumps({"columns": rows.column_names, "rows": rows.to_pylist()}, default=str, ensure_ascii=False)
        return Response(body, media_type="application/json")
    sink = pa.BufferOutputStream()
    if how == "csv":
        pyarrow.csv.write_csv(rows, sink)
        return Response(sink.getvalue().to_pybytes(), media_type="text/csv; charset=utf-8")
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return Response(sink.getvalue().to_pybytes(), media_type="application/vnd.apache.arrow.stream")
