"""What can go wrong around the domain; ports raise these and nothing else.

`code` is stable and public. `retryable` tells whether the same call may succeed later.
"""

from uuid import UUID


class ApplicationError(Exception):
    """The call could not be carried out."""

    code = "application_error"
    retryable = False


class DependencyError(ApplicationError):
    """Something the service stands on did not do its part; try again later.

    `dependency` is `database`, `storage`, `queue`, `publisher` or `engine`.
    """

    code = "dependency_unavailable"
    retryable = True

    def __init__(self, dependency: str, reason: str) -> None:
        super().__init__(f"{dependency}: {reason}")
        self.dependency = dependency
        self.reason = reason


class StorageUnavailableError(DependencyError):
    """The file storage did not answer, or answered with a fault of its own."""

    code = "storage_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__("storage", reason)


class StorageFullError(StorageUnavailableError):
    """There is no room left for the content; nothing of it was kept."""

    code = "storage_full"


class DatabaseUnavailableError(DependencyError):
    """The database did not answer in time, was locked, or refused; nothing was committed."""

    code = "database_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__("database", reason)


class DatabaseFullError(DatabaseUnavailableError):
    """There is no room left for the database to grow; nothing was committed."""

    code = "database_full"


class DatabaseBusyError(DatabaseUnavailableError):
    """Somebody else held for too long what was asked for; the database itself is well."""

    code = "database_unavailable"


class AmbiguousCommitError(DatabaseUnavailableError):
    """The connection broke while committing: read again to learn whether it happened."""

    code = "database_unavailable"


class QueueUnavailableError(DependencyError):
    """The message queue or the publisher did not answer; messages may appear twice."""

    code = "queue_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__("queue", reason)


class QueueBusyError(QueueUnavailableError):
    """Somebody else held what the queue is kept in for too long; the queue itself is well."""

    code = "queue_unavailable"


class EngineUnavailableError(DependencyError):
    """The process that the content engine runs in could not be started, or did not begin."""

    code = "engine_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__("engine", reason)


class ConfigurationError(DependencyError):
    """A dependency refuses us until an operator mends the set-up: access, names, keys."""

    code = "configuration_error"


class ConcurrentUpdateError(ApplicationError):
    """Somebody else changed the file since it was loaded."""

    code = "concurrent_update"
    retryable = True

    def __init__(self, file_id: UUID, *, expected_version: int) -> None:
        super().__init__(f"file {file_id} is no longer at version {expected_version}")
        self.file_id = file_id
        self.expected_version = expected_version


class ContentNotFoundError(ApplicationError):
    """There is no content at that key."""

    code = "input_missing"

    def __init__(self, key: str) -> None:
        super().__init__(f"nothing is stored at {_without_name(key)}")
        self.key = key


class ContentChangedError(ApplicationError):
    """The content at that key is not the one that was stored there."""

    code = "input_changed"

    def __init__(self, key: str) -> None:
        super().__init__(f"what is stored at {_without_name(key)} has changed")
        self.key = key


class ProcessingStoppedError(ApplicationError):
    """The engine was told to stop before the end of the file."""

    code = "processing_stopped"
    retryable = True


class ResourceLimitError(ApplicationError):
    """The file needs more time or memory than one file may have."""

    code = "resource_limit"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class UnknownFileError(ApplicationError):
    """The tenant has no file of that id."""

    code = "file_not_found"

    def __init__(self, file_id: UUID) -> None:
        super().__init__(f"there is no file {file_id}")
        self.file_id = file_id


class UnknownSchemaError(ApplicationError):
    """The tenant has no schema of that name, or not that version of it."""

    code = "schema_not_found"

    def __init__(self, reference: str) -> None:
        super().__init__(f'there is no schema "{reference}"')
        self.reference = reference


class UnknownParentError(ApplicationError):
    """The upload names a parent that the tenant does not have."""

    code = "parent_not_found"

    def __init__(self, parent_id: UUID) -> None:
        super().__init__(f"there is no file {parent_id} to be the parent")
        self.parent_id = parent_id


class UnknownResultError(ApplicationError):
    """The file has no result of that name, or none yet."""

    code = "result_not_found"

    def __init__(self, file_id: UUID, name: str) -> None:
        super().__init__(f'file {file_id} has no result "{name}"')
        self.file_id = file_id
        self.name = name


class FileNotDoneError(ApplicationError):
    """What was asked for is known only once the file is done."""

    code = "file_not_done"
    retryable = True

    def __init__(self, file_id: UUID, *, status: str) -> None:
        super().__init__(f"file {file_id} is {status}: its row errors are known once it is done")
        self.file_id = file_id
        self.status = status


class RowsNotCheckedError(ApplicationError):
    """The file has ended before all its rows were checked, so nobody knows their errors."""

    code = "rows_not_checked"

    def __init__(self, file_id: UUID, *, outcome: str) -> None:
        super().__init__(f"file {file_id} has ended as {outcome}, before all its rows were checked")
        self.file_id = file_id
        self.outcome = outcome


class DigestMismatchError(ApplicationError):
    """The bytes that arrived are not those the caller meant to send; nothing was kept."""

    code = "digest_mismatch"

    def __init__(self, *, expected: str, actual: str) -> None:
        super().__init__(f"the content's sha256 is {actual}, not {expected}")
        self.expected = expected
        self.actual = actual


class IdempotencyKeyTakenError(ApplicationError):
    """Another upload committed the same key first."""

    code = "idempotency_key_taken"
    retryable = True

    def __init__(self, key: str) -> None:
        super().__init__(f'the idempotency key "{key}" is taken')
        self.key = key


class IdempotencyKeyReusedError(ApplicationError):
    """The key was used before, for another file or with other options."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__(f'the idempotency key "{key}" was used for another request')
        self.key = key


class ConflictingSchemaVersionError(ApplicationError):
    """Somebody else registered that version of the schema first."""

    code = "conflicting_schema_version"
    retryable = True

    def __init__(self, reference: str) -> None:
        super().__init__(f'schema "{reference}" exists already')
        self.reference = reference


class SchemaPreconditionError(ApplicationError):
    """The latest version of the schema is not the one that the caller went by."""

    code = "precondition_failed"

    def __init__(self, name: str) -> None:
        super().__init__(f'schema "{name}" is not in the state that the request is for')
        self.name = name


class OutdatedDatabaseError(ApplicationError):
    """The database has not the tables of this version yet."""

    code = "outdated_database"

    def __init__(self) -> None:
        super().__init__("the database is not ready for this version; run gristmill migrate first")


class NewerDatabaseError(ApplicationError):
    """A newer version of the service has changed the tables; this one must not touch them."""

    code = "newer_database"

    def __init__(self, revision: str) -> None:
        super().__init__(
            f'the database is at revision "{revision}", which this version does not know:'
            " a newer version has used it; start that one"
        )
        self.revision = revision


def _without_name(key: str) -> str:
    """The key as logs may have it: a submitted file's ends with the name that its owner chose."""
    return f"{key.rpartition('/')[0]}/…" if key.startswith("uploads/") else key
