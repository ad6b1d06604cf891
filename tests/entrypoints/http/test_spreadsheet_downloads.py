"""CSV results as spreadsheets take them."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from adapters.memory.direct_downloads import MemoryDirectDownloads
from tests.entrypoints.http.service import HttpService, assert_problem, upload

CONTENT = 'a,b\n=1+1,"-x"\n-1,é\n3\n'


@pytest.fixture
def results(client: FlaskClient, service: HttpService) -> str:
    """Where the results are."""
    link: str = upload(client, CONTENT)["links"]["results"]
    service.process()
    return link


def result(client: FlaskClient, results: str, name: str) -> dict[str, Any]:
    items = client.get(results).get_json()["items"]
    (found,) = [item for item in items if item["name"] == name]
    return dict(found)


def test_cells_are_guarded_and_a_byte_order_mark_comes_first(
    client: FlaskClient, results: str
) -> None:
    answer = client.get(f"{results}/clean.csv?profile=excel")

    assert answer.status_code == 200
    assert answer.data.decode("utf-8-sig") == "a,b\r\n'=1+1,'-x\r\n-1,é\r\n"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="clean.csv"' in answer.headers["Content-Disposition"]
    assert client.get(f"{results}/clean.csv").data == b"a,b\r\n=1+1,-x\r\n-1,\xc3\xa9\r\n"


def test_rejected_rows_are_guarded_already(client: FlaskClient, results: str) -> None:
    answer = client.get(f"{results}/rejected.csv?profile=excel")

    assert answer.data == client.get(f"{results}/rejected.csv").data
    assert answer.headers["Accept-Ranges"] == "none"


def test_it_is_another_representation_which_has_no_ranges(
    client: FlaskClient, results: str
) -> None:
    plain, link = client.get(f"{results}/clean.csv"), f"{results}/clean.csv?profile=excel"
    answer = client.get(link, headers={"Range": "bytes=0-1"})

    assert answer.status_code == 200
    assert answer.headers["ETag"] != plain.headers["ETag"]
    again = client.get(link, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(link, headers={"If-None-Match": plain.headers["ETag"]})
    assert other.status_code == 200


def test_it_comes_from_here_also_where_the_storage_makes_links(
    client: FlaskClient, service: HttpService, results: str
) -> None:
    service.direct_downloads = MemoryDirectDownloads(service.storage, service.clock)
    linking = service.app().test_client()

    assert linking.get(f"{results}/clean.csv").status_code == 307
    assert linking.get(f"{results}/clean.csv?profile=excel").status_code == 200


def test_head_tells_what_there_is_without_the_content(client: FlaskClient, results: str) -> None:
    link = f"{results}/clean.csv?profile=excel"

    answer = client.head(link)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(client.get(link).data))


@pytest.mark.parametrize(
    "asked",
    [
        "report.json?profile=excel",
        "clean.csv?profile=word",
        "clean.csv?profile=excel&profile=excel",
    ],
)
def test_what_spreadsheets_do_not_read_is_refused(
    client: FlaskClient, results: str, asked: str
) -> None:
    problem = assert_problem(client.get(f"{results}/{asked}"), 422, "invalid_parameter")

    assert problem["errors"][0]["parameter"] == "profile"


def test_a_result_that_is_not_there_is_the_problem_it_always_is(
    client: FlaskClient, service: HttpService, results: str
) -> None:
    lost = result(client, results, "clean.csv")
    (key,) = [key for key in service.storage.keys if key.endswith("clean.csv")]
    service.storage.delete(key)

    missing = client.get(f"{results}/other.csv?profile=excel")
    gone = client.get(f"{lost['link']}?profile=excel")

    assert_problem(missing, 404, "result_not_found")
    assert_problem(gone, 404, "input_missing")
