"""Which delimiter is told by the content, on files as people have them."""

from dataclasses import dataclass

import pytest

from adapters.tabular.delimiter import SAMPLE_BYTES, choose_delimiter
from adapters.tabular.limits import Limits
from domain.processing_options import DELIMITERS


@dataclass(frozen=True)
class Case:
    name: str
    content: str
    delimiter: str


CASES = [
    Case("commas", "id,name\n1,Ann\n2,Bob\n", ","),
    Case("semicolons", "id;name\n1;Ann\n2;Bob\n", ";"),
    Case("tabs", "id\tname\n1\tAnn\n2\tBob\n", "\t"),
    Case("pipes", "id|name\n1|Ann\n2|Bob\n", "|"),
    Case("decimal commas", "id;price\n1;2,50\n2;13,99\n", ";"),
    Case("decimal commas in every cell", "1,5;2,5\n3,1;4,2\n", ";"),
    Case("decimal commas and thousands", "a;b\n1.234,50;1,234,567\n2,5;1,000,000\n", ";"),
    Case("decimal commas between tabs", "1,5\t2,5\n3,1\t4,2\n", "\t"),
    Case("amounts with their currency", "1;2,50 €\n2;3,10 €\n", ";"),
    Case("decimal commas in quotes", '"1,5";"2,5"\n"3,1";"4,2"\n', ";"),
    Case("names with a comma", "Name, Vorname;Alter\nMüller, Hans;25\nMaier, Eva;31\n", ";"),
    Case("names with a comma and no header", "Müller, Hans;25\nMaier, Eva;31\n", ";"),
    Case("texts with semicolons", "id,text\n1,a; b\n2,c; d\n", ","),
    Case("lists with semicolons", "id,tags\n1,a;b\n2,c;d;e\n3,f\n", ","),
    Case("lists with pipes", "id,name,tags\n1,x,a|b\n2,y,c|d\n", ","),
    Case("blanks after commas", "id, name, city\n1, Ann, Rome\n2, Bob, Oslo\n", ","),
    Case("delimiters in quotes", 'id;name\n1;"a,b,c"\n2;"d,e,f"\n', ";"),
    Case("line ends in quotes", 'id;name\n1;"a\nb,c\n"\n2;"d"\n', ";"),
    Case("a quoted header", '"id";"na,me"\n"1";"a,b"\n', ";"),
    Case("dates and times", "at;level\n2024-01-01 10:00:00,123;INFO\n", ";"),
    Case("points on a map", "place\tat\nRome\t41.9,12.5\nOslo\t59.9,10.7\n", "\t"),
    Case("one column", "name\nAnn\nBob\n", ","),
    Case("one column of texts", "name\nMüller, Hans\nMaier; Eva\n", ","),
    Case("one column of lists", "tags\na;b\nc;d\n", ","),
    Case("empty cells", "a;b;c\n;;\n1;;\n", ";"),
    Case("a trailing delimiter", "a;b;\n1,5;2,5;\n", ";"),
    Case("some records that are too short", "a;b;c\n1;2\n1;2;3\n1;2;3\n", ";"),
    Case("a header alone", "id;first name;last name\n", ";"),
    Case("blank lines first", "\n\nid;a\n1;2\n", ";"),
    Case("CR", "id;a\r1;2,5\r", ";"),
    Case("a first line that is no header", "Report of May, by Ann\nid;a,b\n1;2\n3;4\n", ","),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_delimiter_is_told_by_the_content(case: Case) -> None:
    sample = case.content.encode()

    assert choose_delimiter(sample, declared=None, limits=Limits()) == case.delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_long_content_is_told_by_its_beginning(delimiter: str) -> None:
    row = delimiter.join(["1,5", "a; b", "x" * 500]) + "\n"
    if delimiter == ",":
        row = row.replace("1,5", "1.5")

    sample = (row * 500).encode()[:SAMPLE_BYTES]

    assert choose_delimiter(sample, declared=None, limits=Limits()) == delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_declared_delimiter_is_not_doubted(delimiter: str) -> None:
    assert choose_delimiter(b"a;b\n1;2\n", declared=delimiter, limits=Limits()) == delimiter
