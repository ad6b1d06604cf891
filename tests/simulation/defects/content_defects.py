"""Defects that judge a file's content otherwise than it is."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from application.errors import StorageUnavailableError
from application.ports.content_engine import EngineJob
from application.ports.message_queue import Delivery
from application.use_cases.process_delivery import DeliveryReport, ProcessDelivery
from domain.processing_report import ProcessingReport, RowCounts
from tests.simulation.actors import Actor, current_actor
from tests.simulation.defects.changed import calling, changed
from tests.simulation.ports import Ports
from tests.simulation.wiring import Wiring

if TYPE_CHECKING:
    from tests.simulation.process import Process


class BlankRowsCountAsAccepted(Wiring):
    """A row with nothing in it is none that was skipped."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.engine

        def process_all(job: EngineJob) -> ProcessingReport:
            report = right.process(job)
            rows = report.rows
            counted = RowCounts(
                read=rows.read,
                accepted=rows.accepted + rows.skipped,
                rejected=rows.rejected,
                skipped=0,
            )
            return replace(report, rows=counted)

        return replace(ports, engine=changed(right, process=process_all))


class ReceiveCountDecidesRows(Wiring):
    """What comes a second time is judged more severely."""

    def __init__(self) -> None:
        self._receive_counts: dict[Actor, int] = {}

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        right = super().process_delivery(process)

        def act(delivery: Delivery, **reasons_to_stop: Callable[[], bool]) -> DeliveryReport:
            self._receive_counts[current_actor()] = delivery.receive_count
            return right(delivery, **reasons_to_stop)

        return calling(ProcessDelivery, act)

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.engine

        def process_all(job: EngineJob) -> ProcessingReport:
            report = right.process(job)
            if self._receive_counts[current_actor()] == 1:
                return report
            rows = report.rows
            severe = RowCounts(
                read=rows.read,
                accepted=0,
                rejected=rows.rejected,
                skipped=rows.skipped + rows.accepted,
            )
            return replace(report, rows=severe)

        return replace(ports, engine=changed(right, process=process_all))


class HalfAFileTakenForAllOfIt(Wiring):
    """A connection that is lost in the middle of a file is the end of the file."""

    def ports(self, process: "Process") -> Ports:
        ports = super().ports(process)
        right = ports.storage

        def read(
            key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
        ) -> Generator[bytes]:
            has_begun = False
            with closing(right.open(key, etag=etag, start=start, length=length)) as chunks:
                try:
                    for chunk in chunks:
                        has_begun = True
                        yield chunk
                except StorageUnavailableError:
                    if not has_begun:
                        raise

        return replace(ports, storage=changed(right, open=read))
