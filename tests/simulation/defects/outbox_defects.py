"""Defects around the outbox: messages that leave too early, too late, or never."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from application.ports.event_publisher import EventPublisher
from application.ports.outbox import Outbox, OutboxRecord, OutgoingMessage, Topic
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from application.use_cases.reconcile import Reconcile, Repairs
from application.use_cases.relay_outbox import RelayOutbox, RelayReport
from tests.simulation.defects.changed import changed
from tests.simulation.ports import Ports
from tests.simulation.wiring import Wiring
from tests.wrapped_database import WrappedUnitOfWork, WrappedUnitsOfWork

if TYPE_CHECKING:
    from tests.simulation.process import Process


class NoReconciler(Wiring):
    """Nobody looks for files that nothing rings for."""

    def reconcile(self, process: "Process") -> Reconcile:
        return IdleReconcile(process)


class IdleReconcile(Reconcile):
    """A round that mends nothing."""

    def __init__(self, process: "Process") -> None:
        """Needs nothing of the process."""

    def __call__(self) -> Repairs:
        return Repairs()


class DirectUnitsOfWork(UnitOfWorkFactory):
    """Work messages go straight to the publisher, before or after the commit."""

    def __init__(
        self, units: UnitOfWorkFactory, publisher: EventPublisher, *, is_early: bool
    ) -> None:
        self._units = units
        self._publisher = publisher
        self._is_early = is_early

    def for_writing(self) -> UnitOfWork:
        return _DirectUnitOfWork(self._units.for_writing(), self.send, is_early=self._is_early)

    def for_reading(self) -> UnitOfWork:
        return self._units.for_reading()

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        """Publishes them, without anybody to do it again."""
        records = [OutboxRecord(id=0, message=message, tries=0) for message in messages]
        if records:
            self._publisher.publish(records)


class _DirectUnitOfWork(WrappedUnitOfWork):
    def __init__(
        self,
        work: UnitOfWork,
        send: Callable[[Sequence[OutgoingMessage]], None],
        *,
        is_early: bool,
    ) -> None:
        super().__init__(work)
        self._send = send
        self._is_early = is_early
        self._messages: list[OutgoingMessage] = []

    @property
    def outbox(self) -> Outbox:
        return changed(self.work.outbox, add=self._add)

    def _add(self, message: OutgoingMessage) -> None:
        if message.topic is Topic.FILE_PROCESSING:
            self._messages.append(message)
        else:
            self.work.outbox.add(message)

    def commit(self) -> None:
        if self._is_early:
            self._send(self._messages)
        self.work.commit()
        if not self._is_early:
            self._send(self._messages)


class NoOutbox(Wiring):
    """The work message is published after the commit, by nobody else if that fails."""

    is_early = False

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        units = DirectUnitsOfWork(ports.units_of_work, ports.publisher, is_early=self.is_early)
        return replace(ports, units_of_work=units)


class PublishBeforeCommit(NoOutbox):
    """The work message is published before there is a record to look at."""

    is_early = True


class NoOutboxNoReconciler(NoOutbox, NoReconciler):
    """Both together."""


class MarkedSentBeforePublish(Wiring):
    """The relay ends a message first, and sends it then."""

    def relay_outbox(self, process: "Process") -> RelayOutbox:
        ports = process.ports
        return _ForgetfulRelay(
            units_of_work=ports.units_of_work, publisher=ports.publisher, owner=process.name
        )


class _ForgetfulRelay(RelayOutbox):
    def _send(self, records: Sequence[OutboxRecord]) -> RelayReport:
        self._record(records, failures={})
        return super()._send(records)


class MarkedSentNoReconciler(MarkedSentBeforePublish, NoReconciler):
    """Both together."""


class FailuresOfABatchIgnored(Wiring):
    """Every entry of a batch counts as sent, whatever the broker says of it."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)

        def publish(records: Sequence[OutboxRecord]) -> Mapping[int, str]:
            ports.publisher.publish(records)
            return {}

        return replace(ports, publisher=changed(ports.publisher, publish=publish))


class ClaimsWithoutEnd(Wiring):
    """What a dead relay had claimed stays its own."""

    def ports(self, process: "Process") -> Ports:
        return _with_outbox(super().ports(process), claim=_claim_for_ever)


class OutboxGivesUp(Wiring):
    """A message that failed to leave a few times is dropped."""

    def ports(self, process: "Process") -> Ports:
        return _with_outbox(super().ports(process), postpone=_give_up)


class NoPostponement(Wiring):
    """A message that failed is not given back: it waits for the end of a claim of an hour."""

    def ports(self, process: "Process") -> Ports:
        return _with_outbox(super().ports(process), postpone=_forget, claim=_claim_for_an_hour)


class EventsOutsideTheTransaction(Wiring):
    """That a file came to its end is noted in a transaction of its own, afterwards."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        units = ports.units_of_work

        class Later(WrappedUnitOfWork):
            def __init__(self, work: UnitOfWork) -> None:
                super().__init__(work)
                self._told: list[OutgoingMessage] = []

            @property
            def outbox(self) -> Outbox:
                return changed(self.work.outbox, add=self._add)

            def _add(self, message: OutgoingMessage) -> None:
                is_event = message.topic is Topic.FILE_EVENTS
                (self._told.append if is_event else self.work.outbox.add)(message)

            def commit(self) -> None:
                self.work.commit()
                if self._told:
                    with units.for_writing() as work:
                        for message in self._told:
                            work.outbox.add(message)
                        work.commit()

        return _wrapped(ports, Later)


class TwoEvents(Wiring):
    """The end of a file is told twice."""

    def ports(self, process: "Process") -> Ports:
        return _with_outbox(super().ports(process), add=_add_twice)


def _wrapped(ports: Ports, wrap: type[WrappedUnitOfWork]) -> Ports:
    return replace(ports, units_of_work=WrappedUnitsOfWork(ports.units_of_work, wrap))


def _with_outbox(ports: Ports, **changes: Callable[..., object]) -> Ports:
    """The ports with another outbox, whose methods get the right one first."""

    class Other(WrappedUnitOfWork):
        @property
        def outbox(self) -> Outbox:
            right = self.work.outbox
            bound = {name: _bound(change, right) for name, change in changes.items()}
            return changed(right, **bound)

    return _wrapped(ports, Other)


def _bound(change: Callable[..., object], right: Outbox) -> Callable[..., object]:
    return lambda *arguments, **options: change(right, *arguments, **options)


def _claim_for_ever(outbox: Outbox, *, until: datetime, **wanted: Any) -> Sequence[OutboxRecord]:
    return outbox.claim(until=until + timedelta(days=365), **wanted)


def _claim_for_an_hour(
    outbox: Outbox, *, at: datetime, until: datetime, **wanted: Any
) -> Sequence[OutboxRecord]:
    return outbox.claim(at=at, until=at + timedelta(hours=1), **wanted)


def _give_up(
    outbox: Outbox, record_id: int, *, owner: str, available_at: datetime, error: str
) -> None:
    outbox.mark_sent([record_id], owner=owner, at=available_at)


def _forget(
    outbox: Outbox, record_id: int, *, owner: str, available_at: datetime, error: str
) -> None:
    """Does nothing."""


def _add_twice(outbox: Outbox, message: OutgoingMessage) -> None:
    outbox.add(message)
    if message.topic is Topic.FILE_EVENTS:
        outbox.add(message)
