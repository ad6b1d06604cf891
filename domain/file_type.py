"""The kinds of file that are accepted."""

from enum import StrEnum


class FileType(StrEnum):
    """What a file holds, decided by its extension and its content together."""

    CSV = "csv"
    JSON = "json"
