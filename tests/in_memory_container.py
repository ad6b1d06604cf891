"""The use cases over memory, each found by the ports it names and by nothing else.

A use case that asks for a concrete adapter cannot be built here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

import punq

from adapters.memory.collection_log import MemoryCollectionLog
from adapters.memory.database import MemoryDatabase
from adapters.memory.direct_uploads import MemoryDirectUploads
from adapters.memory.event_publisher import MemoryEventPublisher
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from adapters.memory.message_queue import MemoryDeadLetterQueue, MemoryMessageQueue
from adapters.memory.round_lock import MemoryRoundLock
from adapters.memory.seeded_ids import SeededRandomness, SequentialIds
from adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.patterns import Re2PatternMatcher
from application.ports.clock import Clock
from application.ports.collection_log import CollectionLog
from application.ports.content_engine import ContentEngine
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.direct_uploads import DirectUploads
from application.ports.event_publisher import EventPublisher
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator, Randomness
from application.ports.lease_keeper import LeaseKeeper
from application.ports.message_queue import HiddenMessages, MessageQueue
from application.ports.spreadsheet_profile import SpreadsheetProfile
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.cancel_file import CancelFile
from application.use_cases.claim_file import ClaimFile
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_history import GetHistory
from application.use_cases.get_schema import GetSchema
from application.use_cases.get_stats import GetStats
from application.use_cases.get_upload import GetUpload
from application.use_cases.link_parts import LinkParts
from application.use_cases.list_dead_letters import ListDeadLetters
from application.use_cases.list_files import ListFiles
from application.use_cases.list_row_errors import ListRowErrors
from application.use_cases.list_schemas import ListSchemas
from application.use_cases.open_content import OpenContent, OpenResult
from application.use_cases.open_spreadsheet import OpenSpreadsheet
from application.use_cases.preview_redrive import PreviewRedrive
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.recover_after_crash import RecoverAfterCrash
from application.use_cases.redrive_dead_letters import RedriveDeadLetters
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.renew_lease import RenewLease
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.settle_attempt import SettleAttempt
from application.use_cases.upload_file import UploadFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.collection_policy import CollectionPolicy
from domain.events import FileEvent
from domain.patterns import PatternMatcher
from domain.retention_policy import RetentionPolicy
from domain.retry_policy import RetryPolicy
from domain.upload_policy import UploadPolicy
from domain.upload_session import UploadSessionPolicy
from tests.doubles import ObedientEngine, StillLeaseKeeper

LEASE = timedelta(seconds=240)
VISIBILITY = timedelta(seconds=300)
ATTEMPT_LIMIT = timedelta(hours=1)

T = TypeVar("T")


@dataclass
class InMemoryService:
    """The service in memory: its parts for tests to look at, its use cases by type.

    With `is_direct`, the parts of an upload go to the storage itself.
    """

    clock: ManualClock = field(default_factory=ManualClock)
    storage: MemoryFileStorage = field(init=False)
    is_direct: bool = False
    engine: ObedientEngine = field(default_factory=ObedientEngine)
    lease_keeper: StillLeaseKeeper = field(default_factory=StillLeaseKeeper)
    events: list[FileEvent] = field(default_factory=list)
    container: punq.Container = field(default_factory=punq.Container)

    def __post_init__(self) -> None:
        self.storage = MemoryFileStorage(clock=self.clock)
        self.dead_letters = MemoryDeadLetterQueue(self.clock)
        self.queue = MemoryMessageQueue(self.clock, dead_letters=self.dead_letters)
        self.publisher = MemoryEventPublisher(self.queue)
        self.units_of_work = MemoryUnitOfWorkFactory(
            MemoryDatabase(), self.clock, observer=self._observe
        )
        self.direct_uploads = MemoryDirectUploads(self.storage, self.clock)
        self._register_ports()
        self._register_use_cases()

    def get(self, kind: type[T]) -> T:
        """The use case of that type, or the adapter of that port."""
        return self.container.resolve(kind)

    def send_parts_to(self, direct_uploads: DirectUploads | None) -> None:
        """From now on callers send the parts of uploads there; None: to us."""
        for asks in (AbortUpload, BeginUpload, CompleteUpload, GetUpload, LinkParts, Reconcile):
            self.container.register(asks, direct_uploads=direct_uploads)

    def _observe(self, events: Sequence[FileEvent]) -> None:
        self.events.extend(events)

    def _register_ports(self) -> None:
        ports: dict[type, object] = {
            Clock: self.clock,
            CollectionLog: MemoryCollectionLog(),
            CollectionPolicy: CollectionPolicy(),
            ContentEngine: self.engine,
            DeadLetterQueue: self.dead_letters,
            EventPublisher: self.publisher,
            FileStorage: self.storage,
            HiddenMessages: self.queue,
            IdGenerator: SequentialIds(),
            LeaseKeeper: self.lease_keeper,
            MessageQueue: self.queue,
            PatternMatcher: Re2PatternMatcher(),
            Randomness: SeededRandomness(),
            RetryPolicy: RetryPolicy(),
            RetentionPolicy: RetentionPolicy(),
            RoundLock: MemoryRoundLock(),
            SpreadsheetProfile: ExcelProfile(),
            UnitOfWorkFactory: self.units_of_work,
            UploadPolicy: UploadPolicy(max_bytes=1000),
            UploadSessionPolicy: UploadSessionPolicy(max_bytes=1000, max_open=3, part_bytes=8),
        }
        for port, adapter in ports.items():
            self.container.register(port, instance=adapter)

    def _register_use_cases(self) -> None:
        for use_case in (
            AcceptPart,
            CancelFile,
            CollectGarbage,
            DeleteFile,
            GetFile,
            GetHistory,
            GetSchema,
            GetStats,
            ListDeadLetters,
            ListFiles,
            ListRowErrors,
            ListSchemas,
            OpenContent,
            OpenResult,
            OpenSpreadsheet,
            PreviewRedrive,
            ProbeStorage,
            ProbeStorageWrites,
            Reconcile,
            RecoverAfterCrash,
            RedriveDeadLetters,
            RegisterSchema,
            ReprocessFile,
            ReleaseHeldFile,
            SettleAttempt,
            UploadFile,
            WatchDeadLetters,
        ):
            self.container.register(use_case)
        self.send_parts_to(self.direct_uploads if self.is_direct else None)
        self.container.register(ClaimFile, lease=LEASE, worker="worker-1")
        self.container.register(ProcessDelivery, attempt_limit=ATTEMPT_LIMIT)
        self.container.register(RelayOutbox, owner="relay-1")
        self.container.register(RenewLease, lease=LEASE, visibility=VISIBILITY)
