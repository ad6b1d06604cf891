"""Errors of every kind, and health."""

from collections.abc import Iterator
from typing import Any

import pytest
import structlog
import structlog.testing
from flask.testing import FlaskClient

from application.errors import (
    ApplicationError,
    ConfigurationError,
    DatabaseUnavailableError,
    QueueUnavailableError,
    StorageFullError,
)
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.errors import DomainError
from entrypoints.http.problem_catalogue import PROBLEM_KINDS
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.service import HttpService, assert_problem, upload

# They end attempts in the worker, or the start of a process; no view ever sees them.
NEVER_ANSWERED = {
    "application_error",
    "domain_error",
    "engine_unavailable",
    "newer_database",
    "outdated_database",
    "processing_stopped",
    "resource_limit",
}


class BrokenDatabase(UnitOfWorkFactory):
    """A database that raises the same error at every transaction."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.times_asked = 0

    def for_writing(self) -> UnitOfWork:
        self.times_asked += 1
        raise self._error

    def for_reading(self) -> UnitOfWork:
        return self.for_writing()


def _error_classes(root: type[Exception]) -> Iterator[type[Any]]:
    yield root
    for child in root.__subclasses__():
        yield from _error_classes(child)


@pytest.mark.parametrize(
    "kind",
    [
        kind
        for root in (DomainError, ApplicationError)
        for kind in _error_classes(root)
        if kind.__module__ in ("domain.errors", "domain.schema_faults", "application.errors")
    ],
)
def test_every_error_below_has_its_status(kind: type[Any]) -> None:
    assert kind.code in PROBLEM_KINDS or kind.code in NEVER_ANSWERED


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (DatabaseUnavailableError("SELECT secret"), 503, "database_unavailable"),
        (QueueUnavailableError("SELECT secret"), 503, "queue_unavailable"),
        (ConfigurationError("storage", "secret"), 503, "configuration_error"),
        (StorageFullError("/secret"), 507, "storage_full"),
    ],
)
def test_a_dependency_that_is_down_says_when_to_come_back_and_nothing_else(
    service: HttpService, error: Exception, status: int, code: str
) -> None:
    service.units_of_work = BrokenDatabase(error)
    client = service.app().test_client()

    answer = client.get("/files")

    assert "secret" not in str(assert_problem(answer, status, code))
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (DatabaseUnavailableError("it is away"), "warning"),
        (ConfigurationError("database", "no such user"), "error"),
    ],
)
def test_the_log_is_loud_where_an_operator_has_to_mend(
    service: HttpService, error: ApplicationError, level: str
) -> None:
    # Another test may have configured the process's logging.
    structlog.reset_defaults()
    service.units_of_work = BrokenDatabase(error)
    client = service.app().test_client()

    with structlog.testing.capture_logs() as lines:
        client.get("/files")

    (line,) = lines
    assert line == {
        "event": "dependency_failed",
        "log_level": level,
        "error_code": error.code,
        "error": str(error),
    }


def test_a_bug_is_500_and_its_trace_is_in_the_log_alone(service: HttpService) -> None:
    # Another test may have configured the process's logging.
    structlog.reset_defaults()
    bug = RuntimeError("secret")
    service.units_of_work = BrokenDatabase(bug)
    client = service.app().test_client()

    with structlog.testing.capture_logs() as lines:
        answer = client.get("/files")

    assert "secret" not in str(assert_problem(answer, 500, "internal_error"))
    assert [line["exc_info"] for line in lines] == [bug]


def test_no_answer_shows_a_file_s_bytes_twice_to_a_cache(client: FlaskClient) -> None:
    assert client.get("/files").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/nope").headers["Cache-Control"] == "no-store"


def test_ready_asks_the_database_at_most_every_two_seconds(service: HttpService) -> None:
    client = service.app().test_client()
    assert client.get("/health/ready").status_code == 200
    broken = BrokenDatabase(DatabaseUnavailableError("locked"))

    service.units_of_work = broken
    broken_client = service.app().test_client()

    assert client.get("/health/ready").status_code == 200
    for _ in range(2):
        assert_problem(broken_client.get("/health/ready"), 503, "database_unavailable")
    assert broken.times_asked == 2
    assert broken_client.get("/health/live").status_code == 200


def test_a_good_answer_of_the_database_is_remembered_for_two_seconds_only(
    service: HttpService,
) -> None:
    class CountedDatabase(BrokenDatabase):
        def for_writing(self) -> UnitOfWork:
            self.times_asked += 1
            return good.for_reading()

    good, counted = service.units_of_work, CountedDatabase(RuntimeError())
    service.units_of_work = counted
    client = service.app().test_client()

    for seconds in (0, 1, 1, 0):
        service.clock.advance(seconds)
        assert client.get("/health/ready").status_code == 200

    assert counted.times_asked == 2


def test_a_draining_process_is_not_ready_and_lives() -> None:
    client = HttpService(settings=HttpSettings(is_draining=lambda: True)).app().test_client()

    assert_problem(client.get("/health/ready"), 503, "shutting_down")
    assert client.get("/health/live").status_code == 200


def test_two_applications_share_nothing() -> None:
    one, other = HttpService().app().test_client(), HttpService().app().test_client()

    upload(one)

    assert one.get("/files").get_json()["total"] == 1
    assert other.get("/files").get_json()["total"] == 0
