"""Whatever text a caller sends, it is no crash where PostgreSQL could not hold it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from entrypoints.http.upload_fields import FIELD_BYTES
from tests.entrypoints.http.service import (
    HttpService,
    assert_problem,
    csv_part,
    form,
    part,
    post_form,
    upload,
)

# A NUL, half of a surrogate pair, what is not UTF-8, and characters of four and three bytes.
TEXTS = [b"\x00", b"a\x00", b"\xed\xa0\x80", b"\xff", "\U0001f600".encode(), "\uffff".encode()]


@pytest.fixture
def service(postgres_url: str) -> Iterator[HttpService]:
    """A service whose records are in PostgreSQL."""
    engine = create_engine(postgres_url)
    service = HttpService()
    service.units_of_work = SqlUnitOfWorkFactory(
        engine, service.clock, observer=lambda events: None, bell=lambda: None
    )
    yield service
    engine.dispose()


def in_address(text: bytes) -> str:
    return "".join(f"%{byte:02X}" for byte in text)


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_an_address_is_a_crash(client: FlaskClient, text: bytes) -> None:
    file, shown = upload(client)["links"]["self"], in_address(text)
    not_found = [
        f"/schemas/{shown}",
        f"/schemas/{shown}/versions/1",
        f"/files/{shown}",
        f"{file}/results/{shown}",
    ]
    queries = [f"/files?q={shown}", f"/files?schema={shown}", f"{file}/errors?column={shown}"]

    for path in not_found:
        assert client.get(path).status_code == 404, path
    for path in queries:
        assert client.get(path).status_code < 500, path
    put = client.put(f"/schemas/{shown}", json={"fields": [{"name": "a"}]})
    assert_problem(put, 422, "invalid_schema_name")


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_in_a_field_is_a_crash(client: FlaskClient, text: bytes) -> None:
    for name in FIELD_BYTES:
        body = form(csv_part(), part(name, "PLACE")).replace(b"PLACE", text)
        assert post_form(client, body).status_code < 500, name


@pytest.mark.parametrize(
    "metadata",
    [
        r'{"a": "\u0000"}',
        r'{"\u0000": 1}',
        r'{"a": "\ud800"}',
        r'{"\ud800": 1}',
        '{"a": "\U0001f600"}',
    ],
)
def test_no_metadata_is_a_crash(client: FlaskClient, metadata: str) -> None:
    assert post_form(client, form(csv_part(), part("metadata", metadata))).status_code < 500


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_of_an_upload_in_parts_is_a_crash(client: FlaskClient, text: bytes) -> None:
    for name in ("name", "size", *FIELD_BYTES):
        for quote in (b'"', b""):
            members = b'{"name":"a.csv","size":4,"%s":%s}' % (name.encode(), quote + text + quote)
            answer = client.post("/uploads", data=members, content_type="application/json")
            assert answer.status_code < 500, members
    named = b'{"name":"%s.csv","size":4,"metadata":{"%s":"%s"}}' % (text, text, text)
    begun = client.post("/uploads", data=named, content_type="application/json")
    assert begun.status_code in (201, 400)


@pytest.mark.parametrize(
    "content",
    [
        r'[{"a\u0000": 1}]',
        r'[{"\ud800": 1}]',
        r'[{"name": "\u0000"}, {"name": "\ud800"}]',
        r'["\u0000"]',
    ],
)
@pytest.mark.parametrize("schema", [[], [part("schema", "people")]])
def test_no_content_is_a_crash(
    service: HttpService, client: FlaskClient, content: str, schema: list[bytes]
) -> None:
    client.put("/schemas/people", json={"fields": [{"name": "name", "type": "string"}]})
    sent = post_form(client, form(csv_part(content, filename="people.json"), *schema))
    assert sent.status_code == 202

    service.process()

    file = client.get(sent.get_json()["links"]["self"]).get_json()
    assert (file["status"], file["errorCode"]) in [("FAILED", "no_valid_rows"), ("COMPLETED", None)]
