"""What the ledger can say: a closed set of events, each with a closed body. There is no field for a patient's value.

Bodies hold ids, codes, counts, dates of agreements and hashes. Texts that people write (a protocol, an approval, an
agreement) are named by the SHA-256 of the document, because what is in an append-only record can never be taken out again.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, Field

from core.institution import Purpose
from governance.column import Category, ColumnName, Name, PriceUnit
from governance.column import Role as Identifies
from governance.grades import Grade

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9._-]*$", max_length=64)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/@-]*$", max_length=128)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Short = Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]  # the beginning of a hash, where that is all there is
Count = Annotated[int, Field(ge=0)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Table = Annotated[str, Field(pattern=r"^[a-z]+/([A-Za-z0-9_]+/)?[a-z0-9_]+$", max_length=128)]
Columns = Annotated[tuple[ColumnName, ...], Field(min_length=1)]


class Event(BaseModel, frozen=True, extra="forbid"):
    """The body of one kind of entry."""

    kind: ClassVar[str]


# --- the ledger itself ------------------------------------------------------------------------------------------------


class LedgerOpened(Event):
    kind = "ledger_opened"
    public_key: Sha256


class LedgerRecovered(Event):
    """A line that was cut off by a crash, and so never acknowledged, was taken away before this entry."""

    kind = "ledger_recovered"
    lost_bytes: Count
    lost_sha256: Sha256


class KeyRotated(Event):
    """Signed with the old key: from the next entry on, this key signs."""

    kind = "key_rotated"
    public_key: Sha256


# --- what the pipeline did --------------------------------------------------------------------------------------------


class BatchRegistered(Event):
    """A batch as bronze holds it; again when it was replaced, or some of its rejects were accepted."""

    kind = "batch_registered"
    institution: Id
    batch: Code
    fingerprint: Short
    read: Count
    accepted: Count
    rejected: Count
    duplicates: Count


class PolicyChanged(Event):
    """What decides on de-identification, publication or an institution's data: the hash before (none at first) and after."""

    kind = "policy_changed"
    policy: Literal["deidentification", "contract", "institution"]
    name: Id
    before: Short | None
    after: Short


class VersionPublished(Event):
    kind = "version_published"
    table: Table
    version: Count
    commit: Code


class ColumnFacts(BaseModel, frozen=True, extra="forbid"):
    """What the contract of the day said of a column that was read."""

    grade: Grade
    role: Identifies
    category: Category


class VersionDescribed(Event):
    """What a published version consists of, kept here because its files and the contract of the day go.

    `rows`, `persons`: institution -> how many of them are in it, counted in the table itself or, where it does not show
    institutions, in the version of gold that it was made from (`basis`). An aggregate has no persons, its rows are cells.
    """

    kind = "version_described"
    view: Name
    grade: Grade
    version: Count
    commit: Code
    grain: Literal["rows", "aggregate"]
    basis: Literal["published", "gold"]
    rows: dict[Id, Count]
    persons: dict[Id, Count]
    columns: dict[ColumnName, ColumnFacts]
    price_unit: PriceUnit


class ReportWritten(Event):
    kind = "report_written"
    report: Id
    sha256: Sha256


class ReleaseSigned(Event):
    """A compliance officer stands for the published versions that a report speaks of."""

    kind = "release_signed"
    release: Id
    report_sha256: Sha256
    certificates: Annotated[tuple[Code, ...], Field(min_length=1)]


class CertificateIssued(Event):
    kind = "certificate_issued"
    certificate: Code
    table: Table
    version: Count
    sha256: Sha256


class CertificateSuperseded(Event):
    kind = "certificate_superseded"
    certificate: Code
    reason: Literal["newer_version", "erasure"]


class SubjectErased(Event):
    """`subject` is a keyed hash that only the vault can make again; counts are records, rows and files."""

    kind = "subject_erased"
    subject: Short
    institution: Id
    approval_sha256: Sha256
    records: Count
    rows: dict[Table, Count]
    files_scanned: Count
    landing_files: Count


# --- people and rights ------------------------------------------------------------------------------------------------

Role = Literal["registrar", "requester", "reviewer", "controller", "recipient", "compliance", "recruiter"]


class PersonRegistered(Event):
    kind = "person_registered"
    person: Id
    organisation: Id
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]
    public_key: Sha256


class PersonRemoved(Event):
    kind = "person_removed"
    person: Id


class AccessRequested(Event):
    """`row_filter`: column -> the codes that a row may hold in it. `price_minor`: in the smallest unit of the currency."""

    kind = "access_requested"
    request: Id
    recipient: Id
    country: Country
    purpose: Purpose
    grade: Grade
    views: Annotated[tuple[Name, ...], Field(min_length=1)]
    row_filter: dict[ColumnName, Annotated[tuple[Code, ...], Field(min_length=1)]] = {}
    starts: date
    expires: date
    max_rows: Annotated[int, Field(ge=1)]
    price_minor: Count = 0
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    protocol_sha256: Sha256


class RequestReviewed(Event):
    kind = "request_reviewed"
    request: Id
    decision: Literal["approve", "reject"]


class AgreementSigned(Event):
    """One party's signature under the data use agreement: the recipient's, or that of an institution whose data it is."""

    kind = "agreement_signed"
    request: Id
    party: Literal["recipient", "controller"]
    agreement_sha256: Sha256


class GrantIssued(Event):
    kind = "grant_issued"
    grant: Id
    request: Id
    agreement_sha256: Sha256


class ProfileIssued(Event):
    """A reader's bearer token for a grant, by its hash; the one before it ends."""

    kind = "profile_issued"
    grant: Id
    token_sha256: Sha256


class GrantRevoked(Event):
    kind = "grant_revoked"
    grant: Id
    reason: Literal["breach", "withdrawn_by_controller", "returned", "security", "mistake"]


class GrantExpired(Event):
    """Noted when it is seen; a grant ends at its expiry whether this was written or not."""

    kind = "grant_expired"
    grant: Id


# --- data that crosses a border ----------------------------------------------------------------------------------------

Outcome = Literal["allowed", "needs_standard_contract", "needs_security_assessment", "forbidden"]


class Ruling(BaseModel, frozen=True, extra="forbid"):
    """What the rules of an institution's country say of a grant. `personal`, `sensitive`: people of the year, with this grant's.

    `basis_sha256`: of what the rules were asked about (the grant, what its data holds, what the institution states, the rules
    themselves), without the counts.
    """

    institution: Id
    outcome: Outcome
    rules: Annotated[tuple[Id, ...], Field(min_length=1)]
    rules_version: Code
    basis_sha256: Sha256
    personal: Count
    sensitive: Count


class CrossborderAssessed(Event):
    """A grant for another country as the rules judged it, institution by institution."""

    kind = "crossborder_assessed"
    grant: Id
    outcome: Outcome
    rulings: Annotated[tuple[Ruling, ...], Field(min_length=1)]


class CrossborderConcluded(Event):
    """The contract or assessment that the newest decision asks an institution for is concluded, under this reference."""

    kind = "crossborder_concluded"
    grant: Id
    institution: Id
    reference: Code
    document_sha256: Sha256 | None = None


# --- recruitment ------------------------------------------------------------------------------------------------------

CandidateStatus = Literal["candidate", "contacted", "consented", "screened", "enrolled", "declined"]


class CandidateMarked(Event):
    """How far a site came with somebody on its worklist. `subject`: a hash (`recruitment.worklist.token`), never a pseudonym."""

    kind = "candidate_marked"
    study: Short
    institution: Id
    subject: Short
    status: CandidateStatus
    is_correction: bool = False


class CandidatesRenamed(Event):
    """After a rotation of keys: candidates of a study (`study_before`, until then) at an institution, by the hash that named
    each and the one that names them now. What was marked of them stays theirs."""

    kind = "candidates_renamed"
    study_before: Short
    study: Short
    institution: Id
    subjects: Annotated[tuple[tuple[Short, Short], ...], Field(min_length=1)]


class ReidentificationRequested(Event):
    """A site asks to be told who stands behind some of its own candidates; reviewed as a request for access is."""

    kind = "reidentification_requested"
    request: Id
    study: Short
    institution: Id
    purpose: Purpose
    subjects: Annotated[tuple[Short, ...], Field(min_length=1, max_length=1000)]
    expires: date
    protocol_sha256: Sha256


class SubjectReidentified(Event):
    """A recruiter of the institution is about to be told who one candidate is, under an approved request."""

    kind = "subject_reidentified"
    request: Id
    study: Short
    institution: Id
    purpose: Purpose
    subject: Short


# --- use of granted data ----------------------------------------------------------------------------------------------


class QueryAnswered(Event):
    """`query_sha256`: of the statement with its values taken out; `rows` and `columns` are what left."""

    kind = "query_answered"
    grant: Id
    view: Name
    version: Count
    columns: Columns
    rows: Count
    query_sha256: Sha256


class FeasibilityAnswered(Event):
    """Counts for a study's protocol were told: how many, and how many of them hidden. `version`: of gold/criterion_result."""

    kind = "feasibility_answered"
    study: Short
    grant: Id | None
    version: Count
    cells: Count
    hidden: Count


class AccessRefused(Event):
    kind = "access_refused"
    grant: Id | None
    view: Name | None
    reason: Id


class DataDownloaded(Event):
    kind = "data_downloaded"
    grant: Id
    view: Name
    version: Count
    columns: Columns
    rows: Count
    files: Count
    bytes: Count


def _all(base: type[Event]) -> dict[str, type[Event]]:
    return {event.kind: event for event in base.__subclasses__()}


EVENTS = _all(Event)


def body_of(event: Event) -> dict[str, Any]:
    """The body as it stands in the ledger: dates as texts, tuples as lists."""
    return event.model_dump(mode="json")


def parse(kind: str, body: Any) -> Event:
    """The event of a body. KeyError for a kind that is not known, pydantic's ValidationError for another body."""
    return EVENTS[kind].model_validate(body, strict=False)
