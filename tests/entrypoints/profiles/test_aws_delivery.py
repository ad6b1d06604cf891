"""One delivery's visibility in SQS, beside the file's record in PostgreSQL.

The emulator shows and hides messages by a clock that the tests move.
"""

from collections.abc import Iterator

import pytest
from dependency_injector import providers

from adapters.memory.manual_clock import ManualClock
from application.use_cases.process_delivery import DeliveryResult
from domain.file_state import FileState
from entrypoints.container import Container
from tests.builders import TENANT
from tests.doubles import ObedientEngine
from tests.emulated_aws import EmulatedAws
from tests.entrypoints.profiles.steps import Compose, send, upload
from tests.entrypoints.worker.waiting import wait_until
from tests.provisioned_aws import Installation, provision

VISIBILITY_SECONDS = 10
TIMINGS = {
    "GRISTMILL_HEARTBEAT_SECONDS": "0.1",
    "GRISTMILL_LEASE_SECONDS": "8",
    "GRISTMILL_VISIBILITY_SECONDS": str(VISIBILITY_SECONDS),
}


@pytest.fixture
def clock(emulated_aws: EmulatedAws) -> Iterator[ManualClock]:
    """Moves the visibility of messages; leases go by the database's own time."""
    clock = ManualClock()
    emulated_aws.follow(clock)
    yield clock
    emulated_aws.follow(None)


@pytest.fixture
def engine() -> ObedientEngine:
    return ObedientEngine()


@pytest.fixture
def container(
    compose: Compose,
    installation: Installation,
    emulated_aws: EmulatedAws,
    clock: ManualClock,
    engine: ObedientEngine,
) -> Container:
    provision(emulated_aws.shared_clients, installation)
    container = compose(**TIMINGS)
    container.engine.override(providers.Object(engine))
    container.reset_singletons()
    return container


def current(container: Container, file: FileState) -> FileState:
    return container.get_file()(TENANT, file.id)


def is_hidden(container: Container) -> bool:
    return not container.queue().receive(limit=10, wait_seconds=0)


def test_work_beyond_the_visibility_timeout_stays_hidden_and_runs_once(
    container: Container, clock: ManualClock, engine: ObedientEngine
) -> None:
    file = upload(container, b"row\nrow\nrow\n")
    looks: list[bool] = []

    def outlast() -> None:
        clock.advance(VISIBILITY_SECONDS - 1)
        looks.append(is_hidden(container))
        # The second renewal from now begins after the first one reached the queue.
        wait_for_renewal(container, file)
        wait_for_renewal(container, file)

    engine.before_row = outlast
    report = container.process_delivery()(send(container), is_shutting_down=lambda: False)

    assert report.result is DeliveryResult.FINISHED
    assert looks == [True, True, True]
    assert current(container, file).attempt == 1
    clock.advance(2 * VISIBILITY_SECONDS)
    assert is_hidden(container)
    assert container.queue().approximate_size() == 0


def wait_for_renewal(container: Container, file: FileState) -> None:
    before = current(container, file).lease
    wait_until(lambda: current(container, file).lease != before)


def test_a_retry_shows_its_message_when_the_file_is_due_whatever_the_heartbeat_did(
    container: Container, clock: ManualClock, engine: ObedientEngine
) -> None:
    file = upload(container, b"error defect\n")
    engine.errors["defect"] = ZeroDivisionError("a defect")
    engine.before_row = lambda: wait_for_renewal(container, file)

    report = container.process_delivery()(send(container), is_shutting_down=lambda: False)

    assert report.result is DeliveryResult.RETRIED
    retried = current(container, file)
    pause = (retried.next_attempt_at - retried.updated_at).total_seconds()
    clock.advance(pause - 0.5)
    assert is_hidden(container)
    clock.advance(0.5)
    assert not is_hidden(container)
