"""UTF-16 without a byte order mark, and what only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.wide_text import TELLING_BYTES, wide_encoding

WIDE = ("utf-16-le", "utf-16-be")


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize(
    "text",
    [
        "a",
        "id,name\r\n1,Zoë\r\n",
        "Größe;Maß\n",
        "city,x\n北京,1\n上海,2\n",
        '{"id": "🦆"}\n',
        "\n \n",
        "id,一\n" + "1,2\n" * 5000,
        "x" * (TELLING_BYTES // 2 - 1) + "🦆",
    ],
)
def test_western_text_is_told_by_its_nuls(encoding: str, text: str) -> None:
    content = text.encode(encoding)

    assert wide_encoding(content) == encoding
    assert wide_encoding(content + b"x") == encoding


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"a,b\n1,2\n",
        b"a,b\n1,\0\n",
        b"a,\0\n1,2\n",
        b"\0" * 5000,
        b"a,b\n" + b"\0" * 5000,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
        b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0\xb8\0\0\0",
        "a,b\n".encode("utf-32-le"),
        "a,b\n".encode("utf-32-be"),
        "北京,上海\n".encode("utf-16-le"),
        "a\ud800b".encode("utf-16-le", "surrogatepass"),
    ],
)
def test_other_bytes_are_no_utf_16(content: bytes) -> None:
    assert wide_encoding(content) is None


@given(text=st.text(st.characters(min_codepoint=1, max_codepoint=255), min_size=1, max_size=50))
@pytest.mark.parametrize("encoding", WIDE)
def test_any_latin_text_is_told(encoding: str, text: str) -> None:
    assert wide_encoding(text.encode(encoding)) == encoding


@given(content=st.binary(max_size=60).filter(lambda content: b"\0" not in content))
def test_what_has_no_nul_is_none(content: bytes) -> None:
    assert wide_encoding(content) is None
