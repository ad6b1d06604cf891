"""The list of what is wrong with a file's rows."""

import pytest
from flask.testing import FlaskClient

from tests.entrypoints.http.service import HttpService, assert_problem, upload


def test_row_errors_come_in_pages_with_exact_totals(
    client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, "a,b\n" + "1\n" * 5 + "1,2\n" + "1,2,3\n" * 2)
    errors = file["links"]["errors"]

    service.process()

    first = client.get(f"{errors}?limit=3")
    page = first.get_json()
    assert (page["total"], page["page"], page["limit"]) == (7, 1, 3)
    assert [item["row"] for item in page["items"]] == [1, 2, 3]
    assert page["items"][0]["code"] == "missing_cell"
    assert {(total["code"], total["count"]) for total in page["totals"]} == {
        ("missing_cell", 5),
        ("extra_cell", 2),
    }
    assert client.get(page["next"]).get_json()["items"][0]["row"] == 4
    extra = client.get(f"{errors}?code=extra_cell").get_json()
    assert ([item["row"] for item in extra["items"]], extra["total"]) == ([7, 8], 2)


@pytest.mark.parametrize("code", ["nope", "EXTRA_CELL", "no_valid_rows", ""])
def test_a_code_that_no_row_error_has_is_refused_with_those_that_there_are(
    client: FlaskClient, service: HttpService, code: str
) -> None:
    file = upload(client)
    service.process()

    answer = client.get(f"{file['links']['errors']}?code={code}")

    (fault,) = assert_problem(answer, 422, "invalid_parameter")["errors"]
    assert fault["parameter"] == "code"
    assert "extra_cell" in fault["detail"]


def test_row_errors_that_nobody_knows_are_no_empty_page(
    client: FlaskClient, service: HttpService
) -> None:
    file, cancelled = upload(client), upload(client)
    client.post(f"{cancelled['links']['self']}/cancel")

    too_early = client.get(file["links"]["errors"])
    too_late = client.get(cancelled["links"]["errors"])

    problem = assert_problem(too_early, 409, "file_not_done")
    assert (
        problem["detail"]
        == f"file {file['id']} is PENDING: its row errors are known once it is done"
    )
    assert too_early.headers["Retry-After"] == "1"
    assert "cancelled" in assert_problem(too_late, 409, "rows_not_checked")["detail"]
    assert "Retry-After" not in too_late.headers
    service.process()
    assert client.get(file["links"]["errors"]).get_json()["total"] == 0
