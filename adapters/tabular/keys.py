"""Exact uniqueness at bounded memory: keys in a dictionary, in a file when they are many."""

import sqlite3
from collections.abc import Iterator, Sequence
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
# So many more may be held before it is noticed that there is no room for them.
_KEYS_AT_ONCE = 1024

_INSERT = "INSERT INTO claims VALUES (?, ?) ON CONFLICT DO NOTHING"
_FIRST_ROW = "SELECT row FROM claims WHERE key = ?"


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
        # Autocommit off, and never a commit: nobody needs what is in it afterwards.
        path = self._directory / f"{self._made}{KEY_FILE_SUFFIX}"
        connection = sqlite3.connect(path)
        self._stack.callback(connection.close)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        connection.execute(
            "CREATE TABLE claims (key BLOB PRIMARY KEY, row INTEGER NOT NULL) WITHOUT ROWID"
        )
        # Without a name it is gone with the process, however that ends.
        path.unlink()
        return connection


class _SpillingKeyIndex(KeyIndex):
    def __init__(self, owner: _KeyIndexes) -> None:
        self._owner = owner
        self._rows: dict[bytes, int] = {}
        self._taken_bytes = 0
        self._table: sqlite3.Connection | None = None

    def claim(self, key: bytes, row: int) -> int | None:
        (first_row,) = self.claim_all((key,), (row,))
        return None if first_row == row else first_row

    def claim_all(self, keys: Sequence[bytes], rows: Sequence[int]) -> list[int]:
        first_rows = list[int]()
        try:
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                end = start + _KEYS_AT_ONCE
                first_rows += self._claimed(keys[start:end], rows[start:end])
        except (sqlite3.Error, OSError) as error:
            # A full or missing temporary directory is no fault of the file: it is tried again.
            raise StorageUnavailableError(f"keys could not be kept: {error}") from error
        return first_rows

    def _claimed(self, keys: Sequence[bytes], rows: Sequence[int]) -> list[int]:
        if self._table is not None:
            return _claim(self._table, keys, rows)
        known = len(self._rows)
        first_rows = list(map(self._rows.setdefault, keys, rows))
        size = (len(self._rows) - known) * (_KEY_OVERHEAD_BYTES + max(map(len, keys)))
        if self._owner.take(size):
            self._taken_bytes += size
        else:
            self._table = self._spilled()
        return first_rows

    def _spilled(self) -> sqlite3.Connection:
        table = self._owner.open_table()
        table.executemany(_INSERT, self._rows.items())
        self._rows.clear()
        self._owner.give_back(self._taken_bytes)
        self._taken_bytes = 0
        return table


def _claim(table: sqlite3.Connection, keys: Sequence[bytes], rows: Sequence[int]) -> list[int]:
    before = table.total_changes
    table.executemany(_INSERT, zip(keys, rows, strict=True))
    if table.total_changes - before == len(keys):
        return list(rows)
    return [table.execute(_FIRST_ROW, (key,)).fetchone()[0] for key in keys]
