"""The examples come once, and touch nothing that has become the user's."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from entrypoints.cli.demo_results import tell
from entrypoints.cli.example_files import EXAMPLES, upload_examples
from entrypoints.cli.service_client import ServiceClient
from tests.entrypoints.http.service import HttpService, upload

BAKERY, BEEHIVE = EXAMPLES


@contextmanager
def _listening(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(timeout=30)
        server.server_close()


class Visited:
    """A service in memory, as the command line reaches it and as its user does."""

    def __init__(self, url: str, service: HttpService, app: Flask) -> None:
        self.client = ServiceClient(url)
        self.service = service
        self.user = app.test_client()

    def names(self) -> set[str]:
        """The names of the files that there are."""
        return {item["originalName"] for item in self.user.get("/files").get_json()["items"]}

    def latest(self, schema: str) -> Any:
        """The latest version of the schema."""
        return self.user.get(f"/schemas/{schema}").get_json()


@pytest.fixture
def visited() -> Iterator[Visited]:
    service = HttpService()
    app = service.app()
    with _listening(app) as url:
        yield Visited(url, service, app)


def test_the_examples_are_uploaded_once_however_often_they_are_asked_for(visited: Visited) -> None:
    first = upload_examples(visited.client)
    second = upload_examples(visited.client)

    assert [file["originalName"] for file in first] == [BAKERY.file_name, BEEHIVE.file_name]
    assert [file["id"] for file in second] == [file["id"] for file in first]
    assert len(visited.service.files) == 2


def test_they_are_not_uploaded_again_when_their_keys_are_forgotten(visited: Visited) -> None:
    upload_examples(visited.client)
    visited.service.database.tables.idempotency_keys.clear()

    assert len(upload_examples(visited.client)) == 2
    assert len(visited.service.files) == 2


def test_a_file_of_the_user_is_not_taken_for_an_example(visited: Visited) -> None:
    visited.client.put_schema(BAKERY.schema_name, BAKERY.schema())
    upload(
        visited.user,
        BAKERY.content(),
        filename=f"{BAKERY.file_name}.csv",
        schema=BAKERY.schema_name,
    )

    found = upload_examples(visited.client)

    assert [file["originalName"] for file in found] == [BAKERY.file_name, BEEHIVE.file_name]


def test_an_example_that_was_deleted_stays_away_quietly(visited: Visited) -> None:
    bakery, _ = upload_examples(visited.client)
    visited.user.delete(bakery["links"]["self"])

    left = upload_examples(visited.client)

    assert [file["originalName"] for file in left] == [BEEHIVE.file_name]
    assert visited.names() == {BEEHIVE.file_name}


def test_an_example_that_another_version_brought_is_not_brought_again(visited: Visited) -> None:
    visited.client.put_schema(BAKERY.schema_name, BAKERY.schema())
    older = visited.client.upload(
        BAKERY.file_name,
        b"order_id\n1\n",
        schema=BAKERY.schema_name,
        idempotency_key=f"gristmill-example-{BAKERY.file_name}",
    )
    visited.user.delete(older["links"]["self"])

    assert [file["originalName"] for file in upload_examples(visited.client)] == [BEEHIVE.file_name]


def test_a_schema_that_the_user_has_changed_stays_as_it_is(visited: Visited) -> None:
    upload_examples(visited.client)
    changed = json.loads(BAKERY.schema())
    changed["fields"][0]["title"] = "Our order number"
    visited.user.put(f"/schemas/{BAKERY.schema_name}", json=changed)

    upload_examples(visited.client)

    latest = visited.latest(BAKERY.schema_name)
    assert latest["version"] == 2
    assert latest["schema"]["fields"][0]["title"] == "Our order number"


def test_a_schema_of_that_name_that_was_there_before_gets_no_new_version(visited: Visited) -> None:
    visited.user.put(
        f"/schemas/{BAKERY.schema_name}", json={"fields": [{"name": "a", "type": "string"}]}
    )

    upload_examples(visited.client)

    assert visited.latest(BAKERY.schema_name)["version"] == 1


def test_a_file_that_ended_without_a_report_is_told_too(visited: Visited, tmp_path: Any) -> None:
    bakery, _ = upload_examples(visited.client)
    visited.user.post(f"{bakery['links']['self']}/cancel")
    cancelled = visited.client.get(bakery["links"]["self"])

    (line,) = tell(visited.client, cancelled, folder=tmp_path)

    assert line.startswith(f"{BAKERY.file_name}: FAILED, cancelled")
    assert not list(tmp_path.iterdir())
