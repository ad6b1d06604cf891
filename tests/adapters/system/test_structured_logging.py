import io
import json
import logging
import warnings
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from adapters.system.telemetry.logging_event_observer import LoggingEventObserver
from adapters.system.telemetry.structured_logging import configure_logging
from domain.fault import FaultKind
from tests.builders import START, build_fault, build_file, build_lease, build_report
from tests.contracts.steps import after


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What was logged; afterwards logging is as it was."""
    structlog.contextvars.clear_contextvars()
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    for name in ("alembic", "boto3", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


class TestConfigureLogging:
    def test_a_line_begins_with_when_how_bad_and_what(self, stream: io.StringIO) -> None:
        configure_logging("info", stream)

        structlog.get_logger().info("file_swept", file_id="1", seconds=0.5)

        [line] = lines(stream)
        assert list(line) == ["timestamp", "level", "event", "file_id", "seconds"]
        assert line["level"] == "info"
        assert datetime.fromisoformat(line["timestamp"]).utcoffset() == timedelta(0)

    def test_ids_that_are_bound_join_every_line_of_the_block(self, stream: io.StringIO) -> None:
        configure_logging("info", stream)

        with structlog.contextvars.bound_contextvars(message_id="m-1"):
            structlog.get_logger().info("inside")
            logging.getLogger("library").info("inside too")
        structlog.get_logger().info("outside")

        assert [line.get("message_id") for line in lines(stream)] == ["m-1", "m-1", None]

    @pytest.mark.parametrize(
        ("level", "heard"),
        [("debug", ["warning", "error"]), ("info", ["warning", "error"]), ("error", ["error"])],
    )
    def test_a_library_that_talks_of_itself_is_heard_when_something_is_wrong(
        self, stream: io.StringIO, level: str, heard: list[str]
    ) -> None:
        configure_logging(level, stream)

        library = logging.getLogger("botocore.auth")
        for number in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            library.log(number, "Authorization: AWS4-HMAC-SHA256 Signature=…")

        assert [line["level"] for line in lines(stream)] == heard

    def test_libraries_log_in_the_same_format(self, stream: io.StringIO) -> None:
        configure_logging("info", stream)

        logging.getLogger("alembic.runtime").warning("upgrade %s -> %s", "a", "b")

        [line] = lines(stream)
        assert line["event"] == "upgrade a -> b"
        assert (line["level"], line["logger"]) == ("warning", "alembic.runtime")

    def test_what_is_below_the_level_is_not_logged(self, stream: io.StringIO) -> None:
        configure_logging("WARNING", stream)

        structlog.get_logger().info("no")
        logging.getLogger("library").info("no")
        structlog.get_logger().warning("yes")

        assert [line["event"] for line in lines(stream)] == ["yes"]

    def test_a_traceback_stays_on_its_line(self, stream: io.StringIO) -> None:
        configure_logging("info", stream)

        try:
            raise KeyError("nö\nlost")
        except KeyError:
            structlog.get_logger().exception("step_failed")

        [line] = lines(stream)
        assert line["level"] == "error"
        assert "KeyError" in line["exception"]

    def test_values_that_json_does_not_know_become_their_text(self, stream: io.StringIO) -> None:
        configure_logging("info", stream)
        file = build_file()

        structlog.get_logger().info("seen", file_id=file.id, at=START)

        [line] = lines(stream)
        assert line["file_id"] == str(file.id)
        assert line["at"] == str(START)

    def test_pythons_warnings_are_lines_too(self, stream: io.StringIO) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            configure_logging("info", stream)

            warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
            logging.captureWarnings(False)

        [line] = lines(stream)
        assert "soon gone" in line["event"]

    def test_configuring_again_replaces_what_was_there(self, stream: io.StringIO) -> None:
        configure_logging("debug", io.StringIO())
        configure_logging("info", stream)

        structlog.get_logger().info("once")

        assert len(lines(stream)) == 1


class TestLoggingEventObserver:
    def test_one_line_for_every_move_with_what_an_operator_needs(self, stream: io.StringIO) -> None:
        observe = LoggingEventObserver()
        configure_logging("info", stream)
        file = build_file()
        file.start(build_lease("worker-1"), at=after(2))
        file.complete(build_report(), (), at=after(3.25))

        observe(file.events)

        received, started, completed = lines(stream)
        assert received["event"] == "file_received"
        assert started["lease_owner"] == "worker-1"
        del completed["timestamp"]
        assert completed == {
            "event": "file_completed",
            "level": "info",
            "file_id": str(file.id),
            "tenant": "acme",
            "generation": 1,
            "attempt": 1,
            "from_status": "PROCESSING",
            "to_status": "COMPLETED",
            "outcome": "clean",
            "seconds": 1.25,
            "rows_accepted": 1,
            "rows_rejected": 0,
        }

    def test_a_retry_warns_with_its_reason_and_a_burial_is_an_error(
        self, stream: io.StringIO
    ) -> None:
        configure_logging("info", stream)
        file = build_file()
        file.start(build_lease(), at=START)
        file.retry(
            build_fault(FaultKind.DEPENDENCY, code="storage_unavailable"),
            next_attempt_at=after(30),
            at=after(1),
        )
        file.bury(build_fault(), at=after(40))

        LoggingEventObserver()(file.events)

        _, _, retried, buried = lines(stream)
        assert (retried["level"], retried["error_code"]) == ("warning", "storage_unavailable")
        assert retried["next_attempt_at"] == after(30).isoformat()
        assert (buried["level"], buried["outcome"]) == ("error", "dead_lettered")
