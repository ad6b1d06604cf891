"""Slots survive whatever their work does."""

import threading

from application.ports.message_queue import Delivery
from entrypoints.worker.slots import Slots

DELIVERY = Delivery(message_id="1", receipt="1", body="{}", receive_count=1)


def test_a_slot_goes_on_after_its_work_raised() -> None:
    worked = threading.Event()
    outcomes = iter([RuntimeError("boom"), None])

    def work(_: Delivery) -> None:
        error = next(outcomes)
        if error is not None:
            raise error
        worked.set()

    slots = Slots(1, work)
    slots.accept(DELIVERY)
    assert slots.wait_until_idle(5)
    slots.accept(DELIVERY)

    assert worked.wait(5)
