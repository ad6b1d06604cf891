"""How API keys are written, and what is noticed about one that is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.api_key_text import ID_BYTES, SECRET_BYTES, ApiKeyText, same_hash

PEPPER = b"p" * 32

texts = st.builds(
    ApiKeyText.make,
    st.binary(min_size=ID_BYTES, max_size=ID_BYTES),
    st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES),
)


@given(text=texts)
def test_a_key_is_read_as_it_was_written(text: ApiKeyText) -> None:
    assert re.fullmatch(r"gm_[0-9a-z]{8}_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", text.whole)
    assert ApiKeyText.parse(text.whole) == text


@given(text=texts, place=st.integers(3, 54), character=st.sampled_from("0aZ9_x"))
def test_one_wrong_character_makes_it_no_key(text: ApiKeyText, place: int, character: str) -> None:
    mistyped = text.whole[:place] + character + text.whole[place + 1 :]

    assert (ApiKeyText.parse(mistyped) is None) is (mistyped != text.whole)


@pytest.mark.parametrize("change", [str.upper, str.strip, lambda it: it + "\n", lambda it: it[:-1]])
def test_nothing_but_the_whole_is_a_key(change: object) -> None:
    assert callable(change)
    whole = ApiKeyText.make(b"\x00" * ID_BYTES, b"a" * SECRET_BYTES).whole

    assert (ApiKeyText.parse(change(whole)) is None) is (change(whole) != whole)


@given(one=texts, other=texts)
def test_a_hash_belongs_to_one_key_and_one_pepper(one: ApiKeyText, other: ApiKeyText) -> None:
    hashed = one.hashed(PEPPER)

    assert len(hashed) == 64
    assert same_hash(hashed, other.hashed(PEPPER)) is (one == other)
    assert not same_hash(hashed, one.hashed(b"q" * 32))


def test_a_key_is_not_shown_by_accident() -> None:
    text = ApiKeyText.make(b"\x01" * ID_BYTES, b"a" * SECRET_BYTES)

    assert text.whole not in repr(text)
    assert text.id in repr(text)


def test_too_little_chance_makes_no_key() -> None:
    with pytest.raises(ValueError, match="too few"):
        ApiKeyText.make(b"\x01" * ID_BYTES, b"")
