"""The whole service in memory behind the HTTP API, with the real content engine."""

import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.access.open_authenticator import OpenAuthenticator
from adapters.memory.database import MemoryDatabase
from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.seeded_ids import SeededRandomness, SequentialIds
from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.patterns import Re2PatternMatcher
from adapters.tabular.schema_inference import TabularSchemaInference
from application.ports.authenticator import Authenticator
from application.ports.content_engine import ContentEngine
from application.ports.direct_downloads import DirectDownloads
from application.ports.direct_uploads import DirectUploads
from application.ports.schema_inference import SchemaInference
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.cancel_file import CancelFile
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.check_sample import CheckSample
from application.use_cases.claim_file import ClaimFile
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_history import GetHistory
from application.use_cases.get_schema import GetSchema
from application.use_cases.get_stats import GetStats
from application.use_cases.get_upload import GetUpload
from application.use_cases.infer_schema import InferSchema
from application.use_cases.link_parts import LinkParts
from application.use_cases.list_dead_letters import ListDeadLetters
from application.use_cases.list_files import ListFiles
from application.use_cases.list_row_errors import ListRowErrors
from application.use_cases.list_schema_versions import ListSchemaVersions
from application.use_cases.list_schemas import ListSchemas
from application.use_cases.make_template import MakeTemplate
from application.use_cases.open_content import OpenContent, OpenResult
from application.use_cases.open_spreadsheet import OpenSpreadsheet
from application.use_cases.preview_redrive import PreviewRedrive
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.redrive_dead_letters import RedriveDeadLetters
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.sample import SampleLimits
from application.use_cases.settle_attempt import SettleAttempt
from application.use_cases.upload_file import UploadFile
from domain.file import File
from domain.file_state import FileState
from domain.retry_policy import RetryPolicy
from domain.upload_policy import UploadPolicy
from domain.upload_session import UploadSessionPolicy
from entrypoints.http.app import create_app
from entrypoints.http.wiring import HttpSettings, HttpUseCases
from tests.doubles import StillLeaseKeeper

TENANT = "default"
BOUNDARY = "a-boundary"
SESSIONS = UploadSessionPolicy(max_bytes=1000, max_open=20, part_bytes=8)
MAX_UPLOAD_BYTES = 10 * 1024 * 1024
# Two good rows, one bad and one blank line.
MIXED = "id,name\n1,Ada\n2,Bob,extra\n\n3,Cy\n"


@dataclass
class HttpService:
    """What the API stands on, for tests to look at and to break."""

    settings: HttpSettings = field(default_factory=HttpSettings)
    clock: ManualClock = field(default_factory=ManualClock)
    storage: MemoryFileStorage = field(default_factory=MemoryFileStorage)
    database: MemoryDatabase = field(default_factory=lambda: MemoryDatabase(guard=threading.Lock()))
    direct_downloads: DirectDownloads | None = None
    engine: ContentEngine = field(default_factory=TabularContentEngine)
    inference: SchemaInference = field(default_factory=TabularSchemaInference)
    authenticator: Authenticator = field(default_factory=OpenAuthenticator)
    direct_uploads: DirectUploads | None = None
    sessions: UploadSessionPolicy = SESSIONS

    def __post_init__(self) -> None:
        self.dead_letters = MemoryDeadLetterQueue(self.clock)
        self.queue = MemoryMessageQueue(self.clock, dead_letters=self.dead_letters)
        self.units_of_work: UnitOfWorkFactory = MemoryUnitOfWorkFactory(self.database, self.clock)

    @property
    def files(self) -> list[FileState]:
        """Every file there is, erased ones included."""
        return list(self.database.tables.files.values())

    def app(self) -> Flask:
        """A new application over this service."""
        return create_app(
            self.use_cases(),
            self.settings,
            authenticator=self.authenticator,
            clock=self.clock,
            ids=SequentialIds(1),
        )

    def use_cases(self) -> HttpUseCases:
        """The use cases, over the adapters as they are now."""
        both: dict[str, Any] = {"units_of_work": self.units_of_work, "storage": self.storage}
        linked: dict[str, Any] = {**both, "direct_downloads": self.direct_downloads}
        records: dict[str, Any] = {"units_of_work": self.units_of_work}
        sent: dict[str, Any] = {**records, "direct_uploads": self.direct_uploads}
        ids = SequentialIds()
        limits = SampleLimits(
            max_bytes=self.settings.max_sample_bytes, seconds=self.settings.sample_seconds
        )
        return HttpUseCases(
            upload_file=UploadFile(
                **both,
                ids=ids,
                clock=self.clock,
                policy=UploadPolicy(max_bytes=self.settings.max_upload_bytes),
            ),
            begin_upload=BeginUpload(**sent, ids=ids, policy=self.sessions),
            get_upload=GetUpload(**sent, storage=self.storage),
            link_parts=LinkParts(**sent),
            accept_part=AcceptPart(**both),
            complete_upload=CompleteUpload(**sent, storage=self.storage, ids=ids),
            abort_upload=AbortUpload(**sent, storage=self.storage),
            get_file=GetFile(**records),
            list_files=ListFiles(**records),
            get_history=GetHistory(**records),
            open_content=OpenContent(**linked),
            open_result=OpenResult(**linked),
            open_spreadsheet=OpenSpreadsheet(**both, profile=ExcelProfile()),
            list_row_errors=ListRowErrors(**both),
            reprocess_file=ReprocessFile(**records),
            cancel_file=CancelFile(**records),
            delete_file=DeleteFile(**both),
            register_schema=RegisterSchema(**records, patterns=Re2PatternMatcher()),
            get_schema=GetSchema(**records),
            list_schemas=ListSchemas(**records),
            list_schema_versions=ListSchemaVersions(**records),
            make_template=MakeTemplate(**records, profile=ExcelProfile()),
            infer_schema=InferSchema(inference=self.inference, clock=self.clock, limits=limits),
            check_sample=CheckSample(
                **records,
                engine=self.engine,
                patterns=Re2PatternMatcher(),
                clock=self.clock,
                limits=limits,
            ),
            list_dead_letters=ListDeadLetters(**records),
            preview_redrive=PreviewRedrive(**records),
            redrive_dead_letters=RedriveDeadLetters(**records),
            get_stats=GetStats(**records, queue=self.queue, dead_letters=self.dead_letters),
            check_readiness=CheckReadiness(**records),
        )

    def process(self) -> None:
        """Relays and processes whatever waits."""
        relay = RelayOutbox(
            units_of_work=self.units_of_work,
            publisher=MemoryEventPublisher(self.queue),
            owner="relay",
        )
        while relay().claimed:
            pass
        work = self._process_delivery()
        while deliveries := self.queue.receive(limit=10, wait_seconds=0):
            for delivery in deliveries:
                work(delivery, is_shutting_down=lambda: False)

    def change(self, file_id: str, change: Callable[[File], None]) -> None:
        """Moves a file by its own verbs, as a worker would."""
        with self.units_of_work.for_writing() as work:
            file = work.files.lock(TENANT, UUID(file_id))
            change(file)
            work.files.save(file)
            work.commit()

    def _process_delivery(self) -> ProcessDelivery:
        retry_policy = RetryPolicy()
        return ProcessDelivery(
            claim_file=ClaimFile(
                units_of_work=self.units_of_work,
                retry_policy=retry_policy,
                lease=timedelta(seconds=240),
                worker="worker",
            ),
            settle_attempt=SettleAttempt(
                units_of_work=self.units_of_work,
                retry_policy=retry_policy,
                randomness=SeededRandomness(),
                clock=self.clock,
            ),
            units_of_work=self.units_of_work,
            storage=self.storage,
            engine=self.engine,
            queue=self.queue,
            lease_keeper=StillLeaseKeeper(),
            clock=self.clock,
            patterns=Re2PatternMatcher(),
            attempt_limit=timedelta(hours=1),
        )


def part(name: str, content: bytes | str, *, filename: str | None = None, more: str = "") -> bytes:
    """One part of a form; `more` are header lines, each with its line end."""
    content = content.encode() if isinstance(content, str) else content
    shown = "" if filename is None else f'; filename="{filename}"'
    head = f'Content-Disposition: form-data; name="{name}"{shown}\r\n{more}\r\n'
    return (
        f"--{BOUNDARY}\r\n".encode() + head.encode("utf-8", "surrogateescape") + content + b"\r\n"
    )


def form(*parts: bytes) -> bytes:
    """A whole form."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def csv_part(content: bytes | str = "a,b\n1,2\n", *, filename: str = "people.csv") -> bytes:
    """The part `file`."""
    return part("file", content, filename=filename)


def post_form(
    client: FlaskClient,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    path: str = "/files/upload",
) -> TestResponse:
    """Sends the form as it is."""
    return client.post(
        path,
        # Given as `data`, an empty body would be replaced by an empty form.
        input_stream=io.BytesIO(body),
        content_length=len(body),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **(headers or {})},
    )


class _Dripping(io.BytesIO):
    """A body of which a byte comes every twenty minutes."""

    def __init__(self, body: bytes, clock: ManualClock) -> None:
        super().__init__(body)
        self._clock = clock

    def read(self, size: int | None = -1) -> bytes:
        self._clock.advance(1200)
        return super().read(min(size or 1, 1))


def post_dripping(client: FlaskClient, body: bytes, *, clock: ManualClock) -> TestResponse:
    """Sends the form more slowly than anybody may."""
    return client.post(
        "/files/upload",
        input_stream=_Dripping(body, clock),
        content_length=len(body),
        headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
    )


def upload(
    client: FlaskClient,
    content: bytes | str = "a,b\n1,2\n",
    *,
    filename: str = "people.csv",
    headers: Mapping[str, str] | None = None,
    **fields: str,
) -> dict[str, Any]:
    """The File that an upload answers with."""
    before = [part(name, value) for name, value in fields.items()]
    answer = post_form(client, form(*before, csv_part(content, filename=filename)), headers=headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    resource: dict[str, Any] = answer.get_json()
    return resource


def assert_problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem, which says the same in its status, its media type and its members."""
    text = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), text
    problem: dict[str, Any] = answer.get_json()
    assert (problem["status"], problem["code"]) == (status, code), text
    assert problem["type"] == f"/problems/{code}"
    assert problem["requestId"] == answer.headers["X-Request-Id"]
    assert problem["title"]
    assert problem["detail"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    return problem
