"""What a broken element of a JSON array costs: itself, and none of its neighbours."""

import json
from dataclasses import replace

import pytest

from adapters.tabular.limits import Limits
from domain.file_type import FileType
from domain.schema import Schema
from tests.adapters.tabular.mill import Milled, mill, schema_of

EXACT = replace(Limits(), fast_from_bytes=1 << 60)
FAST = replace(Limits(), fast_from_bytes=0)
BOTH_PATHS = pytest.mark.parametrize("limits", [EXACT, FAST], ids=["exact", "fast"])

INTEGERS = schema_of({"name": "a", "type": "integer"}, {"name": "b", "type": "integer"})
ALIASED = schema_of({"name": "id", "gristmill": {"aliases": ["a"]}}, {"name": "b"})
WIDE = schema_of(*({"name": f"c{number}"} for number in range(100)))


def mill_elements(*elements: bytes, schema: Schema, limits: Limits) -> Milled:
    return mill(b"[" + b",".join(elements) + b"]", FileType.JSON, schema=schema, limits=limits)


@BOTH_PATHS
@pytest.mark.parametrize("schema", [INTEGERS, ALIASED], ids=["name", "alias"])
@pytest.mark.parametrize("broken", [b'{"b":1,":2}', b'{"b":1', b'{"b":1,"a:2}', b'{"b":"1,"a":2}'])
def test_neighbours_may_begin_with_any_name_of_the_schema(
    broken: bytes, schema: Schema, limits: Limits
) -> None:
    neighbour = b'{"a":0,"b":2}'

    milled = mill_elements(
        b'{"b":1}', broken, *[neighbour] * 1000, b'{"b":4}', schema=schema, limits=limits
    )

    assert milled.report.rows.accepted == 1002
    assert milled.report.rows.rejected == 1


@BOTH_PATHS
def test_where_the_schema_is_flat_the_first_element_may_be_broken(limits: Limits) -> None:
    elements = [b'{"a":1,":2}', b'{"b":1}'] * 500

    milled = mill_elements(*elements, schema=INTEGERS, limits=limits)

    assert (milled.report.rows.accepted, milled.report.rows.rejected) == (500, 500)


@BOTH_PATHS
def test_neighbours_may_begin_in_as_many_ways_as_the_schema_has_names(limits: Limits) -> None:
    plain = [b'{"c%d":"x"}' % number for number in range(100)]
    broken = [b'{"c%d":"x",":"x"}' % number for number in range(100)]
    elements = [element for pair in zip(broken, reversed(plain), strict=True) for element in pair]

    milled = mill_elements(plain[0], *elements, schema=WIDE, limits=limits)

    assert milled.report.rows.accepted == 101
    assert milled.report.rows.rejected == 100


@BOTH_PATHS
@pytest.mark.parametrize("whole", [b'{"b":1,"a":[{"a":7}]}', b'{"b":1,"a":[{"b":1},{"a":7}]}'])
def test_objects_that_begin_as_elements_might_are_no_rows(whole: bytes, limits: Limits) -> None:
    schema = schema_of({"name": "a"}, {"name": "b"})
    broken = b'{"b":1,"a":[{"a":7},x,{"a":8},{"a":9}]}'

    milled = mill_elements(whole, broken, b'{"b":3}', whole, schema=schema, limits=limits)

    assert [row[1] for row in milled.clean[1:]] == ["1", "3", "1"]
    assert [(error["row"], error["code"]) for error in milled.errors] == [(2, "json_syntax")]


@BOTH_PATHS
def test_a_name_that_could_stand_amid_strings_is_not_searched_for(limits: Limits) -> None:
    schema = schema_of({"name": "a"}, {"name": ":x"}, {"name": ", "})
    plain = json.dumps({"a": '"},{', ":x": "},{", ", ": "{"}).encode()

    milled = mill_elements(*[plain] * 3, b'{"a":1,":2}', *[plain] * 3, schema=schema, limits=limits)

    assert (milled.report.rows.accepted, milled.report.rows.rejected) == (6, 1)
