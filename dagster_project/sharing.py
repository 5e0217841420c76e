"""The gateway on this lake: rights from the ledger, rows from published tables, use recorded before it leaves.

It opens the published and the governance zone and, of the vault, the ledger's folder only: neither records nor the keys
of pseudonyms. The key that makes each grant's own pseudonyms lies there too.
"""

import hmac
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from datetime import time as time_of_day
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.errors import ConfigError, LakehouseError
from dagster_project.assets.gold import CONTRACTS
from dagster_project.grants import view_of
from dagster_project.resources import Lakehouse
from governance import rights as r
from governance.certificate import CertificateError
from governance.differencing import Answers
from governance.events import AccessRefused, DataDownloaded, ProfileIssued, QueryAnswered
from governance.ledger import Record
from governance.query import Answer, Limits
from governance.sharing.access import Entitlement, Reason, Refused, View
from governance.sharing.app import PREFIX, STATUS, Access, Gateway, told_of
from governance.sharing.granted import GrantedFile, GrantedFiles, Published
from governance.sharing.questions import Questions
from governance.signing import SigningKey
from transforms.tables import Tables, Zone

_REASON: Mapping[r.Refusal, Reason] = {
    "unknown_grant": "unknown_token", "revoked": "revoked", "not_started": "not_yet_valid", "expired": "expired",
    "too_many_rows": "too_many_rows", "country_unknown": "not_cleared", "crossborder_not_assessed": "not_cleared",
    "crossborder_forbidden": "not_cleared", "crossborder_lapsed": "not_cleared", "crossborder_not_concluded": "not_cleared",
}  # fmt: skip


class Sharing:
    """What the gateway and `lakehouse sql` have in common."""

    def __init__(self, lakehouse: Lakehouse) -> None:
        self._lakehouse = lakehouse
        self._tables: Tables = lakehouse.tables.within(Zone.PUBLISHED)
        self._key = _grant_key(lakehouse.ledger.vault)
        folder = lakehouse.settings.lake
        self.files = GrantedFiles(folder / "published" / ".granted", self._published, self._version, self._rekey)
        answers = Answers(folder / "governance" / "answers" / "answers.sqlite")
        self._sealing = hmac.digest(self._key, b"questions", "sha256")
        self.questions = Questions(self.files, answers, self._answered, lakehouse.now, Limits(), self._seal)
        self._log = folder / "governance" / "access"

    def gateway(self, *, public_url: str | None, requests_per_minute: int) -> Gateway:
        return Gateway(
            rights=self, files=self.files, answer=self.questions.answer, downloaded=self._downloaded, log=self._logged,
            now=self._lakehouse.now, public_url=public_url, requests_per_minute=requests_per_minute,
        )  # fmt: skip

    def ask(self, grant: str, question: str) -> Answer:
        """A question on this machine: answered, refused and logged as one over the network."""
        started = time.perf_counter()
        seen: dict[str, Any] = {"status": 500, "reason": "internal_error"}  # until it is known to have gone another way
        try:
            entitled = self.of_grant(grant)
            seen |= {"grant": entitled.grant, "recipient": entitled.recipient}
            answer = self.questions.answer(entitled, question)
            seen |= {"status": 200, "reason": "", **told_of(answer)}
            return answer
        except LakehouseError as e:
            reason: Reason = e.reason if isinstance(e, Refused) else "question_refused"
            seen |= {"status": STATUS[reason], "reason": reason}
            if isinstance(e, Refused) and e.grant:
                seen["grant"] = e.grant
            raise
        finally:
            took = round((time.perf_counter() - started) * 1000)
            self._logged(Access(at=self._lakehouse.now(), action="lakehouse sql", milliseconds=took, **seen))

    def _seal(self, condition: str) -> str:
        """The same for the same condition, and nobody without the key can try conditions out against it."""
        return hmac.digest(self._sealing, condition.encode(), "sha256").hex()[:16]

    # --- rights: asked of the ledger each time -------------------------------------------------------------------------

    def of_token(self, token: str) -> Entitlement:
        said = sha256(token.encode()).hexdigest()
        for grant in self._lakehouse.rights.state().grants.values():
            if grant.token_sha256 and hmac.compare_digest(grant.token_sha256, said):
                return self.of_grant(grant.id)
        raise Refused("unknown_token", "this token is not known, or a newer one was made. Ask for a new profile file.")

    def of_grant(self, grant: str) -> Entitlement:
        """The grant with those of its views that it may read now; the first reason where there is none."""
        found = self._lakehouse.rights.state().grants.get(grant)
        if found is None:
            raise Refused("unknown_token", f"{grant}: there is no such grant. `lakehouse grant list` lists them.")
        said, views, why = found.said, {}, "view_not_granted"
        for name in said.views:
            decision = self._decide(grant, name)
            if decision.is_allowed:
                views[name] = View(name, CONTRACTS[name].grade, decision.row_filter)
            else:
                why = decision.reason or why
        if not views:
            raise _refused(why, grant)
        ends = datetime.combine(said.expires, time_of_day(), UTC)
        return Entitlement(grant, said.recipient, ends, views)

    def _decide(self, grant: str, name: str) -> r.Decision:
        try:
            view = view_of(self._lakehouse, name)
        except (ConfigError, CertificateError):  # not published, not certified yet, or not what was certified
            return r.Decision("view_not_granted", None)
        return self._lakehouse.rights.check(grant, view, sorted(view.columns), now=self._lakehouse.now())

    # --- rows of published tables --------------------------------------------------------------------------------------

    def _version(self, view: View) -> int:
        commit = self._tables.commit("published", f"{view.grade.value}/{view.name}")
        if commit is None:
            raise Refused("not_published", f"{view.name}: is not published now. Ask for it later.")
        return commit.version

    def _published(self, view: View) -> Published:
        contract, version = CONTRACTS[view.name], self._version(view)
        rows = self._tables.arrow("published", f"{view.grade.value}/{view.name}", version=version)
        keys = tuple(c for c in rows.column_names if c in contract.columns and contract.columns[c].role == "key")
        return Published(version, rows, keys, contract.person)

    def _rekey(self, grant: str, key: str) -> str:
        return hmac.digest(self._key, f"{grant}\0{key}".encode(), "sha256").hex()[:32]

    # --- use: recorded, and decided once more, before it leaves ----------------------------------------------------------

    def _downloaded(self, grant: Entitlement, file: GrantedFile) -> None:
        event = DataDownloaded(
            grant=grant.grant, view=file.view, version=file.version, columns=tuple(file.schema.names), rows=file.rows,
            files=1, bytes=file.size,
        )  # fmt: skip
        self._use(event)

    def _answered(self, grant: Entitlement, versions: Mapping[str, int], answer: Answer) -> None:
        for view, columns in answer.columns.items():
            event = QueryAnswered(
                grant=grant.grant, view=view, version=versions[view], rows=answer.rows.num_rows,
                columns=columns or tuple(CONTRACTS[view].released()), query_sha256=answer.fingerprint,
            )  # fmt: skip
            self._use(event)

    def _use(self, event: DataDownloaded | QueryAnswered) -> None:
        view = view_of(self._lakehouse, event.view)
        decision = self._lakehouse.rights.use(event, view, now=self._lakehouse.now())
        if decision.reason:
            raise _refused(decision.reason, event.grant)

    def _logged(self, access: Access) -> None:
        """A line a request, and in the ledger each refusal of a grant that exists."""
        line = json.dumps(
            {k: v for k, v in asdict(access).items() if v not in ("", 0, ())} | {"at": access.at.isoformat()}
        )
        self._log.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(self._log / f"{access.at:%Y-%m-%d}.jsonl", _APPEND, 0o640), "a") as log:
            log.write(line + "\n")
        if access.grant and access.reason:
            event = AccessRefused(grant=access.grant, view=access.view or None, reason=access.reason.lower())
            self._lakehouse.ledger.append(Record(f"grant-{access.grant}", event, access.at))


_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT


def _refused(reason: r.Refusal, grant: str) -> Refused:
    return Refused(_REASON.get(reason, "not_granted"), f"{r.REASONS[reason]}. `lakehouse grant show` says more.", grant)


def _grant_key(vault: Path) -> bytes:
    """The key of the pseudonyms of all grants, made at the first use."""
    file = vault / "grant-key"
    if not file.exists():
        vault.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = vault / f".grant-key-{secrets.token_hex(4)}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(partial, file)  # whoever comes second keeps the first one's
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    return file.read_bytes()


def write_profile(lakehouse: Lakehouse, grant: str, person: str, key: SigningKey, endpoint: str, to: Path) -> None:
    """A profile file of Delta Sharing (version 1) with a new token for a grant; only its hash is kept.

    RightsError when the person may not; ConfigError when the file exists.
    """
    if to.exists():
        raise ConfigError(f"{to}: exists. Give another file; a profile is never written over.")
    token = secrets.token_urlsafe(32)
    lakehouse.rights.act(
        person, key, ProfileIssued(grant=grant, token_sha256=sha256(token.encode()).hexdigest()), lakehouse.now()
    )
    said = lakehouse.rights.state().grants[grant].said
    profile = {
        "shareCredentialsVersion": 1,
        "endpoint": endpoint.rstrip("/") + PREFIX,
        "bearerToken": token,
        "expirationTime": f"{said.expires}T00:00:00.0Z",
    }
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(profile, out, indent=1)
