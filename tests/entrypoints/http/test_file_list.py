"""Files: many of them, in pages and by filters."""

import base64

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.access.open_authenticator import OpenAuthenticator
from application.ports.file_repository import COUNTED_UP_TO
from tests.builders import build_file
from tests.entrypoints.http.service import TENANT, HttpService, assert_problem, upload


def test_a_list_is_newest_first_in_pages_that_lead_to_each_other(
    client: FlaskClient, service: HttpService
) -> None:
    ids = [upload(client, filename=f"{number}.csv")["id"] for number in range(5)]

    answer = client.get("/files?limit=2&page=2&type=csv")
    page = answer.get_json()

    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    assert (page["page"], page["limit"], page["total"]) == (2, 2, 5)
    assert page["totalIsExact"] is True
    assert page["next"].startswith("/files?type=csv&cursor=")
    links = {
        "first": "/files?type=csv&page=1&limit=2",
        "prev": "/files?type=csv&page=1&limit=2",
        "next": page["next"],
        "last": "/files?type=csv&page=3&limit=2",
    }
    expected = ", ".join(f'<{link}>; rel="{rel}"' for rel, link in links.items())
    assert answer.headers["Link"] == expected
    last = client.get(page["next"])
    assert [item["id"] for item in last.get_json()["items"]] == [ids[0]]
    assert last.get_json()["next"] is None
    assert last.get_json()["page"] is None
    assert last.get_json()["total"] == 5
    assert 'rel="next"' not in last.headers["Link"]


def test_an_empty_list_and_a_page_past_the_end_are_empty(client: FlaskClient) -> None:
    empty = client.get("/files").get_json()
    upload(client)
    past = client.get("/files?page=9")

    assert (empty["items"], empty["total"], empty["limit"]) == ([], 0, 20)
    assert (past.get_json()["items"], past.get_json()["total"]) == ([], 1)
    assert '</files?page=1&limit=20>; rel="prev"' in past.headers["Link"]


def test_a_list_is_filtered(client: FlaskClient, service: HttpService) -> None:
    done = upload(client, "a\n1\n", filename="done.csv")
    service.process()
    service.clock.advance(10)
    pending = upload(client, '[{"a": 1}]', filename="new.json")

    def found(query: str) -> list[str]:
        return [item["id"] for item in client.get(f"/files?{query}").get_json()["items"]]

    assert found("status=COMPLETED") == found("outcome=clean") == [done["id"]]
    assert found("status=PENDING") == found("type=json") == [pending["id"]]
    assert found("q=do") == [done["id"]]
    assert found("schema=people") == []
    assert found("schema=people@1") == []
    assert found(f"createdAfter={done['createdAt']}") == [pending["id"]]
    assert found(f"createdBefore={pending['createdAt']}") == [done["id"]]
    assert found("createdBefore=2026-11-23T10:00:05%2B01:00") == [done["id"]]


def test_a_schema_filters_by_its_name_alone_or_with_a_version(client: FlaskClient) -> None:
    ids = []
    for name in ("a", "b"):
        client.put("/schemas/people", json={"fields": [{"name": name, "type": "string"}]})
        ids.append(upload(client, schema="people")["id"])

    def found(schema: str) -> list[str]:
        return [item["id"] for item in client.get(f"/files?schema={schema}").get_json()["items"]]

    assert set(found("people")) == set(ids)
    assert found("people@1") == ids[:1]
    assert found("people@2") == ids[1:]
    assert found("people@3") == []


@settings(max_examples=25, deadline=None)
@given(
    before=st.integers(1, 7),
    limit=st.integers(1, 3),
    arrivals=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.001])), min_size=8),
)
def test_going_by_next_shows_what_was_there_once_whatever_arrives(
    before: int, limit: int, arrivals: list[tuple[int, float]]
) -> None:
    service = HttpService()
    client = service.app().test_client()
    there = [upload(client, filename=f"{number}.csv")["id"] for number in range(before)]
    link: str | None = f"/files?limit={limit}&type=csv"
    shown: list[str] = []

    for count, seconds in arrivals:
        assert link is not None
        page = client.get(link).get_json()
        shown += [item["id"] for item in page["items"]]
        service.clock.advance(seconds)
        for number in range(count):
            upload(client, filename=f"new-{number}.csv")
        link = page["next"]
        if link is None:
            break

    assert link is None
    # Files of one moment have no order but that of their ids: a new one may come late.
    assert [file_id for file_id in shown if file_id in there] == sorted(there, reverse=True)
    assert len(shown) == len(set(shown))


def next_cursor(client: FlaskClient, query: str = "") -> str:
    following: str = client.get(f"/files?limit=1&{query}").get_json()["next"]
    return following.split("cursor=")[1].split("&", maxsplit=1)[0]


def test_a_cursor_is_good_for_its_list_alone(client: FlaskClient) -> None:
    for number in range(3):
        upload(client, filename=f"{number}.csv")
    cursor = next_cursor(client)

    assert client.get(f"/files?cursor={cursor}").status_code == 200
    for other in ("type=csv", "q=1", "createdAfter=2020-01-01T00:00:00Z"):
        problem = assert_problem(
            client.get(f"/files?cursor={cursor}&{other}"), 422, "invalid_parameter"
        )
        assert problem["errors"][0]["parameter"] == "cursor"


def test_a_cursor_of_another_tenant_is_refused(service: HttpService, client: FlaskClient) -> None:
    for number in range(2):
        upload(client, filename=f"{number}.csv")
    cursor = next_cursor(client)
    service.authenticator = OpenAuthenticator("other")
    other = service.app().test_client()

    assert_problem(other.get(f"/files?cursor={cursor}"), 422, "invalid_parameter")


@pytest.mark.parametrize("place", [0, 8, 20, 50])
def test_a_cursor_that_was_altered_is_refused(client: FlaskClient, place: int) -> None:
    for number in range(2):
        upload(client, filename=f"{number}.csv")
    cursor = next_cursor(client)
    sealed = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    sealed[place] ^= 1
    altered = base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    for wrong in (altered, cursor[:-1], f"{cursor}=", f"{cursor}A", "x", "MjAyNg"):
        problem = assert_problem(client.get(f"/files?cursor={wrong}"), 422, "invalid_parameter")
        assert problem["errors"][0]["parameter"] == "cursor"


def test_a_page_and_a_cursor_exclude_each_other(client: FlaskClient) -> None:
    for number in range(2):
        upload(client, filename=f"{number}.csv")

    answer = client.get(f"/files?page=1&cursor={next_cursor(client)}")

    problem = assert_problem(answer, 422, "invalid_parameter")
    assert problem["errors"][0]["parameter"] == "page"


def test_a_page_that_is_too_deep_names_the_cursor(client: FlaskClient) -> None:
    problem = assert_problem(client.get("/files?page=101&limit=100"), 422, "page_too_deep")

    assert "cursor" in problem["detail"]


def test_a_list_that_is_too_long_to_count_names_no_last_page(service: HttpService) -> None:
    with service.units_of_work.for_writing() as work:
        for _ in range(COUNTED_UP_TO + 1):
            work.files.add(build_file(tenant=TENANT))
        work.commit()
    client = service.app().test_client()

    answer = client.get("/files?page=100&limit=100")

    page = answer.get_json()
    assert (len(page["items"]), page["total"], page["totalIsExact"]) == (100, 10_000, False)
    assert 'rel="last"' not in answer.headers["Link"]
    assert page["next"] in answer.headers["Link"]
    last = client.get(page["next"])
    assert (len(last.get_json()["items"]), last.get_json()["next"]) == (1, None)
