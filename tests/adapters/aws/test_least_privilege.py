"""The template's roles allow exactly what processes call: nothing is missing, nothing spare.

Which calls those are is not written down but noted, while the service's own use cases run.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any
from uuid import UUID

import pytest
import requests

from adapters.aws.blueprint import ResourceNames
from adapters.aws.bucket_probe import BucketProbe
from adapters.aws.clients import AwsClients
from adapters.aws.dead_letters_probe import DeadLettersProbe
from adapters.aws.download_link_probe import DownloadLinkProbe
from adapters.aws.provisioning import AwsProvisioner
from adapters.aws.s3_content_writer import FIRST_PART_BYTES
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from adapters.system.uuid_generator import UuidGenerator
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.probe import ProbeStatus
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.cancel_file import CancelFile
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_stats import GetStats
from application.use_cases.link_parts import LinkParts
from application.use_cases.open_content import OpenContent, OpenResult, StoredContent
from application.use_cases.probe_events import ProbeEvents
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.probe_workers import ProbeWorkers
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.errors import FileTooLargeError
from domain.file_state import FileState
from domain.upload_policy import UploadPolicy
from domain.upload_session import LIFETIME, SWEPT_AFTER
from tests.adapters.aws.cloudformation import TEMPLATE, Template
from tests.adapters.aws.provisioned import ACCOUNT, provision
from tests.adapters.aws.roles import Call, Role
from tests.architecture.project import ROOT
from tests.builders import build_id
from tests.contracts.aws_world import make_s3_object_older
from tests.doubles import BusyClock
from tests.emulated_aws import REGION, EmulatedAws
from tests.in_memory_container import InMemoryService

TENANT = "acme"
SMALL = b"id\n1\n"
LARGE = b"x" * FIRST_PART_BYTES + b"\n"
"""More than one part, so that it is sent in several."""

ADAPTERS = ROOT / "adapters" / "aws"
OF_THE_OPERATOR = {"bucket.py", "bucket_settings.py", "identity.py", "queue.py", "topic.py"}
"""What `gristmill provision` does, with rights of its own, and what needs no right."""

CALL = re.compile(r"(?:\.s3|\.sns|\.sqs|\bclient)\.([a-z_]+)\(")
PAGES = re.compile(r'get_paginator\("([a-z0-9_]+)"\)')


@pytest.fixture
def api(emulated_aws: EmulatedAws, names: ResourceNames) -> Iterator[Role]:
    clients = emulated_aws.clients()
    yield Role(clients, names)
    clients.close()


@pytest.fixture
def worker(emulated_aws: EmulatedAws, names: ResourceNames) -> Iterator[Role]:
    clients = emulated_aws.clients()
    yield Role(clients, names)
    clients.close()


@pytest.fixture
def service(clients: AwsClients, names: ResourceNames) -> InMemoryService:
    """The service over what was provisioned, where two dead letters lie."""
    provision(AwsProvisioner(clients, names))
    url = clients.sqs.get_queue_url(QueueName=names.dead_letter_queue)["QueueUrl"]
    for body in ("one", "other"):
        clients.sqs.send_message(QueueUrl=url, MessageBody=body)
    service = InMemoryService()
    service.container.register(UploadPolicy, instance=UploadPolicy(max_bytes=len(LARGE)))
    return service


def test_each_role_may_do_what_its_processes_do_and_no_more(
    service: InMemoryService, clients: AwsClients, api: Role, worker: Role, names: ResourceNames
) -> None:
    live(
        service,
        api=api,
        worker=worker,
        storage=S3FileStorage(clients, names.bucket, clock=SystemClock()),
    )

    for role, policy in ((api, "ApiPolicy"), (worker, "WorkerPolicy")):
        grants = granted(policy, names)
        assert {it for it in role.calls if not any(allows(one, it) for one in grants)} == set()
        assert {it for it in grants if not any(allows(it, one) for one in role.calls)} == set()
    assert api.operations | worker.operations == operations_in_the_sources()


def live(service: InMemoryService, *, api: Role, worker: Role, storage: S3FileStorage) -> None:
    """All that an API and a worker do with Amazon; what others put there is in `storage`."""
    api.take_over(service)
    small, large = upload(service, SMALL), upload(service, LARGE)
    upload(service, b"error defect\n")
    with pytest.raises(FileTooLargeError):
        upload(service, LARGE, b"too much")
    deleted = upload(service, b"id\n3\n")
    service.get(DeleteFile)(TENANT, deleted.id)
    leave_behind(storage, deleted.key, f"results/{deleted.id}/1/1/clean.csv")
    service.get(AbortUpload)(TENANT, begin_in_parts(service))
    send_in_parts(service, SMALL)
    begin_in_parts(service)
    service.get(RelayOutbox)()

    worker.take_over(service)
    work(service)
    break_off(service)
    finish_a_round(service)
    end_what_nobody_completed(service)
    service.get(ProbeStorage)()
    service.get(ProbeStorageWrites)()
    leave_garbage(storage)
    collect(service)
    examine(service, worker)

    api.take_over(service)
    fetch(service.get(OpenContent)(TENANT, small.id), api)
    fetch(service.get(OpenResult)(TENANT, large.id, "clean.csv"), api)
    assert service.get(GetStats)().queues is not None
    service.get(CancelFile)(TENANT, upload(service, b"id\n2\n").id)
    service.get(DeleteFile)(TENANT, large.id)
    service.get(RelayOutbox)()


def upload(service: InMemoryService, *chunks: bytes) -> FileState:
    accept = service.get(UploadFile)
    return accept(TENANT, name="a.csv", chunks=chunks, details=UploadDetails).file


def begin_in_parts(service: InMemoryService) -> UUID:
    begin = service.get(BeginUpload)
    begun = begin(TENANT, name="a.csv", size_bytes=len(SMALL), details=UploadDetails())
    return begun.upload.id


def send_in_parts(service: InMemoryService, content: bytes) -> None:
    """Sends the one part by its link, and makes the file."""
    upload_id = begin_in_parts(service)
    digest = hashlib.sha256(content).hexdigest()
    [address] = service.get(LinkParts)(TENANT, upload_id, {1: digest})
    assert address.link is not None
    sent = requests.put(
        address.link.url, data=content, headers=dict(address.link.headers), timeout=10
    )
    assert sent.status_code == 200
    service.get(CompleteUpload)(TENANT, upload_id)


def end_what_nobody_completed(service: InMemoryService) -> None:
    """What a worker does with an upload in parts that was forgotten."""
    service.clock.advance((LIFETIME + SWEPT_AFTER).total_seconds() + 1)
    assert service.get(Reconcile)().expired_uploads == 1


def leave_behind(storage: S3FileStorage, *keys: str) -> None:
    """What a deletion that broke off leaves, or a worker that had not heard of it."""
    for key in keys:
        with storage.create(key, media_type="text/csv") as writer:
            writer.write(b"left")
            writer.commit()


def work(service: InMemoryService) -> None:
    """Works on what is there, and fails where the content says so."""
    service.engine.errors["defect"] = ValueError("a defect")
    for delivery in service.get(MessageQueue).receive(limit=10, wait_seconds=0):
        service.get(ProcessDelivery)(delivery, is_shutting_down=lambda: False)


def break_off(service: InMemoryService) -> None:
    """Ends an attempt amid a large result and after a small one, as a stop or a defect does."""
    storage = service.get(FileStorage)
    with storage.create("results/1/1/1/clean.csv", media_type="text/csv") as writer:
        writer.write(LARGE)
    storage.delete("results/1/1/1/report.json")


def finish_a_round(service: InMemoryService) -> None:
    """What a worker does beside the work: sends, mends, and looks at dead letters."""
    service.clock.advance(3600)
    service.get(Reconcile)()
    service.get(RelayOutbox)()
    dead_letters = service.get(DeadLetterQueue)
    keep, forget = dead_letters.receive(limit=10)
    dead_letters.hide(keep, seconds=3600)
    dead_letters.delete(forget)


def leave_garbage(storage: S3FileStorage) -> None:
    """What the dead left long ago in each of the folders."""
    unknown = build_id()
    for key in (
        f"uploads/{unknown}/a.csv",
        f"results/{unknown}/1/1/clean.csv",
        f"doctor/{unknown}/answer",
    ):
        leave_behind(storage, key)
        make_s3_object_older(storage.bucket, key, timedelta(days=2))


def collect(service: InMemoryService) -> None:
    """A whole collection; the first look only notes when the next one is due."""
    service.get(CollectGarbage)()
    service.clock.advance(24 * 3600)
    assert sum(service.get(CollectGarbage)().objects.values()) == 3


def examine(service: InMemoryService, role: Role) -> None:
    """Runs those probes of `gristmill doctor` that do more than look at settings."""
    ids = UuidGenerator()
    for probe in (
        BucketProbe(role.storage, ids),
        DownloadLinkProbe(role.storage, role.links, ids),
        ProbeEvents(publisher=role.publisher, ids=ids),
        DeadLettersProbe(role.clients, role.dead_letters_url),
        ProbeWorkers(
            publisher=role.publisher,
            storage=role.storage,
            ids=ids,
            clock=BusyClock(lambda: work(service)),
            is_expected=True,
        ),
    ):
        found = probe.check()
        assert found.status is ProbeStatus.OK, found


def fetch(stored: StoredContent, role: Role) -> None:
    """Reads the content, and signs a link to it."""
    assert b"".join(stored.open())
    role.links.link(stored.key, file_name="a", media_type="text/csv", expires_in_seconds=60)


def granted(policy: str, names: ResourceNames) -> set[Call]:
    """What the template's policy allows, action by action and resource by resource."""
    template = Template(
        TEMPLATE,
        {
            "BucketName": names.bucket,
            "TopicName": names.topic,
            "EventsTopicName": names.events_topic,
            "QueueName": names.queue,
            "DeadLetterQueueName": names.dead_letter_queue,
            "UndeliveredQueueName": names.undelivered_queue,
        },
        {"AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "AWS::Partition": "aws"},
    )
    statements = template.properties(policy)["PolicyDocument"]["Statement"]
    assert {it["Effect"] for it in statements} == {"Allow"}
    return {
        (action, resource)
        for statement in statements
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def operations_in_the_sources() -> set[str]:
    """Every operation that the adapters can ask for, so that none went without a look here."""
    sources = (path for path in ADAPTERS.glob("*.py") if path.name not in OF_THE_OPERATOR)
    texts = [path.read_text("utf-8") for path in sources]
    called = {name for text in texts for name in (*CALL.findall(text), *PAGES.findall(text))}
    return {operation_of(name) for name in called - {"generate_presigned_url", "get_paginator"}}


def operation_of(method: str) -> str:
    """The operation of a client's method."""
    return "".join(map(str.capitalize, method.split("_")))


def allows(grant: Call, call: Call) -> bool:
    return grant[0] == call[0] and fnmatchcase(call[1], grant[1])
