"""The aws profile in one process: PostgreSQL is real, Amazon is emulated over HTTP."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from application.errors import (
    ConfigurationError,
    DatabaseUnavailableError,
    OutdatedDatabaseError,
    StorageUnavailableError,
)
from application.ports.message_queue import Delivery
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.upload_file import UploadDetails
from domain.file_state import FileState
from entrypoints.container import Container
from entrypoints.profiles import aws
from entrypoints.settings import Settings
from tests.builders import TENANT
from tests.emulated_aws import EmulatedAws
from tests.entrypoints.worker.waiting import wait_until
from tests.provisioned_aws import Installation, plan_installation, provision

NOBODY = "http://127.0.0.1:9"
CONTENT = b"id,amount\n1,2\n2,x\n"

Compose = Callable[..., Container]


@pytest.fixture
def installation(emulated_aws: EmulatedAws, postgres_url: str) -> Installation:
    return plan_installation(endpoint_url=emulated_aws.endpoint_url, database_url=postgres_url)


@pytest.fixture
def compose(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compose]:
    """Builds the container as the installation's settings say, or others in their place."""

    built: list[Container] = []

    def build(**changes: str) -> Container:
        built.append(aws.build(settings_of(installation, monkeypatch, **changes), threads=8))
        return built[-1]

    yield build
    for container in built:
        container.close()()
    structlog.reset_defaults()


def settings_of(installation: Installation, patch: pytest.MonkeyPatch, **changes: str) -> Settings:
    for name, value in {**installation.settings, **changes}.items():
        patch.setenv(name, value)
    return Settings.from_environment()


def upload(container: Container, content: bytes = CONTENT) -> FileState:
    receipt = container.upload_file()(TENANT, name="a.csv", chunks=[content], details=UploadDetails)
    return receipt.file


def receive_one(container: Container) -> Delivery:
    [delivery] = container.queue().receive(limit=10, wait_seconds=5)
    return delivery


def test_a_file_goes_its_way_through_the_engines_of_amazon(
    compose: Compose, installation: Installation, emulated_aws: EmulatedAws
) -> None:
    provision(emulated_aws.shared_clients, installation)
    container = compose()

    file = upload(container)
    assert container.relay_outbox()() == 1
    report = container.process_delivery()(receive_one(container), is_shutting_down=lambda: False)

    assert report.result is DeliveryResult.FINISHED
    done = container.get_file()(TENANT, file.id)
    assert (done.bucket, done.attempt) == (installation.names.bucket, 1)
    assert done.is_final
    assert container.queue().approximate_size() == 0
    clean = container.open_result()(TENANT, file.id, "clean.csv")
    assert b"".join(clean.open()).startswith(b"id,amount")


def test_it_starts_although_amazon_does_not_answer(compose: Compose) -> None:
    container = compose(AWS_ENDPOINT_URL=NOBODY)

    container.check_readiness()()
    with pytest.raises(StorageUnavailableError):
        upload(container)


def test_uploads_are_accepted_while_only_storage_answers(
    compose: Compose, installation: Installation, emulated_aws: EmulatedAws
) -> None:
    provision(emulated_aws.shared_clients, installation)
    away = compose(AWS_ENDPOINT_URL=NOBODY, AWS_ENDPOINT_URL_S3=emulated_aws.endpoint_url)
    file = upload(away)
    assert away.relay_outbox()() == 1

    back = compose()
    wait_until(back.relay_outbox())

    assert str(file.id) in receive_one(back).body


def test_a_queue_that_nobody_made_is_an_operators_to_mend(compose: Compose) -> None:
    container = compose()

    with pytest.raises(ConfigurationError, match="GetQueueUrl"):
        container.queue().receive(limit=1, wait_seconds=0)
    with pytest.raises(ConfigurationError, match="GetQueueUrl"):
        container.watch_dead_letters()()


def test_it_needs_no_folder(
    compose: Compose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    compose()

    assert list(tmp_path.iterdir()) == []


def test_links_name_the_host_that_callers_reach(
    compose: Compose, installation: Installation, emulated_aws: EmulatedAws
) -> None:
    provision(emulated_aws.shared_clients, installation)
    container = compose(GRISTMILL_S3_PUBLIC_ENDPOINT_URL="https://files.example.org")
    file = upload(container)

    link = container.open_content()(TENANT, file.id).link()

    assert link is not None
    assert link.startswith(f"https://files.example.org/{installation.names.bucket}/uploads/")
    assert "X-Amz-Expires=300" in link


def test_a_database_without_tables_has_to_be_migrated_first(
    compose: Compose,
    installation: Installation,
    empty_postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(OutdatedDatabaseError, match="run gristmill migrate first"):
        compose(GRISTMILL_DATABASE_URL=empty_postgres_url)

    aws.migrate(settings_of(installation, monkeypatch, GRISTMILL_DATABASE_URL=empty_postgres_url))

    compose().check_readiness()()


def test_a_database_that_is_down_is_no_start(compose: Compose, tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailableError):
        compose(GRISTMILL_DATABASE_URL=f"postgresql://app@/gristmill?host={tmp_path}")


@pytest.mark.parametrize("url", ["sqlite:///gristmill.db", "mysql://db/gristmill"])
def test_a_database_that_machines_cannot_share_is_refused(compose: Compose, url: str) -> None:
    with pytest.raises(ConfigurationError, match="postgresql"):
        compose(GRISTMILL_DATABASE_URL=url)
