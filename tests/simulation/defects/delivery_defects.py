"""Defects around messages: deleted too soon, believed too much."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from application.ports.file_repository import FileRepository
from application.ports.message_queue import Delivery
from application.ports.outbox import Outbox, OutgoingMessage, Topic
from application.ports.unit_of_work import UnitOfWork
from application.use_cases.claim_file import ClaimFile
from application.use_cases.file_messages import WorkRequest, terminal_message
from application.use_cases.process_delivery import DeliveryReport, DeliveryResult, ProcessDelivery
from application.use_cases.watch_dead_letters import DeadLetterRound, WatchDeadLetters
from domain.fault import Fault, FaultKind
from domain.file import File
from domain.file_status import FileStatus
from tests.simulation.defects.changed import calling, changed
from tests.simulation.defects.outbox_defects import NoReconciler
from tests.simulation.ports import Ports
from tests.simulation.timings import TIMINGS
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class DeletedBeforeTheWork(Wiring):
    """A message is deleted as soon as it was received."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.queue

        def receive(*, limit: int, wait_seconds: float) -> Sequence[Delivery]:
            deliveries = right.receive(limit=limit, wait_seconds=wait_seconds)
            for delivery in deliveries:
                right.delete(delivery)
            return deliveries

        return replace(ports, queue=changed(right, receive=receive))


class RetryDeletesTheMessage(Wiring):
    """A message is deleted after a failure, too."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.queue

        def change_visibility(delivery: Delivery, *, seconds: int) -> None:
            right.delete(delivery)

        return replace(ports, queue=changed(right, change_visibility=change_visibility))


class ReleaseWithoutMessage(Wiring):
    """A release relies on the message that is deleted afterwards."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)

        class Silent(WrappedUnitOfWork):
            @property
            def outbox(self) -> Outbox:
                right = self.work.outbox

                def add(message: OutgoingMessage) -> None:
                    is_work = message.topic is Topic.FILE_PROCESSING
                    if not (is_work and process.world.watch.is_working()):
                        right.add(message)

                return changed(right, add=add)

        return _with_units(ports, Silent)


class ReceiveCountDecides(Wiring):
    """A file whose message was received three times has failed."""

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        right = super().process_delivery(process)
        units = process.ports.units_of_work

        def act(delivery: Delivery, **reasons_to_stop: Callable[[], bool]) -> DeliveryReport:
            if delivery.receive_count < 3:
                return right(delivery, **reasons_to_stop)
            _bury(units.for_writing(), delivery)
            return DeliveryReport(result=DeliveryResult.BURIED)

        return calling(ProcessDelivery, act)


class DeadLetterMeansFailed(Wiring):
    """A message among the dead letters is the end of its file."""

    def watch_dead_letters(self, process: "Process") -> WatchDeadLetters:
        ports = process.ports

        def act() -> DeadLetterRound:
            letters = ports.dead_letters.receive(limit=10)
            for letter in letters:
                _bury(ports.units_of_work.for_writing(), letter)
                ports.dead_letters.hide(letter, seconds=3600)
            return DeadLetterRound(looked_at=len(letters), foreign=())

        return calling(WatchDeadLetters, act)


class DeadLetterDeletedFirst(Wiring):
    """A dead letter is deleted before its successor is in the outbox."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.dead_letters

        def receive(*, limit: int) -> Sequence[Delivery]:
            letters = right.receive(limit=limit)
            for letter in letters:
                right.delete(letter)
            return letters

        return replace(ports, dead_letters=changed(right, receive=receive))


class NobodyWatchesDeadLetters(NoReconciler):
    """Dead letters stay where they are, and no reconciler makes up for it."""

    def watch_dead_letters(self, process: "Process") -> WatchDeadLetters:
        return calling(WatchDeadLetters, lambda: DeadLetterRound(looked_at=0, foreign=()))


class FinishedFilesAreWorkedOnAgain(Wiring):
    """A second delivery of a finished file begins it anew."""

    def claim_file(self, process: "Process") -> ClaimFile:
        class Forgetful(WrappedUnitOfWork):
            @property
            def files(self) -> FileRepository:
                right = self.work.files

                def lock_for_worker(file_id: UUID) -> File:
                    state = right.lock_for_worker(file_id).state
                    if state.is_final and not state.is_erased:
                        state = replace(state, status=FileStatus.PENDING, outcome=None)
                    return File(state)

                return changed(right, lock_for_worker=lock_for_worker)

        return ClaimFile(
            units_of_work=WrappedUnitsOfWork(process.ports.units_of_work, Forgetful),
            retry_policy=self.retry_policy,
            lease=TIMINGS.lease,
            worker=process.name,
        )


def _bury(unit: UnitOfWork, delivery: Delivery) -> None:
    fault = Fault(kind=FaultKind.FAILURE, code="received_too_often", message="too often")
    with unit as work:
        file = work.files.lock_for_worker(WorkRequest.parse(delivery.body).file_id)
        if file.state.is_final:
            return
        file.bury(fault, at=work.now())
        work.files.save(file)
        work.outbox.add(terminal_message(file.state, file.events[-1]))
        work.commit()


def _with_units(ports: Ports, wrap: type[WrappedUnitOfWork]) -> Ports:
    return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, wrap))
