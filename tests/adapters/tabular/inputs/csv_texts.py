"""How cells are read: bytes, marks, encodings and sizes."""

from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.inputs.csv_case import BOM, Case


def _declared(encoding: str) -> ProcessingOptions:
    return ProcessingOptions(encoding=encoding, delimiter=",")


CSV_TEXTS = [
    # Bytes.
    Case("a bad byte", b"a,b\n1,\xff\n3,4\n", [["3", "4"]], [(1, 2, None, "encoding_error")]),
    Case(
        "a character cut short by a delimiter",
        b"a,b\n\xe2\x82,2\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a character cut short by the end",
        b"a,b\n3,4\n1,\xc3",
        [["3", "4"]],
        [(2, 3, None, "encoding_error")],
    ),
    Case("an encoded surrogate", b"a,b\n1,\xed\xa0\x80\n", [], [(1, 2, None, "encoding_error")]),
    Case(
        "an overlong slash",
        b"a,b\n1,\xc0\xaf\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a bad byte in a quoted cell",
        b'a,b\n1,"\xff\n"\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "a bad byte and a stray quote",
        b'a,b\n1,\xff"\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "stray_quote"), (1, 2, None, "encoding_error")],
    ),
    Case("a NUL", b"a,b\n1,\0\n3,4\n", [["3", "4"]], [(1, 2, None, "nul_byte")]),
    Case("a replacement character is text", "a,b\n1,\ufffd\n".encode(), [["1", "\ufffd"]]),
    Case("characters beyond the plane", "a,b\n1,🦆é\n".encode(), [["1", "🦆é"]]),
    # Marks and encodings.
    Case("a UTF-8 mark", BOM + b"a,b\n1,2\n", [["1", "2"]]),
    Case("a mark before a quoted header", BOM + b'"a",b\n1,2\n', [["1", "2"]]),
    Case("only the first mark is one", BOM + b"a,b\n" + BOM + b"1,2\n", [["\ufeff1", "2"]]),
    Case("UTF-16 LE by its mark", "\ufeffa,b\né,🦆\n".encode("utf-16-le"), [["é", "🦆"]]),
    Case("UTF-16 BE by its mark", "\ufeffa,b\r\né,🦆\r\n".encode("utf-16-be"), [["é", "🦆"]]),
    Case("UTF-32 by its mark", "\ufeffa,b\né,🦆\n".encode("utf-32-le"), [["é", "🦆"]]),
    Case(
        "UTF-16 declared",
        "a,b\né,2\n".encode("utf-16-le"),
        [["é", "2"]],
        options=_declared("UTF-16"),
    ),
    Case(
        "half a surrogate pair in UTF-16",
        b"\xff\xfe" + "a,b\n1,".encode("utf-16-le") + b"\x00\xd8" + "\n3,4\n".encode("utf-16-le"),
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
    ),
    Case(
        "UTF-16 with a byte too few",
        "\ufeffa,b\n3,4\n1,2".encode("utf-16-le")[:-1],
        [["3", "4"]],
        [(2, 3, None, "encoding_error")],
    ),
    Case("cp1252 declared", b"a,b\n\x80,\xe9\n", [["€", "é"]], options=_declared("cp1252")),
    Case("latin-1 declared", b"a,b\n\x85,\xe9\n", [["\x85", "é"]], options=_declared("latin-1")),
    Case(
        "a byte that cp1252 does not have",
        b"a,b\n1,\x81\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
        options=_declared("windows-1252"),
    ),
    Case(
        "UTF-8 declared to be ASCII",
        "a,b\n1,é\n3,4\n".encode(),
        [["3", "4"]],
        [(1, 2, None, "encoding_error")],
        options=_declared("ascii"),
    ),
    Case(
        "a mark outranks the declaration",
        BOM + "a,b\né,2\n".encode(),
        [["é", "2"]],
        options=_declared("cp1252"),
    ),
    Case(
        "Shift JIS, whose second bytes are ASCII",
        "a,b\nソ,表\n".encode("shift_jis"),
        [["ソ", "表"]],
        options=_declared("shift_jis"),
    ),
    # Sizes; the limits of this table are small.
    Case("a cell as long as allowed", b"a,b\n1," + b"x" * 50 + b"\n", [["1", "x" * 50]]),
    Case(
        "a cell too long",
        b"a,b\n1," + b"x" * 51 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, "b", "cell_too_long")],
    ),
    Case(
        "cells are measured in bytes",
        b"a,b\n1," + "é".encode() * 26 + b"\n",
        [],
        [(1, 2, "b", "cell_too_long")],
    ),
    Case(
        "a record too long",
        b"a,b\n" + b"x" * 201 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "record_too_long")],
    ),
    Case(
        "a record too long with quotes",
        b'a,b\n"' + b"x" * 500 + b'",1\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "record_too_long")],
    ),
    Case(
        "a record too long at the end",
        b"a,b\n3,4\n" + b"x" * 1000,
        [["3", "4"]],
        [(2, 3, None, "record_too_long")],
    ),
    Case(
        "a record as long as allowed",
        b"a,b\r\n" + b"x," * 99 + b"xx\r\n",
        [],
        [(1, 2, None, "extra_cell")],
    ),
]
