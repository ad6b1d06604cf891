"""Exact uniqueness at bounded memory: keys in a dictionary, in a file when they are many."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from application.errors import StorageUnavailableError
from domain.key_index import KeyIndex, KeyIndexFactory

KEY_FOLDER_PREFIX = "gristmill-keys-"
"""Begins the name of every folder that is made in `scratch`."""

KEY_FILE_SUFFIX = ".sqlite3"

# What a key costs besides its bytes: two objects and its place in the dictionary.
_KEY_OVERHEAD_BYTES = 150
_CACHE_KIBIBYTES = 8 * 1024


@contextmanager
def key_indexes(*, memory_bytes: int, scratch: Path | None = None) -> Iterator[KeyIndexFactory]:
    """A factory whose indexes together hold at most about `memory_bytes` of keys in memory.

    The others go to the folder `scratch`, or where the system keeps temporary files. They are
    removed at the end, also when the file's processing failed.
    """
    with ExitStack() as stack:
        yield _KeyIndexes(stack, memory_bytes=memory_bytes, scratch=scratch)


class _KeyIndexes(KeyIndexFactory):
    def __init__(self, stack: ExitStack, *, memory_bytes: int, scratch: Path | None) -> None:
        self._stack = stack
        self._scratch = scratch
        self._free_bytes = memory_bytes
        self._directory: Path | None = None
        self._made = 0

    def __call__(self) -> KeyIndex:
        return _SpillingKeyIndex(self)

    def take(self, size_bytes: int) -> bool:
        """Reserves memory; False when there is not enough."""
        if size_bytes > self._free_bytes:
            return False
        self._free_bytes -= size_bytes
        return True

    def give_back(self, size_bytes: int) -> None:
        self._free_bytes += size_bytes

    def open_table(self) -> sqlite3.Connection:
        if self._directory is None:
            directory = TemporaryDirectory(prefix=KEY_FOLDER_PREFIX, dir=self._scratch)
            self._directory = Path(self._stack.enter_context(directory))
        self._made += 1
        # Autocommit off, and never a commit: the file dies with its directory.
        connection = sqlite3.connect(self._directory / f"{self._made}{KEY_FILE_SUFFIX}")
        self._stack.callback(connection.close)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        connection.execute(
            "CREATE TABLE claims (key BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID"
        )
        return connection


class _SpillingKeyIndex(KeyIndex):
    def __init__(self, owner: _KeyIndexes) -> None:
        self._owner = owner
        self._rows: dict[bytes, int] = {}
        self._taken_bytes = 0
        self._table: sqlite3.Connection | None = None

    def claim(self, key: bytes, row: int) -> int | None:
        try:
            return self._claimed(key, row)
        except (sqlite3.Error, OSError) as error:
            # A full or missing temporary directory is no fault of the file: it is tried again.
            raise StorageUnavailableError(f"keys could not be kept: {error}") from error

    def _claimed(self, key: bytes, row: int) -> int | None:
        if self._table is not None:
            return _claim(self._table, key, row)
        first = self._rows.get(key)
        if first is not None:
            return first
        size = len(key) + _KEY_OVERHEAD_BYTES
        if not self._owner.take(size):
            self._table = self._spilled()
            return _claim(self._table, key, row)
        self._taken_bytes += size
        self._rows[key] = row
        return None

    def _spilled(self) -> sqlite3.Connection:
        table = self._owner.open_table()
        table.executemany("INSERT INTO claims VALUES (?, ?)", self._rows.items())
        self._rows.clear()
        self._owner.give_back(self._taken_bytes)
        self._taken_bytes = 0
        return table


def _claim(table: sqlite3.Connection, key: bytes, row: int) -> int | None:
    added = table.execute("INSERT INTO claims VALUES (?, ?) ON CONFLICT DO NOTHING", (key, row))
    if added.rowcount:
        return None
    first: int = table.execute("SELECT row FROM claims WHERE key = ?", (key,)).fetchone()[0]
    return first
