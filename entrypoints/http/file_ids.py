"""Ids of files and uploads in paths."""

import re
from uuid import UUID

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class UnusableFileIdError(NotFound):
    """What stands where a file's id should is none, so no file has it."""

    code_of_problem = "file_not_found"


class UnusableUploadIdError(UnusableFileIdError):
    """What stands where an upload's id should is none, so no upload has it."""

    code_of_problem = "upload_not_found"


class FileIdConverter(BaseConverter):
    """A file's id; text that is no UUID is the id of no file: 404, as for an unknown one."""

    # A route of its own: were it an id, too, `Allow` would name the methods of a file there.
    regex = r"(?!upload\Z)[^/]+"

    def to_python(self, value: str) -> UUID:
        if not _UUID.fullmatch(value):
            raise UnusableFileIdError(f'there is no file "{value[:100]}"')
        return UUID(value)

    def to_url(self, value: object) -> str:
        return str(value)


class UploadIdConverter(BaseConverter):
    """An upload's id; text that is no UUID is the id of no upload: 404, as for an unknown one."""

    def to_python(self, value: str) -> UUID:
        if not _UUID.fullmatch(value):
            raise UnusableUploadIdError(f'there is no upload "{value[:100]}"')
        return UUID(value)

    def to_url(self, value: object) -> str:
        return str(value)
