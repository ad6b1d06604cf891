"""The ability to let a caller fetch an object from storage itself."""

from abc import ABC, abstractmethod


class DirectDownloads(ABC):
    """Makes links that need no further permission; not every storage can."""

    @abstractmethod
    def link(self, key: str, *, file_name: str, media_type: str, expires_in_seconds: int) -> str:
        """A URL that answers GET with the object at `key` for `expires_in_seconds` (1..604,800).

        Whoever follows it is told to save the content as `file_name`, of `media_type`. Asks
        nobody whether the object exists. A link ends earlier when the credentials that signed
        it do. Raises ConfigurationError when there are none, and ValueError for what is not a
        key.
        """
