"""The submitted content as UTF-8, whatever it is compressed and written in."""

from contextlib import ExitStack, closing

from adapters.tabular.decoding import Utf8Content, decode
from adapters.tabular.encoding_guess import eight_bit_guess
from adapters.tabular.submitted_content import SubmittedContent
from domain.file_type import FileType


class SubmittedText:
    """Opens one job's content as text; what it opens is closed with the `reading` it is given.

    `declared` is the encoding that the submitter named, if any. Raises FileFaultError
    `encoding_unknown`, and what the opening of the content raises.
    """

    def __init__(
        self,
        submitted: SubmittedContent,
        *,
        reading: ExitStack,
        file_type: FileType,
        declared: str | None,
        block_bytes: int,
    ) -> None:
        self._submitted = submitted
        self._file_type = file_type
        self._block_bytes = block_bytes
        self.content: Utf8Content = decode(
            reading.enter_context(closing(submitted.chunks())),
            declared=declared,
            block_bytes=block_bytes,
            eight_bit_encoding=self._eight_bit_encoding,
        )
        """The whole of it, from its start; there is one of them."""

    def look_ahead(self, reading: ExitStack) -> Utf8Content:
        """Another opening from the start."""
        chunks = reading.enter_context(closing(self._submitted.look_ahead()))
        return decode(chunks, declared=self.content.encoding.name, block_bytes=self._block_bytes)

    def _eight_bit_encoding(self) -> str | None:
        # JSON is UTF-8 by its standard; what is not must say so.
        if self._file_type is not FileType.CSV:
            return None
        with closing(self._submitted.look_ahead()) as chunks:
            return eight_bit_guess(chunks)
