"""What the domain refuses, each with a stable code and the facts as attributes."""

from datetime import timedelta
from uuid import UUID


class DomainError(Exception):
    """A rule of the domain was broken; nothing was changed."""

    code = "domain_error"


class InvalidOptionError(DomainError):
    """A processing option is not one of the values it may have."""

    code = "invalid_option"

    def __init__(self, option: str, value: str, expected: str) -> None:
        super().__init__(f'option "{option}": "{value}" is not {expected}')
        self.option = option
        self.value = value
        self.expected = expected


class IllegalTransitionError(DomainError):
    """The file's status does not allow that move."""

    code = "illegal_transition"

    def __init__(self, file_id: UUID, *, verb: str, status: str, reason: str) -> None:
        super().__init__(f"cannot {verb} file {file_id}: {reason}")
        self.file_id = file_id
        self.verb = verb
        self.status = status
        self.reason = reason


class FileErasedError(DomainError):
    """The file was deleted; only its tombstone is left."""

    code = "file_deleted"

    def __init__(self, file_id: UUID) -> None:
        super().__init__(f"file {file_id} was deleted")
        self.file_id = file_id


class EmptyFileError(DomainError):
    """The file holds nothing but blanks."""

    code = "empty_file"

    def __init__(self) -> None:
        super().__init__("the file is empty")


class FileTooLargeError(DomainError):
    """More bytes were sent than a file may hold."""

    code = "file_too_large"

    def __init__(self, *, max_bytes: int) -> None:
        super().__init__(f"the file is larger than {max_bytes} bytes")
        self.max_bytes = max_bytes


class UploadTooSlowError(DomainError):
    """The upload took longer than one may; nothing of it was kept."""

    code = "upload_too_slow"

    def __init__(self, *, longest: timedelta) -> None:
        super().__init__(f"the upload took longer than {longest.total_seconds():g} seconds")
        self.longest = longest


class ContentTooOldError(DomainError):
    """Content waited for its record until it could be taken for garbage; it was not recorded."""

    code = "content_too_old"

    def __init__(self, *, age: timedelta, longest: timedelta) -> None:
        super().__init__(
            f"the content was begun {age.total_seconds():.0f} seconds ago, and is recorded"
            f" within {longest.total_seconds():.0f} or not at all; send it again"
        )
        self.age = age
        self.longest = longest


class InvalidFileNameError(DomainError):
    """The file's name cannot be cleaned into one that is safe to show."""

    code = "invalid_file_name"

    def __init__(self, reason: str) -> None:
        super().__init__(f"the file name {reason}")
        self.reason = reason


class UnsupportedFileTypeError(DomainError):
    """The file is neither CSV nor JSON, or its name says another thing than its content."""

    code = "unsupported_file_type"


class FileTypeMismatchError(UnsupportedFileTypeError):
    """The name promises one type, the content is another."""

    code = "file_type_mismatch"


class FormatNotSupportedError(DomainError):
    """The format is known, but cannot be processed yet."""

    code = "format_not_supported"
