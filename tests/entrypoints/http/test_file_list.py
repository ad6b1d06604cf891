"""Files: many of them, in pages and by filters."""

from flask.testing import FlaskClient

from tests.entrypoints.http.service import HttpService, upload


def test_a_list_is_newest_first_in_pages_that_lead_to_each_other(
    client: FlaskClient, service: HttpService
) -> None:
    ids = [upload(client, filename=f"{number}.csv")["id"] for number in range(5)]

    answer = client.get("/files?limit=2&page=2&type=csv")
    page = answer.get_json()

    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    assert (page["page"], page["limit"], page["total"]) == (2, 2, 5)
    assert page["totalIsExact"] is True
    assert page["next"] == "/files?type=csv&page=3&limit=2"
    assert answer.headers["Link"] == ", ".join(
        f'</files?type=csv&page={number}&limit=2>; rel="{rel}"'
        for number, rel in ((1, "first"), (1, "prev"), (3, "next"), (3, "last"))
    )
    last = client.get(page["next"])
    assert [item["id"] for item in last.get_json()["items"]] == [ids[0]]
    assert last.get_json()["next"] is None
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
