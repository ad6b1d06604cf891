"""Uploads, relays and dying workers, interleaved at every port call by a seed."""

import hashlib
import random
from contextlib import suppress
from datetime import timedelta
from functools import partial

from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.message_queue import MessageQueue
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.delete_file import DeleteFile
from application.use_cases.process_delivery import DeliveryReport, ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.upload_file import UploadDetails, UploadFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.events import FileEvent
from domain.file_state import FileState
from tests.faults import FaultyStorage, FaultyUnitsOfWork
from tests.in_memory_container import InMemoryService
from tests.simulation.interleaving import Interleaved, Scheduler
from tests.simulation.weather import Weather

FILES = 4
HORIZON = timedelta(hours=6)


class Simulation:
    """One seeded run of the real use cases over ports in memory."""

    def __init__(
        self,
        seed: int,
        *,
        kill_share: float = 0.01,
        weather: Weather | None = None,
        deletions: int = 0,
    ) -> None:
        """`weather` is what befalls database and storage, by default nothing.

        So many of the first files are deleted at some moment after they were accepted.
        """
        self.service = InMemoryService()
        self.scheduler = Scheduler(seed, kill_share=kill_share)
        self.reports: list[DeliveryReport] = []
        self.accepted: list[FileState] = []
        self.terminal: dict[tuple[object, int], FileEvent] = {}
        self.looked_at = 0
        for port in (
            Clock,
            ContentEngine,
            DeadLetterQueue,
            EventPublisher,
            FileStorage,
            MessageQueue,
            UnitOfWorkFactory,
        ):
            self.service.container.register(port, instance=Interleaved(self.service.get(port)))
        self.database = FaultyUnitsOfWork(self.service.get(UnitOfWorkFactory))
        self.service.container.register(UnitOfWorkFactory, instance=self.database)
        if weather is not None:
            storage = FaultyStorage(self.service.get(FileStorage))
            self.service.container.register(FileStorage, instance=storage)
            weather.befall(self.database, storage, self.service.clock)
        self.deletions = deletions
        self.deleted: list[FileState] = []
        self.scheduler.add(self.upload)
        self.scheduler.add(partial(self.delete, random.Random(seed)))
        for _ in range(2):
            self.scheduler.add(self.relay, is_mortal=True)
            self.scheduler.add(self.work, is_mortal=True)
        self.scheduler.add(self.repair, is_mortal=True)

    def upload(self) -> None:
        for number in range(FILES):
            content = b"id\nreject\n" if number == 0 else b"id\n%d\n" % number
            while len(self.accepted) <= number:
                with suppress(DependencyError):
                    receipt = self.service.get(UploadFile)(
                        "acme",
                        name="people.csv",
                        chunks=[content],
                        details=partial(UploadDetails, idempotency_key=f"upload-{number}"),
                    )
                    self.accepted.append(receipt.file)

    def delete(self, chance: random.Random) -> None:
        clock = self.service.get(Clock)
        while len(self.deleted) < self.deletions:
            for _ in range(chance.randrange(200)):
                clock.monotonic()  # somebody else's turn
            if len(self.accepted) > len(self.deleted):
                file = self.accepted[len(self.deleted)]
                self.delete_once(file, tries=chance.randrange(1, 4))
                self.deleted.append(file)

    def delete_once(self, file: FileState, *, tries: int) -> None:
        """Deletes as a caller does who loses patience; not before the file is erased, though."""
        while not self.current(file).is_erased or tries > 0:
            tries -= 1
            with suppress(DependencyError):
                self.service.get(DeleteFile)(file.tenant, file.id)
                return

    def current(self, file: FileState) -> FileState:
        with self.service.units_of_work.for_reading() as work:
            return work.files.get(file.tenant, file.id).state

    def relay(self) -> None:
        relay = self.service.get(RelayOutbox)
        while True:
            with suppress(DependencyError):
                relay()

    def work(self) -> None:
        queue, process = self.service.get(MessageQueue), self.service.get(ProcessDelivery)
        while True:
            for delivery in queue.receive(limit=1, wait_seconds=0):
                with suppress(DependencyError):
                    self.reports.append(process(delivery, is_shutting_down=lambda: False))

    def repair(self) -> None:
        watch, reconcile = self.service.get(WatchDeadLetters), self.service.get(Reconcile)
        while True:
            with suppress(DependencyError):
                watch()
                reconcile()

    def run(self) -> None:
        end = self.service.clock.now() + HORIZON
        while not self.is_done():
            assert self.service.clock.now() < end, "a file never came to its end"
            self.service.clock.advance(self.scheduler.step())
            self.check_step()
        for event in self.terminal.values():
            self.check_results(event)

    def run_on(self, steps: int) -> None:
        """Some more turns, in which whoever is at work comes to an end."""
        for _ in range(steps):
            self.service.clock.advance(self.scheduler.step())
            self.check_step()

    def is_done(self) -> bool:
        are_ended = len(self.accepted) == FILES and len(self.terminal) == FILES
        return are_ended and len(self.deleted) == self.deletions

    def check_step(self) -> None:
        for event in self.service.events[self.looked_at :]:
            if event.is_terminal:
                key = (event.file_id, event.generation)
                assert key not in self.terminal, f"{event.file_id} ended twice"
                self.terminal[key] = event
                self.check_results(event)
        self.looked_at = len(self.service.events)

    def unnamed_results(self) -> set[str]:
        """The keys of results that no file's record names."""
        files = [self.current(file) for file in self.accepted]
        named = {result.key for file in files for result in file.results}
        return {key for key in self.service.storage.keys if key.startswith("results/")} - named

    def check_results(self, event: FileEvent) -> None:
        with self.service.units_of_work.for_reading() as work:
            state = work.files.get(event.tenant, event.file_id).state
        if state.is_erased:
            return
        assert state.results
        for result in state.results:
            assert f"/{state.generation}/{state.attempt}/" in result.key
            content = b"".join(self.service.storage.open(result.key, etag=result.etag))
            assert hashlib.sha256(content).hexdigest() == result.sha256
