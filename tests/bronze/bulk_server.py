"""A FHIR server's bulk export on this machine, by the standard, with switches for what servers do wrong.

It verifies signed assertions with its own reading of the JWS standard and keeps every request it got. Time is the
tests' own: what sleeps only moves the clock on.
"""

import base64
import gzip
import hashlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

CLIENT, KEY_ID = "lakehouse-client", "key-1"


class Clock:
    """Seconds that pass only by sleeping; `slept` is their sum."""

    def __init__(self):
        self.slept = 0.0
        self._start = time.time()

    def now(self):
        return self._start + self.slept

    def sleep(self, seconds):
        self.slept += seconds

    def date_in(self, seconds):
        return formatdate(self.now() + seconds, usegmt=True)


@dataclass
class Request:
    step: str
    method: str
    path: str
    query: dict
    headers: dict
    form: dict
    port: int

    @property
    def token(self):
        return self.headers.get("authorization", "").removeprefix("Bearer ") or None


@dataclass
class File:
    """A file of the export: in `section` of the manifest, with `type`; `count` True means the real one."""

    type: str | None
    lines: list
    section: str = "output"
    count: int | bool | None = True
    raw: bytes | None = None
    url: str | None = None
    served: int = 0

    @property
    def body(self):
        return "".join(f"{json.dumps(line)}\n" for line in self.lines).encode() if self.raw is None else self.raw


def patients(*ids):
    return [{"resourceType": "Patient", "id": i, "gender": "female"} for i in ids]


def deletes(*urls):
    return [
        {"resourceType": "Bundle", "type": "transaction", "entry": [{"request": {"method": "DELETE", "url": u}}]}
        for u in urls
    ]


Fault = Callable[["BulkServer", "Handler"], bool]


def says(status, *codes, body=None, **headers) -> Fault:
    """Answers with a status and, given issue codes, an OperationOutcome that also holds what must not be told."""
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": c, "diagnostics": "Wang Jianguo"} for c in codes],
    }
    content = json.dumps(outcome).encode() if codes else b"" if body is None else body
    return lambda server, handler: handler.reply(status, content, {k.replace("_", "-"): v for k, v in headers.items()})


def with_(**switches) -> Fault:
    """Answers as usual, with switches: cut_after=bytes, hang_after=bytes, no_range=True, close=True, weak=True, …"""

    def fault(server, handler):
        handler.switches = switches
        return False

    return fault


def breaks(server, handler) -> bool:
    """Closes the connection without an answer."""
    handler.close_connection = True
    handler.wfile.flush()
    handler.connection.shutdown(2)
    return True


@dataclass
class BulkServer:
    """`faults[step]` are used up one a request; steps: kickoff, status, file, token, configuration."""

    clock: Clock = field(default_factory=Clock)
    transaction_time: str = "2026-05-01T08:00:00.123+08:00"
    files: list = field(default_factory=lambda: [
        File("Patient", patients("p1", "p2", "p3")),
        File("Patient", patients("p4")),
        File("Condition", [{"resourceType": "Condition", "id": "c1"}]),
    ])  # fmt: skip
    polls: int = 0  # 202s before an export is ready
    public_key: object = None  # None: an open server
    token_life: int = 300
    needs_token: bool = False
    on_other_port: bool = False
    packs: bool = False
    extra: dict = field(default_factory=dict)  # into the manifest

    def __post_init__(self):
        self.faults = defaultdict(list)
        self.requests = []
        self.jobs = {}
        self.tokens = {}
        self.seen_jti = set()
        self.refusals = 0
        self.hanging, self.go_on = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(2)]
        for server in self._servers:
            server.owner, server.daemon_threads = self, True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.port, self.other_port = (s.server_address[1] for s in self._servers)
        self.base = f"http://127.0.0.1:{self.port}/fhir"

    def close(self):
        self.go_on.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def asked(self, step):
        return [r for r in self.requests if r.step == step]

    def next_fault(self, step):
        with self._lock:
            return self.faults[step].pop(0) if self.faults[step] else None

    # -- steps

    def kickoff(self, handler, request):
        assert request.headers["accept"] == "application/fhir+json"
        assert request.headers["prefer"] == "respond-async"
        assert request.query["_outputFormat"] == ["application/fhir+ndjson"]
        number = len(self.jobs) + 1
        self.jobs[str(number)] = {"polls": self.polls, "request": f"http://user:pw@127.0.0.1{request.path}"}
        handler.reply(202, b"", {"Content-Location": f"http://127.0.0.1:{self.port}/status/{number}"})

    def status(self, handler, request):
        number = request.path.rpartition("/")[2]
        if number not in self.jobs:
            return says(404, "not-found")(self, handler)
        if request.method == "DELETE":
            del self.jobs[number]
            return handler.reply(202, b"", {})
        job = self.jobs[number]
        job["polls"] -= 1
        if job["polls"] >= 0:
            return handler.reply(202, b"", {"X-Progress": f"{job['polls']} to go", "Retry-After": "7"})
        return handler.reply(200, json.dumps(self.manifest(job)).encode(), {"Content-Type": "application/json"})

    def manifest(self, job):
        port = self.other_port if self.on_other_port else self.port
        said = {
            "transactionTime": self.transaction_time, "request": job["request"], "requiresAccessToken": self.needs_token,
            "output": [], "deleted": [], "error": [], **self.extra,
        }  # fmt: skip
        for n, file in enumerate(self.files):
            item = {"type": file.type, "url": file.url or f"http://127.0.0.1:{port}/files/{n}?signature=hidden"}
            if file.count is not None:
                item["count"] = len(file.lines) if file.count is True else file.count
            said[file.section].append(item)
        return said

    def file(self, handler, request):
        file = self.files[int(request.path.rpartition("/")[2])]
        file.served += 1
        switches = handler.switches
        body = gzip.compress(file.body, mtime=0) if self.packs else file.body
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"Content-Type": "application/fhir+ndjson", "ETag": f"W/{etag}" if switches.get("weak") else etag}
        if self.packs:
            headers["Content-Encoding"] = "gzip"
        status, start = 200, 0
        wanted = request.headers.get("range")
        if wanted and not switches.get("no_range") and request.headers.get("if-range") == etag:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(body) - 1}/{len(body)}"
        handler.reply(status, body[start:], headers)

    def configuration(self, handler, request):
        handler.reply(200, json.dumps({"token_endpoint": f"http://127.0.0.1:{self.other_port}/token"}).encode(), {})

    def token(self, handler, request):
        problem = self.wrong_with(request)
        if problem:
            return handler.reply(
                400, json.dumps({"error": "invalid_client", "error_description": problem}).encode(), {}
            )
        token = f"token-{len(self.tokens) + 1}"
        self.tokens[token] = self.clock.now() + self.token_life
        said = {"access_token": token, "token_type": "bearer", "expires_in": self.token_life, "scope": "system/*.read"}
        return handler.reply(200, json.dumps(said).encode(), {})

    def wrong_with(self, request):
        head, claims, signature = request.form["client_assertion"].split(".")
        header, said = json.loads(unbase64(head)), json.loads(unbase64(claims))
        kind = "ES384" if isinstance(self.public_key, ec.EllipticCurvePublicKey) else "RS384"
        checks = {
            "grant": request.form["grant_type"] == "client_credentials",
            "type": request.form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "scope": request.form["scope"] == "system/*.read",
            "header": (header["alg"], header["kid"], header["typ"]) == (kind, KEY_ID, "JWT"),
            "who": said["iss"] == said["sub"] == CLIENT,
            "aud": said["aud"] == f"http://127.0.0.1:{request.port}{request.path}",
            "exp": self.clock.now() < said["exp"] <= self.clock.now() + 300,
            "jti": said["jti"] not in self.seen_jti,
        }
        self.seen_jti.add(said["jti"])
        if self.public_key:
            self.verify(f"{head}.{claims}".encode(), unbase64(signature))
        return ", ".join(name for name, is_good in checks.items() if not is_good)

    def verify(self, signed, signature):
        if isinstance(self.public_key, ec.EllipticCurvePublicKey):
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            self.public_key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA384()))
        else:
            self.public_key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA384())

    def lets_in(self, request):
        if self.public_key is None or request.step in ("token", "configuration"):
            return True
        if request.step == "file" and not self.needs_token:
            return True
        return self.tokens.get(request.token, 0) > self.clock.now()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        owner, self.switches = self.server.owner, {}
        request = self.read()
        owner.requests.append(request)
        fault = owner.next_fault(request.step)
        if fault and fault(owner, self):
            return
        if not owner.lets_in(request):
            owner.refusals += 1
            says(401, "login")(owner, self)
            return
        getattr(owner, request.step)(self, request)

    do_POST = do_DELETE = do_GET  # noqa: N815  the names are the base class's

    def read(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        form = {k: v[0] for k, v in parse_qs(body.decode()).items()}
        steps = {"/status/": "status", "/files/": "file", "/token": "token", "/fhir/.well-known/": "configuration"}
        step = next((s for start, s in steps.items() if url.path.startswith(start)), "kickoff")
        headers = {k.lower(): v for k, v in self.headers.items()}
        port = self.server.server_address[1]
        return Request(step, self.command, url.path, parse_qs(url.query), headers, form, port)

    def reply(self, status, body, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if self.switches.get("no_length"):  # the end of the connection is the end of the body
            self.send_header("Connection", "close")
            self.close_connection = True
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        stop = self.switches.get("cut_after", self.switches.get("hang_after"))
        self.wfile.write(body[:stop])
        self.wfile.flush()
        if "hang_after" in self.switches:
            self.server.owner.hanging.set()
            self.server.owner.go_on.wait(30)
        if stop is not None:
            self.close_connection = True
        return True

    def log_message(self, *said):
        pass


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
