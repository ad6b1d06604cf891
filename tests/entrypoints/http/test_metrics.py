"""What Prometheus is told, read by its own parsers."""

from collections.abc import Callable, Iterable, Mapping

import pytest
from flask.testing import FlaskClient
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse

from application.errors import DatabaseUnavailableError
from tests.entrypoints.http.service import HttpService, assert_problem, upload
from tests.entrypoints.http.test_problems import BrokenDatabase

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def samples(text: str, parser: Callable[[str], Iterable[Metric]] = parse) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parser(text)
        for sample in family.samples
    }


def scraped(client: FlaskClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return samples(answer.get_data(as_text=True))


def value(found: Samples, name: str, **labels: str) -> float:
    return found[name, frozenset(labels.items())]


def test_requests_are_counted_by_method_route_and_status(client: FlaskClient) -> None:
    file = upload(client)
    for _ in range(2):
        client.get(file["links"]["self"])
    client.get("/files/no-such-id")

    found = scraped(client)

    counts = "gristmill_http_request_duration_seconds_count"
    route = "/files/<file_id:file_id>"
    assert value(found, counts, method="GET", route=route, status="200") == 2
    assert value(found, counts, method="POST", route="/files/upload", status="202") == 1
    assert value(found, "gristmill_http_requests_in_progress") == 1


def test_what_callers_make_up_becomes_no_series(client: FlaskClient) -> None:
    for number in range(20):
        client.get(f"/nowhere/{number}")
        client.open("/files", method=f"MADE{number}")

    before = {key for key in scraped(client) if key[0].endswith("_count")}

    assert len(before) <= 3
    assert not any("nowhere" in str(key) or "MADE" in str(key) for key in before)


def test_the_record_is_told_by_gauges(client: FlaskClient, service: HttpService) -> None:
    upload(client, "a\n1\n", filename="done.csv")
    service.process()
    upload(client, filename="waiting.csv")
    service.clock.advance(7)

    found = scraped(client)

    assert value(found, "gristmill_database_up") == 1
    assert value(found, "gristmill_files_ended", outcome="clean") == 1
    assert value(found, "gristmill_files_unfinished", status="PENDING") == 1
    assert value(found, "gristmill_oldest_unfinished_file_age_seconds") == 7
    assert value(found, "gristmill_outbox_unsent_messages") >= 1
    assert value(found, "gristmill_queue_messages", queue="dead_letters") == 0


def test_the_record_is_asked_every_five_seconds_at_most(
    client: FlaskClient, service: HttpService
) -> None:
    pending = ("gristmill_files_unfinished", {"status": "PENDING"})
    scraped(client)
    upload(client)
    soon = value(scraped(client), pending[0], **pending[1])
    service.clock.advance(5)

    later = value(scraped(client), pending[0], **pending[1])

    assert (soon, later) == (0, 1)


def test_without_the_database_the_process_still_tells_of_itself() -> None:
    service = HttpService()
    service.units_of_work = BrokenDatabase(DatabaseUnavailableError("locked"))

    found = scraped(service.app().test_client())

    assert value(found, "gristmill_database_up") == 0
    assert value(found, "gristmill_http_requests_in_progress") == 1
    assert not any(name.startswith("gristmill_files") for name, _ in found)


@pytest.mark.parametrize(
    ("accept", "media_type", "parser"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8", parse),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text", parse_open),
    ],
)
def test_the_caller_chooses_the_format(
    client: FlaskClient,
    accept: str,
    media_type: str,
    parser: Callable[[str], Iterable[Metric]],
) -> None:
    client.get("/health/live")

    answer = client.get("/metrics", headers={"Accept": accept} if accept else {})

    assert answer.headers["Content-Type"].startswith(media_type)
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("gristmill_database_up", frozenset()) in samples(answer.get_data(as_text=True), parser)


def test_no_tenant_and_no_name_is_told(client: FlaskClient) -> None:
    upload(client, filename="confidential.csv")

    text = client.get("/metrics").get_data(as_text=True)

    assert "confidential" not in text
    assert "tenant" not in text


def test_a_parameter_is_refused(client: FlaskClient) -> None:
    assert_problem(client.get("/metrics?x=1"), 422, "invalid_parameter")
