"""What a file costs at Amazon: every call is counted, as the emulator receives it."""

import base64
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog

from application.ports.file_repository import FileFilter
from application.use_cases.upload_file import UploadDetails
from entrypoints.container import Container
from entrypoints.profiles import aws
from tests.builders import TENANT
from tests.emulated_aws import CREDENTIALS
from tests.end_to_end.service import choose_port
from tests.entrypoints.profiles.steps import settings_of
from tests.moto_process import MotoProcess
from tests.provisioned_aws import plan_installation, provision

FILES = 30
BATCHES = FILES // 10
RESULTS = 5
"""Of a file some of whose rows are bad; one that is clean has fewer."""


@pytest.fixture
def moto(tmp_path: Path) -> Iterator[MotoProcess]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        with MotoProcess(tmp_path, port=choose_port()) as moto:
            yield moto


@pytest.fixture
def container(
    moto: MotoProcess, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Container]:
    """The aws profile, everything provisioned, and the emulator taking notes."""
    installation = plan_installation(endpoint_url=moto.url, database_url=postgres_url)
    clients = moto.clients()
    provision(clients, installation)
    clients.close()
    moto.record()
    container = aws.build(settings_of(installation, monkeypatch), threads=4)
    yield container
    container.close()()
    structlog.reset_defaults()


def test_a_file_costs_its_objects_and_tenths_of_messages(
    container: Container, moto: MotoProcess
) -> None:
    for number in range(FILES):
        container.upload_file()(
            TENANT,
            name=f"{number}.csv",
            chunks=[b"id,amount\n1,2\n2\n"],
            details=UploadDetails,
        )
    relay(container)
    while deliveries := container.queue().receive(limit=10, wait_seconds=1):
        for delivery in deliveries:
            container.process_delivery()(delivery, is_shutting_down=lambda: False)
    relay(container)
    container.queue().flush()

    page = container.list_files()(TENANT, FileFilter(), page=1, limit=FILES)
    assert {len(file.results) for file in page.items} == {RESULTS}
    assert calls(moto) == {
        "PutObject": FILES * (1 + RESULTS),
        "GetObject": FILES,
        "PublishBatch": 2 * BATCHES,  # of work, and of how it ended
        "ReceiveMessage": BATCHES + 1,  # the last one finds nothing
        "DeleteMessageBatch": BATCHES,
        "GetQueueUrl": 1,
        "GetCallerIdentity": 1,
    }


def relay(container: Container) -> None:
    """Sends all that waits."""
    while container.relay_outbox()().claimed:
        pass


def calls(moto: MotoProcess) -> dict[str, int]:
    """How often each operation was called."""
    return dict(Counter(operation(request) for request in moto.recorded()))


def operation(request: Mapping[str, Any]) -> str:
    """The operation's name, which each service writes somewhere else."""
    target = request["headers"].get("X-Amz-Target")
    if target is not None:  # SQS
        return str(target).partition(".")[2]
    form = parse_qs(base64.b64decode(request["body"] or "").decode("latin-1"))
    if "Action" in form:  # SNS and STS
        return form["Action"][0]
    query = urlsplit(request["url"]).query
    return f"{request['method'].title()}Object{query and '?' + query}"
