"""What can go wrong with uploads in parts; see `application.errors` for what all errors have."""

from uuid import UUID

from application.errors import ApplicationError


class UnknownUploadError(ApplicationError):
    """The tenant has no upload of that id, or it ended long ago."""

    code = "upload_not_found"

    def __init__(self, upload_id: UUID) -> None:
        super().__init__(f"there is no upload {upload_id}")
        self.upload_id = upload_id


class UploadIsOverError(ApplicationError):
    """The storage knows no such upload any more: it has become its object, or was aborted."""

    code = "upload_is_over"

    def __init__(self, key: str) -> None:
        super().__init__(f"the storage has no upload under way at {key}")
        self.key = key


class TooManyOpenUploadsError(ApplicationError):
    """The tenant has as many uploads open as it may."""

    code = "too_many_open_uploads"
    retryable = True

    def __init__(self, *, most: int) -> None:
        super().__init__(f"{most} uploads are open, which is the most; complete or abort one")
        self.most = most


class PartsGoElsewhereError(ApplicationError):
    """The parts of this upload are sent to the storage, by links, and not to us."""

    code = "parts_go_elsewhere"

    def __init__(self, upload_id: UUID) -> None:
        super().__init__(
            f"the parts of upload {upload_id} go to the storage: ask for links to send them by"
        )
        self.upload_id = upload_id


class PartChangedError(ApplicationError):
    """A part was sent again while the upload was being completed."""

    code = "part_changed"
    retryable = True

    def __init__(self, number: int) -> None:
        super().__init__(f"part {number} was sent again while the upload was being completed")
        self.number = number
