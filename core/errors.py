"""The errors a user can act on. A message says where, what is allowed and the next step; it never holds a patient's value."""


class LakehouseError(Exception):
    """Base of all errors that the command line shows as one message; `exit_code` is what the process returns.

    `can_pass` says whether the same may succeed later without anybody doing anything; an unattended run then tries again.
    """

    exit_code = 1
    can_pass = False


class ConfigError(LakehouseError):
    """Bad usage, bad settings or a bad rules file (policy, view, contract, rule sheet, institution)."""

    exit_code = 2


class LandingError(LakehouseError):
    """The landing folder cannot be read as a whole: missing, empty, unreadable, or of an unknown institution."""

    exit_code = 2


class SourceError(LakehouseError):
    """The server an institution is read from cannot be reached or refuses; `can_pass` when it is down or busy."""

    exit_code = 1

    def __init__(self, message: str, *, can_pass: bool = False) -> None:
        super().__init__(message)
        self.can_pass = can_pass


class StorageError(LakehouseError):
    """The lake folder cannot be written: read-only, full, not a folder, or another run writes to it."""

    exit_code = 1
    can_pass = True


class ReconcileError(LakehouseError):
    """Counts of a stage do not add up: records would be lost or doubled. Nothing after it is built."""

    exit_code = 1


class BlockedByQuality(LakehouseError):
    """A critical quality rule failed: nothing after the gate is built."""

    exit_code = 3


class TooManyRejects(LakehouseError):
    """More of an institution's records were rejected than its file allows."""

    exit_code = 4


class ZoneError(LakehouseError):
    """Code of one zone asked for a table of a zone that it may not open."""

    exit_code = 1
