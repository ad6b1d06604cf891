"""Names for formats in which a name may be there only once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.tabular.outputs.unique_names import unique_names


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        ("a b c", "a b c"),
        ("a b a a", "a b a_2 a_3"),
        ("a a a_2", "a a_3 a_2"),
        ("a_2 a a a_2", "a_2 a a_3 a_2_2"),
    ],
)
def test_a_repeated_name_gets_a_number_that_is_free(names: str, unique: str) -> None:
    assert unique_names(names.split()) == tuple(unique.split())


def test_columns_without_a_name_are_told_apart_too() -> None:
    assert unique_names(["", "", ""]) == ("", "_2", "_3")


@given(names=st.lists(st.sampled_from(["a", "a_2", "a_3", "a_2_2", "", "_2"]), max_size=12))
def test_names_are_unique_and_the_first_of_each_is_kept(names: list[str]) -> None:
    unique = unique_names(names)

    assert len(set(unique)) == len(unique) == len(names)
    firsts = {name: at for at, name in reversed(list(enumerate(names)))}
    assert [unique[at] for at in firsts.values()] == list(firsts)
