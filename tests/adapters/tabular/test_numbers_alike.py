"""A number is one in JSON when it is one in CSV, and comes out the same."""

import pytest

from domain.file_type import FileType
from tests.adapters.tabular.mill import mill, schema_of

SCHEMA = schema_of({"name": "a", "type": "number"})


@pytest.mark.parametrize(
    "spelt",
    [
        "12.50", "-0.0", "1e2", "0e999999999999999999999999", "-0.00E+999999999999999999999999",
        "-0", "0e-1", "-0.0e-3", "0E5", "-0.50e1", "0E-9", "0.0000000",
    ],
)  # fmt: skip
def test_good_numbers_are_written_alike(spelt: str) -> None:
    of_csv = mill(f"a\n{spelt}\n".encode(), schema=SCHEMA)
    of_json = mill(f'[{{"a":{spelt}}}]'.encode(), FileType.JSON, schema=SCHEMA)

    assert of_csv.report.rows.accepted == of_json.report.rows.accepted == 1
    assert of_json.results["clean.csv"] == of_csv.results["clean.csv"]


@pytest.mark.parametrize("spelt", ["1e400", "1e999999999999999999999999"])
def test_numbers_beyond_every_range_are_good_in_neither(spelt: str) -> None:
    of_csv = mill(f"a\n{spelt}\n".encode(), schema=SCHEMA)
    of_json = mill(f'[{{"a":{spelt}}}]'.encode(), FileType.JSON, schema=SCHEMA)

    assert of_csv.report.rows.rejected == of_json.report.rows.rejected == 1
