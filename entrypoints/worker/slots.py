"""A fixed number of threads that work on deliveries."""

import threading
from collections import deque
from collections.abc import Callable

import structlog

from application.ports.message_queue import Delivery
from entrypoints.pulses import Pulses

log = structlog.get_logger()


class Slots:
    """As many deliveries at a time as there are slots; an error of `work` is logged.

    The threads are daemons: one that hangs in a dead network share must not keep the
    process from ending, since its lease ends by itself. `pulses` shows when one hangs.
    """

    def __init__(
        self, count: int, work: Callable[[Delivery], None], *, pulses: Pulses | None = None
    ) -> None:
        self._count = count
        self._work = work
        self._pulses = pulses or Pulses()
        self._changed = threading.Condition()
        self._accepted: deque[Delivery] = deque()
        self._busy = 0
        for number in range(1, count + 1):
            threading.Thread(target=self._run, name=f"slot-{number}", daemon=True).start()

    def wait_for_free(self, seconds: float) -> int:
        """How many slots are free: waits up to `seconds` for the first."""
        with self._changed:
            self._changed.wait_for(lambda: self._free > 0, seconds)
            return self._free

    def accept(self, delivery: Delivery) -> None:
        """Has a free slot work on the delivery."""
        with self._changed:
            self._accepted.append(delivery)
            self._changed.notify_all()

    def wait_until_idle(self, seconds: float) -> bool:
        """True once no slot is at work, False when one still is after `seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._free == self._count, seconds)

    @property
    def _free(self) -> int:
        return self._count - self._busy - len(self._accepted)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._accepted)
                delivery = self._accepted.popleft()
                self._busy += 1
            pulse = self._pulses.begin(threading.current_thread().name)
            try:
                self._work(delivery)
            except Exception:
                # A slot that died would still count as free, and take messages for ever.
                log.exception("slot_crashed", message_id=delivery.message_id)
            finally:
                self._pulses.end(pulse)
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()
