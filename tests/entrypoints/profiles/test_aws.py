"""The aws profile in one process: PostgreSQL is real, Amazon is emulated over HTTP."""

from pathlib import Path

import pytest

from application.errors import (
    ConfigurationError,
    DatabaseUnavailableError,
    OutdatedDatabaseError,
    QueueUnavailableError,
    StorageUnavailableError,
)
from application.use_cases.process_delivery import DeliveryResult
from entrypoints.profiles import aws
from tests.builders import TENANT
from tests.emulated_aws import EmulatedAws
from tests.entrypoints.profiles.steps import Compose, send, settings_of, upload
from tests.entrypoints.worker.waiting import wait_until
from tests.provisioned_aws import Installation, provision

NOBODY = "http://127.0.0.1:9"


def test_a_file_goes_its_way_through_the_engines_of_amazon(
    compose: Compose, installation: Installation, emulated_aws: EmulatedAws
) -> None:
    provision(emulated_aws.shared_clients, installation)
    container = compose()

    file = upload(container)
    report = container.process_delivery()(send(container), is_shutting_down=lambda: False)

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
    [outage] = away.relay_outbox()().outages
    assert isinstance(outage.error, QueueUnavailableError)

    back = compose()
    wait_until(lambda: back.relay_outbox()().claimed)

    assert str(file.id) in send(back).body


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
