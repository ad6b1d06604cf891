"""Defects around budgets: files that are given up too soon, or never."""

from datetime import timedelta
from typing import TYPE_CHECKING

from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.settle_attempt import SettleAttempt, Settlement
from domain.fault import Fault, FaultKind
from domain.file_state import FileState
from domain.retry_policy import RetryPolicy
from tests.simulation.wiring import Wiring

if TYPE_CHECKING:
    from tests.simulation.process import Process


class OutagesCountAsFailures(Wiring):
    """A dependency that is down is held against the file."""

    def settle_attempt(self, process: "Process") -> SettleAttempt:
        return _Blaming(
            units_of_work=process.ports.units_of_work,
            retry_policy=self.retry_policy,
            randomness=process.world.randomness,
            clock=process.ports.clock,
        )


class _Blaming(SettleAttempt):
    def fail(self, attempt: FileState, fault: Fault, *, try_until: float) -> Settlement:
        blamed = Fault(kind=FaultKind.FAILURE, code=fault.code, message=fault.message)
        return super().fail(attempt, blamed, try_until=try_until)


class FailuresWithoutBudget(Wiring):
    """A file that fails is tried for ever."""

    retry_policy = RetryPolicy(max_failures=1_000_000)


class CrashesWithoutBudget(Wiring):
    """A file that kills its worker is tried for ever."""

    retry_policy = RetryPolicy(max_starts=1_000_000)


class OutagesWithoutPatience(Wiring):
    """The first outage is the file's end."""

    def settle_attempt(self, process: "Process") -> SettleAttempt:
        class Impatient(SettleAttempt):
            def fail(self, attempt: FileState, fault: Fault, *, try_until: float) -> Settlement:
                given_up = Fault(kind=FaultKind.INPUT, code=fault.code, message=fault.message)
                return super().fail(attempt, given_up, try_until=try_until)

        return Impatient(
            units_of_work=process.ports.units_of_work,
            retry_policy=self.retry_policy,
            randomness=process.world.randomness,
            clock=process.ports.clock,
        )


class AttemptsWithoutLimit(Wiring):
    """An attempt may take as long as it likes."""

    def process_delivery(self, process: "Process") -> ProcessDelivery:
        right = super().process_delivery(process)
        right._attempt_limit = timedelta(days=365)
        return right
