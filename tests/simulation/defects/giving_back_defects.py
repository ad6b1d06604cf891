"""Defects of giving back what a slot holds that hangs when its worker has to stop."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from application.errors import DependencyError
from application.ports.lease_keeper import HeldLease
from application.ports.outbox import Outbox, OutgoingMessage, Topic
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.settle_attempt import SettleAttempt
from tests.simulation.defects.changed import calling, changed
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class NothingIsGivenBack(Wiring):
    """A slot that hangs keeps its file until the lease is over."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        def act(held: HeldLease, reason: str, *, try_until: float) -> bool:
            return False

        return calling(ReleaseHeldFile, act)


class WhoeversAttemptIsGivenBack(Wiring):
    """The file is released, although the attempt that is held may be over long since."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        right = super().release_held_file(process)

        def act(held: HeldLease, reason: str, *, try_until: float) -> bool:
            newest = process.world.database.tables.files[held.file_id].attempt
            return right(replace(held, attempt=newest), reason, try_until=try_until)

        return calling(ReleaseHeldFile, act)


class HeldMessageDeletedAnyhow(Wiring):
    """The message is deleted, although it may be all that calls for the next attempt."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        right, queue = super().release_held_file(process), process.ports.queue

        def act(held: HeldLease, reason: str, *, try_until: float) -> bool:
            is_free = right(held, reason, try_until=try_until)
            with suppress(DependencyError):
                queue.delete(held.delivery)
            return is_free

        return calling(ReleaseHeldFile, act)


class HeldMessageDeletedFirst(Wiring):
    """The message is deleted before the release that is to have another."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        right, queue = super().release_held_file(process), process.ports.queue

        def act(held: HeldLease, reason: str, *, try_until: float) -> bool:
            with suppress(DependencyError):
                queue.delete(held.delivery)
            return right(held, reason, try_until=try_until)

        return calling(ReleaseHeldFile, act)


class GivenBackWithoutMessage(Wiring):
    """What is given back relies on the message that is deleted afterwards."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        units = WrappedUnitsOfWork(process.ports.units_of_work, _SilentUnitOfWork)
        return ReleaseHeldFile(
            settle_attempt=SettleAttempt(
                units_of_work=units,
                retry_policy=self.retry_policy,
                randomness=process.world.randomness,
                clock=process.ports.clock,
            ),
            queue=process.ports.queue,
        )


class _SilentUnitOfWork(WrappedUnitOfWork):
    @property
    def outbox(self) -> Outbox:
        right = self.work.outbox
        add: Callable[[OutgoingMessage], None] = right.add

        def add_event(message: OutgoingMessage) -> None:
            if message.topic is not Topic.FILE_PROCESSING:
                add(message)

        return changed(right, add=add_event)


class AbandonedCommitTakenForDone(Wiring):
    """A release that was not settled counts as one, and its message is deleted."""

    def release_held_file(self, process: "Process") -> ReleaseHeldFile:
        right, queue = super().release_held_file(process), process.ports.queue

        def act(held: HeldLease, reason: str, *, try_until: float) -> bool:
            try:
                return right(held, reason, try_until=try_until)
            except DependencyError:
                with suppress(DependencyError):
                    queue.delete(held.delivery)
                return True

        return calling(ReleaseHeldFile, act)
