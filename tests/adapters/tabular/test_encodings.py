"""What a file is written in: declared, marked, or told by its content."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.limits import Limits
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import ENCODINGS, ProcessingOptions
from domain.processing_report import Encoding, EncodingSource
from tests.adapters.tabular.mill import mill

_FRENCH = "nom;ville\nChloé;Nîmes\nJürgen;Köln\nZoë;L’Haÿ-les-Roses\nÉLISE;“Orléans”\nPay€;Ÿ\n"


_PORTUGUESE = "nome;função\nJoão;instalações\nConceição;coração é ação\n"
_GERMAN = "Größe;Maß\n»Äöü«;20 °C ± 5 µm²\n"
_QUOTED = "a;b\n“café”;é’ cœur\nnaïve crème;“à”\n"
_SPANISH = "¿Qué?;año\n¡Sí!;2ª señora\n"


def _guess(name: str) -> Encoding:
    return Encoding(name=name, source=EncodingSource.CONTENT)


@pytest.mark.parametrize("block_bytes", [4, 7, 64, 1 << 18])
@pytest.mark.parametrize("plain_rows", [0, 5, 40_000])
def test_windows_1252_is_told_by_its_content_wherever_it_begins(
    block_bytes: int, plain_rows: int
) -> None:
    header, *rows = _FRENCH.splitlines()
    text = "\n".join([header, *["a;b"] * plain_rows, *rows])
    limits = Limits(block_bytes=max(block_bytes, plain_rows // 10))

    milled = mill(text.encode("cp1252"), limits=limits)

    assert milled.report.outcome is Outcome.CLEAN
    assert milled.report.encoding == _guess("cp1252")
    assert [";".join(row) for row in milled.clean[-len(rows) :]] == rows


@pytest.mark.parametrize("text", [_PORTUGUESE, _GERMAN, _SPANISH, _QUOTED])
@pytest.mark.parametrize("block_bytes", [4, 5, 6, 7, 1000])
def test_western_languages_are_told_however_they_are_cut(text: str, block_bytes: int) -> None:
    milled = mill(text.encode("cp1252"), limits=Limits(block_bytes=block_bytes), chunk_bytes=3)

    assert [";".join(row) for row in milled.clean] == text.splitlines()


@pytest.mark.parametrize("block_bytes", [1, 3, 7, 1000])
@pytest.mark.parametrize("control", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
def test_controls_that_windows_1252_does_not_have_are_latin_1(
    control: bytes, block_bytes: int
) -> None:
    content = b"a,b\ncaf\xe9,Z\xfcrich\n1," + control + b"\n"

    milled = mill(content, limits=Limits(block_bytes=block_bytes), chunk_bytes=2)

    assert milled.report.encoding == _guess("iso8859-1")
    assert milled.clean[1:] == [["café", "Zürich"], ["1", control.decode("latin-1")]]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\ncaf\xe9,Z\xfcrich\n1,x\x81\n",
        b"a,b\ncaf\xe9,Z\xfcrich\n1,\x9dx\n",
        b"a,b\ncaf\xe9,Z\xfcrich\n\xe9\x90,1\n",
        b"price\n\x9d100\n\x9d200\n",
        b"a,b\ncaf\xe9,\x81\n",
    ],
)
@pytest.mark.parametrize("block_bytes", [1, 4, 1000])
def test_those_bytes_in_words_or_in_plenty_are_no_latin_1(content: bytes, block_bytes: int) -> None:
    assert mill(content, limits=Limits(block_bytes=block_bytes)).report.encoding == _guess("utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        "a,b\né,2\n".encode(),
        # One damaged record among good ones, before them and after them.
        "a,b\né,1\n".encode() + b"caf\xe9,2\n",
        b"a,b\ncaf\xe9,2\n" + "ééé,1\nключ,3\n".encode(),
        # A character that the end or a delimiter cuts short.
        b"a,b\n\xe2\x82,2\n",
        b"a,b\n1,\xc3",
        b"a,b\n1,\xe2\x82",
        # Damage, and bytes of no text.
        b"a,b\n1,\xff\n",
        b"a,b\ncaf\xe9,\x81\n",
        b"a,b\ncaf\xe9,\0\n",
    ],
)
def test_other_content_is_utf_8(content: bytes) -> None:
    assert mill(content, options=ProcessingOptions(delimiter=",")).report.encoding == _guess(
        "utf-8"
    )


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("имя,город\nАнна,Москва\nИван,Тверь\n", "cp1251"),
        ("όνομα,πόλη\nΆννα,Αθήνα\n", "cp1253"),
        ("姓名,城市\n王芳,北京\n", "gbk"),
        ("imię,miasto\nZażółć gęślą jaźń,Częstochowa\nPaweł,Białystok\n", "cp1250"),
        ("prénom,ville\nChloé,Nîmes\nJosé,Orléans\n", "cp850"),
        ("名前,都市\nカタカナ,トウキョウ\n", "shift_jis"),
        ("名前,都市\nすずき,とうきょう\n", "shift_jis"),
    ],
)
def test_text_that_would_be_read_wrongly_is_not_taken_for_windows_1252(
    text: str, encoding: str
) -> None:
    content = text.encode(encoding)

    guessed = mill(content, options=ProcessingOptions(delimiter=","))
    declared = mill(content, options=ProcessingOptions(delimiter=",", encoding=encoding))

    assert guessed.report.encoding == _guess("utf-8")
    assert guessed.report.outcome is Outcome.REJECTED
    assert guessed.report.file_error is not None
    assert "encoding=cp1252 for one" in guessed.report.file_error.message
    assert [",".join(row) for row in declared.clean] == text.splitlines()


@given(
    good=st.lists(st.sampled_from("éèüöäßñçÅſłčšΑяъ’“”–…€"), min_size=1, max_size=12),
    damage=st.lists(
        st.sampled_from([b"b\xc3d", b"b\xffd", b"caf\xe9", b"\xe2\x80", b"\xa0", b"\x93x"]),
        min_size=1,
        max_size=8,
    ),
    chance=st.randoms(use_true_random=False),
    block_bytes=st.sampled_from([1, 2, 3, 5, 1000]),
)
def test_a_text_with_whole_characters_of_utf_8_is_not_read_as_western_for_its_damage(
    good: list[str], damage: list[bytes], chance: Random, block_bytes: int
) -> None:
    # Ten to one would be another matter: those are letters, and the whole ones chance.
    cells = [*(character.encode() for character in good), *damage]
    chance.shuffle(cells)

    milled = mill(b"a\n" + b"\n".join(cells) + b"\n", limits=Limits(block_bytes=block_bytes))

    assert milled.report.encoding == _guess("utf-8")


@pytest.mark.parametrize("block_bytes", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    "text",
    [
        # In each of them some letters and signs happen to be characters of UTF-8.
        "nom\n«\xa0café\xa0»\nl’ÉTÉ…\n«\xa0CAFÉ\xa0»\nà Orléans\n",
        "Gruß\n„Gruß“\n„Maß“ für\nKöln\n",
        "namn\n”PÅ”\n" + "Malmö\nGävle\nVästerås\nÖrebro\nLuleå\nSkellefteå\n" * 2,
    ],
)
def test_a_western_text_is_told_in_spite_of_characters_that_could_be_utf_8(
    text: str, block_bytes: int
) -> None:
    milled = mill(text.encode("cp1252"), limits=Limits(block_bytes=block_bytes))

    assert milled.report.encoding == _guess("cp1252")
    assert [cell for (cell,) in milled.clean] == text.splitlines()


def test_a_guess_can_be_overridden() -> None:
    content = "a,b\nŁódź,é\n".encode("cp1250")

    as_guessed = mill(content, options=ProcessingOptions(delimiter=","))
    declared = mill(content, options=ProcessingOptions(delimiter=",", encoding="windows-1250"))
    as_utf8 = mill(content, options=ProcessingOptions(delimiter=",", encoding="utf-8"))

    assert as_guessed.report.encoding == _guess("cp1252")
    assert declared.clean[1] == ["Łódź", "é"]
    assert declared.report.encoding == Encoding(name="cp1250", source=EncodingSource.DECLARED)
    assert [code for *_, code in as_utf8.places] == ["encoding_error"]
    assert as_utf8.errors[0]["message"] == "the record holds bytes that are not UTF-8"


def test_json_is_utf_8_unless_another_encoding_is_declared() -> None:
    content = b'[{"a":"caf\xe9"},{"a":"x"}]'

    undeclared = mill(content, FileType.JSON)
    declared = mill(content, FileType.JSON, options=ProcessingOptions(encoding="cp1252"))

    assert undeclared.places == [(1, 1, None, "encoding_error")]
    assert "declare it: encoding=cp1252" in undeclared.errors[0]["message"]
    assert declared.clean == [["a"], ["café"], ["x"]]


def test_the_report_says_what_the_encoding_was_told_by() -> None:
    milled = mill("\ufeffa\n1\n".encode("utf-16-be"))

    report = json.loads(milled.results["report.json"])
    assert (report["encoding"], report["encodingSource"]) == ("utf-16-be", "mark")


_WIDE_TEXTS = {
    FileType.CSV: "id,name\r\n1,Zoë\r\n2,Łódź 北京🦆\r\n",
    FileType.JSON: '[{"id":"1","name":"Zoë"},{"id":"2","name":"Łódź 北京🦆"}]',
    FileType.NDJSON: '{"id":"1","name":"Zoë"}\n{"id":"2","name":"Łódź 北京🦆"}\n',
}


@pytest.mark.parametrize("file_type", list(FileType))
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("block_bytes", [1, 7, 1000, 1 << 18])
def test_utf_16_without_a_mark_is_told_by_its_nuls(
    file_type: FileType, encoding: str, block_bytes: int
) -> None:
    content = _WIDE_TEXTS[file_type].encode(encoding)

    milled = mill(content, file_type, limits=Limits(block_bytes=block_bytes), chunk_bytes=3)

    assert milled.report.encoding == _guess(encoding)
    assert milled.clean == [["id", "name"], ["1", "Zoë"], ["2", "Łódź 北京🦆"]]


def test_utf_16_without_a_mark_can_be_declared_to_be_another() -> None:
    content = "a,b\n1,2\n".encode("utf-16-le")

    declared = mill(content, options=ProcessingOptions(encoding="utf-8", delimiter=","))

    assert declared.report.file_error is not None
    assert "NUL" in declared.report.file_error.message


@pytest.mark.parametrize("file_type", list(FileType))
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_can_be_declared_without_a_mark(encoding: str, file_type: FileType) -> None:
    little_endian = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    text = "a,b\nx,2\n" if file_type is FileType.CSV else '{"a":"x","b":2}'
    content = text.encode(little_endian.get(encoding, encoding))

    milled = mill(content, file_type, options=ProcessingOptions(encoding=encoding), chunk_bytes=3)

    assert milled.clean == [["a", "b"], ["x", "2"]]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_wide_encodings_without_a_mark_hold_every_character(encoding: str) -> None:
    content = "a,b\r\né🦆,\u0a0d\r\n".encode(encoding)

    milled = mill(content, options=ProcessingOptions(encoding=encoding), chunk_bytes=1)

    assert milled.clean == [["a", "b"], ["é🦆", "\u0a0d"]]
