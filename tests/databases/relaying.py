"""A relay in a process of its own, and what it published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from adapters.sql.engine import create_engine
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import OutboxRecord
from application.use_cases.relay_outbox import RelayOutbox

BAD = "what no broker takes"
PAUSE_SECONDS = 0.05
LONGEST_SECONDS = 60


class RecordingPublisher(EventPublisher):
    """Takes everything but the bad, and remembers it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.refusals = 0

    def publish(self, records: Sequence[OutboxRecord]) -> Mapping[int, str]:
        bad = {record.id: "InvalidParameter" for record in records if record.message.body == BAD}
        self.refusals += len(bad)
        self.bodies.extend(record.message.body for record in records if record.id not in bad)
        return bad


@dataclass(frozen=True, slots=True, kw_only=True)
class Relayed:
    """What left by one process, and how often it was refused something."""

    bodies: Sequence[str]
    refusals: int


def relay_until_empty(place: str | Path, owner: str, quiet_seconds: float) -> Relayed:
    """Relays until nothing could be claimed for so long, at most for a minute."""
    engine = create_engine(place, threads=2, wait_seconds=60)
    publisher = RecordingPublisher()
    relay = RelayOutbox(
        units_of_work=SqlUnitOfWorkFactory(
            engine, SystemClock(), observer=lambda events: None, bell=lambda: None
        ),
        publisher=publisher,
        owner=owner,
    )
    began_at = last_sent_at = monotonic()
    while monotonic() < min(last_sent_at + quiet_seconds, began_at + LONGEST_SECONDS):
        report = relay()
        if report.sent:
            last_sent_at = monotonic()
        else:
            sleep(PAUSE_SECONDS)
    engine.dispose()
    return Relayed(bodies=publisher.bodies, refusals=publisher.refusals)
