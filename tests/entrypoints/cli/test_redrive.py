"""`gristmill redrive`, against the real API over a service in memory."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any
from uuid import UUID

import pytest
import structlog.testing
from click.testing import CliRunner, Result
from werkzeug.serving import make_server

from application.use_cases.redrive_dead_letters import MOST_FAILURES_IN_A_ROW
from entrypoints.cli.main import main
from entrypoints.cli.redrive import MOST_VAIN_CALLS
from entrypoints.http.dead_letters import REDRIVEN_AT_ONCE
from tests.entrypoints.http.given_up import give_up
from tests.entrypoints.http.service import HttpService
from tests.faults import CommitFault, FaultyUnitsOfWork


@dataclass
class Served:
    """A service, the URL where it answers, and how its next commits end."""

    service: HttpService
    url: str = ""
    faults: Iterator[CommitFault | None] = field(default_factory=lambda: iter(()))

    def redrive(self, *arguments: str) -> Result:
        """What the command printed, and how it ended."""
        return CliRunner().invoke(main, ["redrive", "--url", self.url, *arguments])

    def outcome(self, file_id: str) -> Any:
        """The file's present outcome."""
        return self.service.database.tables.files[UUID(file_id)].outcome


@pytest.fixture
def served() -> Iterator[Served]:
    """A service that answers on a port of its own."""
    served = Served(HttpService())
    served.service.units_of_work = FaultyUnitsOfWork(
        served.service.units_of_work, next_fault=lambda: next(served.faults, None)
    )
    server = make_server("127.0.0.1", 0, served.service.app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    # The service's own log would stand between what the command prints.
    with structlog.testing.capture_logs():
        yield served
    server.shutdown()
    thread.join(timeout=10)
    server.server_close()


def test_without_yes_it_shows_them_and_how_to_go_on(served: Served) -> None:
    [defect] = give_up(served.service)
    [limit] = give_up(served.service, code="resource_limit")

    shown = served.redrive("--code", "resource_limit")

    assert shown.exit_code == 0
    assert shown.stdout.splitlines() == [
        "1 dead letter would be redriven:",
        f"  {limit}  2026-11-23T09:00:01.000000Z  resource_limit  people.csv",
        "Nothing was changed.",
        "To redrive these, and none given up since:",
        "  gristmill redrive --code resource_limit --before 2026-11-23T09:00:02.000000Z --yes",
    ]
    assert [served.outcome(it) for it in (defect, limit)] == ["dead_lettered"] * 2


def test_the_command_that_it_shows_redrives_what_it_has_shown(served: Served) -> None:
    shown_ids = give_up(served.service, 2)
    shown = served.redrive("--all").stdout.splitlines()[-1].split()
    [later] = give_up(served.service)

    done = served.redrive(*shown[2:])

    assert (done.exit_code, done.stdout) == (0, "2 dead letters were redriven.\n")
    assert [served.outcome(it) for it in [*shown_ids, later]] == [None, None, "dead_lettered"]


def test_a_long_list_is_shown_by_its_beginning(served: Served) -> None:
    give_up(served.service, 13)

    lines = served.redrive("--all").stdout.splitlines()

    assert lines[0] == "13 dead letters would be redriven:"
    assert lines[11] == "  and 3 more, given up before these"


def test_more_than_one_call_redrives_are_all_redriven(served: Served) -> None:
    ids = give_up(served.service, REDRIVEN_AT_ONCE + 3)

    done = served.redrive("--all", "--yes")

    assert done.stdout == f"{REDRIVEN_AT_ONCE + 3} dead letters were redriven.\n"
    assert {served.outcome(it) for it in ids} == {None}


def test_ids_are_redriven_once_and_then_skipped(served: Served) -> None:
    ids = give_up(served.service, 2)

    first = served.redrive(*ids, "--yes")
    second = served.redrive(*ids, "--yes")

    assert (first.exit_code, first.stdout) == (0, "2 dead letters were redriven.\n")
    assert (second.exit_code, second.stdout.splitlines()) == (
        0,
        [
            "0 dead letters were redriven.",
            *(f"skipped, since it is no dead letter, or none any more: {it}" for it in ids),
        ],
    )


def test_when_there_is_none_it_says_so(served: Served) -> None:
    result = served.redrive("--tenant", "nobody")

    assert result.exit_code == 0
    assert result.stdout == "No dead letter is chosen by that.\nNothing was changed.\n"


def test_what_could_not_be_redriven_is_told_and_exits_with_1(served: Served) -> None:
    [older, newer] = give_up(served.service, 2)
    served.faults = iter([CommitFault.REFUSED])

    result = served.redrive("--all", "--yes")

    assert result.exit_code == 1
    first, second = result.stdout.splitlines()
    assert first == "1 dead letter was redriven."
    assert second.startswith(f"could not be redriven, run the command again: {newer} (database_")
    assert served.outcome(older) is None


def test_what_was_done_before_the_service_failed_is_told(served: Served) -> None:
    give_up(served.service, REDRIVEN_AT_ONCE + 1)
    served.faults = iter([*[None] * REDRIVEN_AT_ONCE, CommitFault.REFUSED])

    result = served.redrive("--all", "--yes")

    assert result.exit_code == 2
    assert result.stdout == f"{REDRIVEN_AT_ONCE} dead letters were redriven.\n"
    assert "503" in result.stderr


def test_a_service_that_redrives_nothing_is_not_asked_about_every_file(served: Served) -> None:
    give_up(served.service, REDRIVEN_AT_ONCE)
    served.faults = repeat(CommitFault.REFUSED)

    result = served.redrive("--all", "--yes", "--json")

    assert result.exit_code == 2
    asked = len(json.loads(result.stdout)["failed"])
    assert asked == MOST_VAIN_CALLS * MOST_FAILURES_IN_A_ROW
    assert "3 calls in a row redrove nothing" in result.stderr


def test_json_is_one_object(served: Served) -> None:
    ids = give_up(served.service, 2)

    preview = json.loads(served.redrive("--all", "--json").stdout)
    report = json.loads(served.redrive("--all", "--yes", "--json").stdout)

    assert (preview["dryRun"], preview["count"]) == (True, 2)
    assert report == {"dryRun": False, "redriven": ids[::-1], "skipped": [], "failed": []}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say which"),
        (("--yes",), "say which"),
        (("--all", "--code", "internal_error"), "all stands alone"),
        (("--after", "yesterday"), "deadLetteredAfter must be an RFC 3339 time"),
        (("not-an-id", "--yes"), "ids must hold ids of files"),
    ],
)
def test_what_means_nothing_changes_nothing_and_exits_with_2(
    served: Served, arguments: tuple[str, ...], told: str
) -> None:
    [file_id] = give_up(served.service)

    result = served.redrive(*arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert served.outcome(file_id) == "dead_lettered"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "localhost:8000"])
def test_only_http_is_spoken(url: str) -> None:
    result = CliRunner().invoke(main, ["redrive", "--all", "--url", url])

    assert result.exit_code == 2
    assert "does not begin with http" in result.stderr


def test_without_a_url_it_asks_where_the_settings_say(served: Served) -> None:
    give_up(served.service)
    settings: Mapping[str, str] = {"GRISTMILL_PORT": served.url.rpartition(":")[2]}

    result = CliRunner().invoke(main, ["redrive", "--all"], env=settings)

    assert result.stdout.startswith("1 dead letter would be redriven:")


def test_a_service_that_does_not_answer_is_told_and_exits_with_2() -> None:
    result = CliRunner().invoke(main, ["redrive", "--all", "--url", "http://127.0.0.1:1"])

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: POST /dead-letters/redrive: ")
