"""One thing wrong with one record, with its place and its reason."""

from dataclasses import dataclass

from domain.error_catalogue import message_of

EXCERPT_CHARACTERS = 100
"""How much of a value an error repeats; a cell may be a mebibyte, its error must not."""

# What moves a terminal's cursor or turns its text around, and what ends a line.
_CONTROLS = (
    {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
    | {code: f"\\u{code:04x}" for code in (*range(0x2028, 0x202F), *range(0x2066, 0x206A))}
    | {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a record was rejected.

    `row` is the ordinal of the data record from 1, blank ones counted; `line` the physical
    line on which it starts. `column` is None where the whole record is meant, `value` an
    excerpt of the cell where there is one.
    """

    row: int
    line: int
    column: str | None
    code: str
    value: str | None
    message: str

    def at(self, *, row: int, line: int) -> "RowError":
        """The same error of another record."""
        return RowError(
            row=row,
            line=line,
            column=self.column,
            code=self.code,
            value=self.value,
            message=self.message,
        )

    def __str__(self) -> str:
        place = (
            f"row {self.row}"
            if self.column is None
            else f"row {self.row}, column {quoted(self.column)}"
        )
        return f"{place}: {self.message}"


def row_error(
    code: str,
    *,
    row: int,
    line: int,
    column: str | None = None,
    value: str | None = None,
    shown: object = None,
    **facts: object,
) -> RowError:
    """An error of the catalogue; `facts` fill its template, with `value` quoted among them.

    `shown` stands in its place where quotes would say that it is a text.
    """
    if value is not None:
        facts["value"] = shown or quoted(value)
    return RowError(
        row=row,
        line=line,
        column=column,
        code=code,
        value=None if value is None else excerpt(value),
        message=message_of(code, **facts),
    )


def excerpt(text: str) -> str:
    """At most EXCERPT_CHARACTERS of the text, `…` where it was cut; always valid Unicode."""
    if len(text) > EXCERPT_CHARACTERS:
        text = text[:EXCERPT_CHARACTERS] + "…"
    if text.isascii():
        return text
    # JSON can spell half a surrogate pair, which no output could be encoded with.
    return text.encode("utf-8", "replace").decode()


def quoted(text: str) -> str:
    """The excerpt as messages show it: in quotes, on one line."""
    return f'"{unquoted(text)}"'


def unquoted(text: str) -> str:
    """The same without the quotes, for JSON, which has its own."""
    return on_one_line(excerpt(text))


def on_one_line(text: str) -> str:
    """The text with its control characters spelt out."""
    # None of them is printable.
    return text if text.isprintable() else text.translate(_CONTROLS)
