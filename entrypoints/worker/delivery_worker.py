"""Works on one delivery and logs what it led to."""

import structlog
from structlog.contextvars import bound_contextvars
from structlog.typing import FilteringBoundLogger

from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.message_queue import Delivery
from application.use_cases.attempt_fault import fault_of
from application.use_cases.file_messages import WorkRequest
from application.use_cases.process_delivery import (
    DeliveryReport,
    DeliveryResult,
    ProcessDelivery,
)
from entrypoints.dependency_log import level_of, log_dependency_error
from entrypoints.watched.calls import ALL_OF_THE_STORAGE
from entrypoints.worker.contention import Contention
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.foreign_messages import ForeignMessages
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.stop_order import StopOrder
from entrypoints.worker.tally import Tally

log = structlog.get_logger()


class DeliveryWorker:
    """What a slot does: never raises, and leaves one line in the log for every delivery."""

    def __init__(
        self,
        *,
        process_delivery: ProcessDelivery,
        stop_order: StopOrder,
        gate: DependencyGate,
        contention: Contention,
        clock: Clock,
        foreign_messages: ForeignMessages,
        held_leases: HeldLeases,
    ) -> None:
        self._held_leases = held_leases
        self._process_delivery = process_delivery
        self._stop_order = stop_order
        self._gate = gate
        self._contention = contention
        self._clock = clock
        self._foreign_messages = foreign_messages
        self._tally = Tally()

    def __call__(self, delivery: Delivery) -> None:
        """Works on the delivery; whatever goes wrong, the message shows up again by itself."""
        ids = _ids(delivery)
        with (
            self._held_leases.of_one_delivery(),
            bound_contextvars(
                message_id=delivery.message_id, receive_count=delivery.receive_count, **ids
            ),
        ):
            began_at = self._clock.monotonic()
            try:
                report = self._process_delivery(
                    delivery,
                    is_shutting_down=self._stop_order.is_release_due,
                    is_suspended=lambda: self._gate.is_shut(*ALL_OF_THE_STORAGE),
                )
            except DependencyError as error:
                log_dependency_error("delivery_interrupted", error)
                self._contention.note(delivery, error)
            except Exception as error:
                log.exception("delivery_crashed")
                self._contention.note(delivery, error)
            else:
                self._contention.note(delivery, None)
                self._log(report, seconds=round(self._clock.monotonic() - began_at, 3))

    def _log(self, report: DeliveryReport, *, seconds: float) -> None:
        # A fenced attempt and a message that came twice leave no other trace than this line.
        total = self._tally.count(report.result)
        bound = log.bind(
            result=report.result, result_total=total, reason=report.reason, seconds=seconds
        )
        match report.result:
            case DeliveryResult.RETRIED | DeliveryResult.BURIED:
                _log_failure(bound, report)
            case DeliveryResult.FENCED:
                bound.warning("delivery_done")
            case DeliveryResult.FOREIGN if report.foreign is not None:
                bound.warning("delivery_done", **self._foreign_messages.noted(report.foreign))
            case _:
                bound.info("delivery_done")


def _ids(delivery: Delivery) -> dict[str, str | int]:
    try:
        request = WorkRequest.parse(delivery.body)
    except ValueError:
        return {}
    return {"file_id": str(request.file_id), "generation": request.generation}


def _log_failure(bound: FilteringBoundLogger, report: DeliveryReport) -> None:
    fault = fault_of(report.error)
    is_defect = fault.code == "internal_error"
    bound.log(
        level_of(report.error),
        "delivery_done",
        error_code=fault.code,
        error=str(report.error),
        exc_info=report.error if is_defect else None,
    )
