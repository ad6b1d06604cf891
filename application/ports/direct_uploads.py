"""The ability to let a caller send the parts of an object to the storage itself."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedPart:
    """A part that is durable in the storage; `sha256` in hexadecimal, None where it is not told."""

    number: int
    size_bytes: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLink:
    """Where to PUT one part, with `headers` exactly as they are here."""

    url: str
    headers: Mapping[str, str]


class DirectUploads(ABC):
    """Objects that callers send in parts to the storage; not every storage can take them.

    An upload is begun at a key, is known by its handle, and ends by becoming the object there or
    by being aborted. Parts are numbered from 1, come in any order, and replace those of the same
    number. All but the last have 5 MiB at least; there are no more than 10,000. What a day after
    its beginning has not ended may be aborted by the storage. Each method raises
    StorageUnavailableError and ConfigurationError, and ValueError for what is not a key.
    """

    @abstractmethod
    def begin(self, key: str, *, media_type: str) -> str:
        """Begins an upload of the object at `key`, and returns its handle."""

    @abstractmethod
    def link(
        self,
        key: str,
        handle: str,
        *,
        number: int,
        size_bytes: int,
        sha256: str,
        expires_in_seconds: int,
    ) -> PartLink:
        """A link that takes one part: of that length and digest, and no other bytes.

        Needs no further permission for `expires_in_seconds` (1..604,800), and no more after that.
        Asks nobody: there is a link to an upload that is over, which takes nothing.
        """

    @abstractmethod
    def arrived(self, key: str, handle: str) -> Sequence[ArrivedPart]:
        """The parts that have arrived whole, by number; raises UploadIsOverError."""

    @abstractmethod
    def complete(self, key: str, handle: str) -> str:
        """Makes all that has arrived the object at `key`, in order of number; returns its ETag.

        Of an upload that has become its object already, which is known by its key, it returns
        that object's. Raises ContentNotFoundError when the upload is over without one.
        """

    @abstractmethod
    def abort(self, key: str, handle: str) -> None:
        """Ends the upload and removes what has arrived of it; of one that is over, nothing.

        A part that is just arriving may stay until the storage itself aborts the upload.
        """
