"""One service in memory per test, and the few steps that every story has."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from application.ports.message_queue import Delivery
from application.use_cases.get_file import GetFile
from application.use_cases.process_delivery import DeliveryReport, ProcessDelivery
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.upload_file import UploadDetails, UploadFile
from domain.file_state import FileState
from tests.in_memory_container import InMemoryService

TENANT = "acme"


@dataclass(frozen=True, slots=True)
class Story:
    """What a test does to the service, in its words."""

    service: InMemoryService

    def upload(
        self,
        content: bytes = b"id\n1\n",
        *,
        name: str = "people.csv",
        details: UploadDetails | None = None,
    ) -> FileState:
        """The file that was accepted."""
        receipt = self.service.get(UploadFile)(
            TENANT, name=name, chunks=[content], details=lambda: details or UploadDetails()
        )
        return receipt.file

    def relay(self) -> int:
        """Sends what is to be sent."""
        return self.service.get(RelayOutbox)().claimed

    def receive(self) -> Delivery:
        """The one message that is there."""
        [delivery] = self.service.queue.receive(limit=10, wait_seconds=0)
        return delivery

    def process(
        self,
        delivery: Delivery | None = None,
        *,
        is_shutting_down: bool = False,
        is_suspended: Callable[[], bool] = lambda: False,
    ) -> DeliveryReport:
        """Works on a delivery, or on the one message that is there."""
        return self.service.get(ProcessDelivery)(
            delivery or self.receive(),
            is_shutting_down=lambda: is_shutting_down,
            is_suspended=is_suspended,
        )

    def finish(self, file: FileState) -> FileState:
        """Relays and processes; the file as it is then."""
        self.relay()
        self.process()
        return self.file(file)

    def file(self, file: FileState) -> FileState:
        """The file as it is now."""
        return self.service.get(GetFile)(TENANT, file.id)

    def queue_is_empty(self) -> bool:
        """True when not even a hidden message is left."""
        return self.service.queue.approximate_size() == 0


@pytest.fixture
def story() -> Story:
    """A fresh service and what can be done to it."""
    return Story(InMemoryService())
