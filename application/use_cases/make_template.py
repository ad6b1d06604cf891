"""Makes an empty file for people to fill in."""

from collections.abc import Generator
from typing import Any

from application.ports.schema_repository import SchemaVersion
from application.ports.spreadsheet_profile import SpreadsheetProfile
from application.ports.unit_of_work import UnitOfWorkFactory


class MakeTemplate:
    """The header that a schema asks for, as spreadsheets take it."""

    def __init__(self, *, units_of_work: UnitOfWorkFactory, profile: SpreadsheetProfile) -> None:
        self._units_of_work = units_of_work
        self._profile = profile

    def __call__(
        self, tenant: str, name: str, version: int | None = None
    ) -> tuple[SchemaVersion, bytes]:
        """That version, or the latest when None, and the CSV; raises UnknownSchemaError."""
        with self._units_of_work.for_reading() as work:
            schema = work.schemas.get(tenant, name, version)
        return schema, b"".join(self._profile.guarded(_header(schema)))


def _header(schema: SchemaVersion) -> Generator[bytes]:
    fields: Any = schema.descriptor["fields"]
    yield (",".join(_cell(field["name"]) for field in fields) + "\r\n").encode()


def _cell(text: str) -> str:
    """The text, in quotes where it would not be one cell of its own without, or no cell at all."""
    is_plain = text == text.strip() and not set(text) & set(',"\r\n;\t|') and text != ""
    return text if is_plain else '"{}"'.format(text.replace('"', '""'))
