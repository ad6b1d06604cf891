"""Gives a CSV result to people, who open it in a spreadsheet."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from application.ports.file_storage import FileStorage
from application.ports.spreadsheet_profile import SpreadsheetProfile
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.get_file import read_file
from application.use_cases.open_content import StoredContent, stored_result

_MADE_FOR_PEOPLE = "rejected.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreadsheet:
    """A result as spreadsheets get it."""

    stored: StoredContent
    profile: SpreadsheetProfile

    def open(self) -> Generator[bytes]:
        """Yields the bytes as `FileStorage.open` does, and raises what it raises."""
        content = self.stored.open()
        is_guarded = self.stored.name == _MADE_FOR_PEOPLE
        return content if is_guarded else self.profile.guarded(content)

    def measure(self) -> int:
        """How many bytes `open` yields, which takes reading them all; raises what `open` does."""
        with closing(self.open()) as chunks:
            return sum(map(len, chunks))


class OpenSpreadsheet:
    """One CSV result of a file's present generation, with its cells guarded."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        profile: SpreadsheetProfile,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._profile = profile

    def __call__(self, tenant: str, file_id: UUID, name: str) -> Spreadsheet:
        """The result called `name`, which must be CSV.

        Raises UnknownFileError, FileErasedError, and UnknownResultError when the file has no
        such result, or none yet.
        """
        with self._units_of_work.for_reading() as work:
            state = read_file(work, tenant, file_id)
        stored = stored_result(self._storage, state, name)
        return Spreadsheet(stored=stored, profile=self._profile)
