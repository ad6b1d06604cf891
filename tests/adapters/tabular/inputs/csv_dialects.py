"""How a file is written: delimiters, with and without a header, and names of columns."""

from domain.processing_options import ProcessingOptions
from tests.adapters.tabular.inputs.csv_case import BOM, COMMA, Case

CSV_DIALECTS = [
    # Delimiters.
    Case("semicolons", b"a;b\n1,5;2\n", [["1,5", "2"]]),
    Case("tabs", b"a\tb\n1,5\t2;3\n", [["1,5", "2;3"]]),
    Case("pipes", b"a|b\n1,5|2\n", [["1,5", "2"]]),
    Case(
        "semicolons against decimal commas",
        b"a;b\n1,5;2,5\n3,5;4,5\n",
        [["1,5", "2,5"], ["3,5", "4,5"]],
    ),
    Case(
        "delimiters in quotes do not count",
        b'a,b\n"x;y;z",1\n"x;y;z",2\n',
        [["x;y;z", "1"], ["x;y;z", "2"]],
    ),
    Case("a line that names the delimiter", b"sep=;\na,b;c\n1,5;2\n", [["1,5", "2"]]),
    Case("a line that names the tab", b'"sep=\t"\r\na\tb\r\n1\t2;3\r\n', [["1", "2;3"]]),
    Case(
        "a line that names the delimiter counts as a line",
        BOM + b"sep=;\r\na;b\r\n1\r\n",
        [],
        [(1, 3, "b", "missing_cell")],
    ),
    Case(
        "a line that names another delimiter than the declared one",
        b"sep=;\na,b;c\n1,2;3\n",
        [["1", "2;3"]],
        options=COMMA,
    ),
    Case(
        "a line that names the delimiter, and no header",
        b"sep=;\n1;2\n3,4;5\n",
        [["1", "2"], ["3,4", "5"]],
        options=ProcessingOptions(header=False),
    ),
    Case("blank lines before the delimiter's name", b"\n\nsep=;\n\na,b;c\n1;2\n", [["1", "2"]]),
    Case("spaces before the delimiter's name", b" \n\n  \n sep=;\na,b;c\n1;2\n", [["1", "2"]]),
    Case("a line that names what is no delimiter", b"sep=:\n1\n", [["1"]]),
    Case("a declared delimiter", b"a,b\n1;2,3\n", [["1;2", "3"]], options=COMMA),
    Case("one column", b"a\n1\n2\n", [["1"], ["2"]]),
    # No header.
    Case(
        "no header",
        b"1,2\n3,4\n",
        [["1", "2"], ["3", "4"]],
        options=ProcessingOptions(header=False),
    ),
    Case(
        "no header and blank lines first",
        b"\n1,2\n3\n",
        [["1", "2"]],
        [(3, 3, "c2", "missing_cell")],
        skipped=1,
        options=ProcessingOptions(header=False, delimiter=","),
    ),
    Case(
        "no header and a first record that cannot be cut",
        b'1,2"\n3,4\n',
        [["3", "4"]],
        [(1, 1, None, "stray_quote")],
        options=ProcessingOptions(header=False, delimiter=","),
    ),
    # Names of columns, which without a schema may be anything.
    Case("content after many blank lines", b"\n" * 100_000 + b"a;b\n1;2\n", [["1", "2"]]),
    Case(
        "content after many blank lines without a header",
        b"\n" * 100_000 + b"1;2\n",
        [["1", "2"]],
        skipped=100_000,
        options=ProcessingOptions(header=False),
    ),
    Case("a column name twice", b"a,a\n1,2\n", [["1", "2"]]),
    Case("a column without a name", b"a,,b\n1,2,3\n", [["1", "2", "3"]]),
    Case(
        "columns without a name at the end are none",
        b"a,b,,\n1,2,,\n3,4\n5,6,\n7,8,,x\n9,0,,,\n",
        [["1", "2"], ["3", "4"], ["5", "6"]],
        [(4, 5, None, "extra_cell"), (5, 6, None, "extra_cell")],
        options=COMMA,
    ),
]
