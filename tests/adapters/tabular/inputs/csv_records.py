"""How records are cut: line ends, blank lines, quotes, and cells too few or too many."""

from tests.adapters.tabular.inputs.csv_case import COMMA, Case

CSV_RECORDS = [
    # Line ends and blank records.
    Case("LF", b"a,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    Case("CRLF", b"a,b\r\n1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]]),
    Case("CR", b"a,b\r1,2\r3,4\r", [["1", "2"], ["3", "4"]]),
    Case("mixed line ends", b"a,b\r\n1,2\r3,4\n5,6", [["1", "2"], ["3", "4"], ["5", "6"]]),
    Case("no final line end", b"a,b\n1,2", [["1", "2"]]),
    Case("LF CR is a blank between", b"a,b\n\r1,2\n", [["1", "2"]], skipped=1),
    Case("CR CR LF is one blank", b"a,b\r\r\n1,2\n", [["1", "2"]], skipped=1),
    Case("blank lines between rows", b"a,b\n\n1,2\n\n\n3,4\n", [["1", "2"], ["3", "4"]], skipped=3),
    Case("blank lines at the end", b"a,b\n1,2\n\r\n\r\n", [["1", "2"]], skipped=2),
    Case("blank lines before the header are no rows", b"\n\r\na,b\n1,2\n", [["1", "2"]]),
    Case(
        "blank lines count as rows and lines",
        b"a,b\n\n1\n\n2\n",
        [],
        [(2, 3, "b", "missing_cell"), (4, 5, "b", "missing_cell")],
        skipped=2,
        options=COMMA,
    ),
    Case(
        "a line of spaces is a record",
        b"a,b\n  \n1,2\n",
        [["1", "2"]],
        [(1, 2, "b", "missing_cell")],
    ),
    Case("only delimiters are empty cells", b"a,b\n,\n", [["", ""]]),
    Case("a quoted nothing is a row", b'a\n""\n', [[""]]),
    Case("an empty line in one column is blank", b"a\n\nx\n", [["x"]], skipped=1),
    Case("header only", b"a,b\n"),
    Case("header only without line end", b"a,b"),
    Case(
        "line separators of Unicode end no line",
        "a,b\nx\u2028y,\u0085\x0b\x0c\x1c\n".encode(),
        [["x\u2028y", "\u0085\x0b\x0c\x1c"]],
    ),
    # Quotes that are right.
    Case("a quoted cell", b'a,b\n"1","2"\n', [["1", "2"]]),
    Case("a quoted delimiter", b'a,b\n"1,1",2\n', [["1,1", "2"]]),
    Case("doubled quotes", b'a,b\n"say ""hi""",2\n', [['say "hi"', "2"]]),
    Case("nothing but a doubled quote", b'a,b\n"""",2\n', [['"', "2"]]),
    Case("nothing but two doubled quotes", b'a,b\n"""""",2\n', [['""', "2"]]),
    Case("a quoted empty last cell", b'a,b\n1,""\n', [["1", ""]]),
    Case("a quoted LF", b'a,b\n"1\n1",2\n3,4\n', [["1\n1", "2"], ["3", "4"]]),
    Case("a quoted CRLF stays a CRLF", b'a,b\r\n"1\r\n1",2\r\n', [["1\r\n1", "2"]]),
    Case("a quoted CR", b'a,b\r"1\r1",2\r', [["1\r1", "2"]]),
    Case("a quoted blank line", b'a,b\n"1\n\n1",2\n', [["1\n\n1", "2"]]),
    Case("two cells over lines", b'a,b\n"1\n1","2\n2"\n3,4\n', [["1\n1", "2\n2"], ["3", "4"]]),
    Case(
        "a quoted header over lines",
        b'"a\nx",b\n1\n',
        [],
        [(1, 3, "b", "missing_cell")],
        options=COMMA,
    ),
    Case(
        "lines are counted inside quoted cells",
        b'a,b\n"1\r\n\n1",2\n3\n',
        [["1\r\n\n1", "2"]],
        [(2, 5, "b", "missing_cell")],
    ),
    Case("blanks around are kept", b"a,b\n 1 ,\t2\n", [[" 1 ", "\t2"]], options=COMMA),
    # Quotes that are wrong.
    Case(
        "a quote inside a cell", b'a,b\n1"x,2\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case(
        "text after a closing quote",
        b'a,b\n"1"x,2\n3,4\n',
        [["3", "4"]],
        [(1, 2, None, "stray_quote")],
    ),
    Case(
        "a blank before a quote", b'a,b\n1, "2"\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case(
        "a blank after a quote", b'a,b\n"1" ,2\n3,4\n', [["3", "4"]], [(1, 2, None, "stray_quote")]
    ),
    Case("an apostrophe quotes nothing", b"a,b\n'1,2'\n", [["'1", "2'"]]),
    Case("a backslash escapes nothing", b'a,b\n"1\\",2\n3,4\n', [["1\\", "2"], ["3", "4"]]),
    Case(
        "never closed on the last row",
        b'a,b\n1,2\n3,"4\n',
        [["1", "2"]],
        [(2, 3, None, "unclosed_quote")],
    ),
    Case(
        "never closed in the middle costs one row",
        b'a,b\n1,"2\n3,4\n5,6\n',
        [["3", "4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed before a row with quotes",
        b'a,b\n1,"2\n3,"4"\n5,6\n',
        [["3", "4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed before a cell over lines",
        b'a,b\n1,"2\n3,"4\n4"\n5,6\n',
        [["3", "4\n4"], ["5", "6"]],
        [(1, 2, None, "unclosed_quote")],
    ),
    Case(
        "never closed twice",
        b'a,b\n1,"2\n3,4\n5,"6x\n7,8\n',
        [["3", "4"], ["7", "8"]],
        [(1, 2, None, "unclosed_quote"), (3, 4, None, "unclosed_quote")],
    ),
    Case("a lone quote", b'a,b\n"\n1,2\n', [["1", "2"]], [(1, 2, None, "unclosed_quote")]),
    Case(
        "an odd run of quotes", b'a,b\n""",2\n3,4\n', [["3", "4"]], [(1, 2, None, "unclosed_quote")]
    ),
    Case(
        "a quote open longer than a record may be",
        b'a,b\n"1\n' + b"x,y\n" * 60 + b'"\n',
        [["x", "y"]] * 60,
        [(1, 2, None, "unclosed_quote"), (62, 63, None, "unclosed_quote")],
    ),
    # Ragged records.
    Case("too few cells", b"a,b\n1\n3,4\n", [["3", "4"]], [(1, 2, "b", "missing_cell")]),
    Case("too many cells", b"a,b\n1,2,3\n3,4\n", [["3", "4"]], [(1, 2, None, "extra_cell")]),
    Case("a trailing delimiter", b"a,b\n1,2,\n3,4\n", [["3", "4"]], [(1, 2, None, "extra_cell")]),
    Case(
        "far too many cells",
        b"a,b\n" + b"," * 30 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "extra_cell")],
    ),
    Case(
        "far too many quoted cells",
        b"a,b\n" + b'"",' * 30 + b"\n3,4\n",
        [["3", "4"]],
        [(1, 2, None, "extra_cell")],
    ),
]
