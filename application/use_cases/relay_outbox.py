"""Sends what committed transactions left to be sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from application.errors import DependencyError
from application.ports.event_publisher import EventPublisher
from application.ports.outbox import ALL_TOPICS, OutboxRecord, Topic
from application.ports.unit_of_work import UnitOfWorkFactory

BATCH = 10
CLAIM = timedelta(seconds=60)
LONGEST_DELAY_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOutage:
    """A topic that accepted none of `count` messages, and why."""

    topic: Topic
    error: DependencyError
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayReport:
    """What one step came to: `claimed` is 0 when there was nothing to send.

    `refusals` has the reason for each message that was not accepted by a topic which answered,
    by its id in the outbox.
    """

    claimed: int
    refusals: Mapping[int, str] = field(default_factory=dict)
    outages: Sequence[TopicOutage] = ()

    @property
    def sent(self) -> int:
        """How many were accepted."""
        return self.claimed - len(self.refusals) - sum(outage.count for outage in self.outages)


class RelayOutbox:
    """One step of the relay: claim, publish outside any transaction, mark sent.

    Between publishing and marking the process may die; then the message leaves twice, which
    nobody minds. It never gives a message up, and a bad one delays no other, nor does a topic
    that is away those of the other one, if the caller leaves it out as long as it is.
    """

    def __init__(
        self, *, units_of_work: UnitOfWorkFactory, publisher: EventPublisher, owner: str
    ) -> None:
        self._units_of_work = units_of_work
        self._publisher = publisher
        self._owner = owner

    def __call__(self, topics: Collection[Topic] = ALL_TOPICS) -> RelayReport:
        """What was claimed for `topics`, and what of it has to be sent again later.

        Raises DatabaseUnavailableError; claims left behind end by themselves.
        """
        with self._units_of_work.for_writing() as work:
            now = work.now()
            records = work.outbox.claim(
                owner=self._owner, limit=BATCH, at=now, until=now + CLAIM, topics=topics
            )
            if not records:
                return RelayReport(claimed=0)
            work.commit()
        return self._send(records)

    def _send(self, records: Sequence[OutboxRecord]) -> RelayReport:
        refusals: dict[int, str] = {}
        failures: dict[int, str] = {}
        outages: list[TopicOutage] = []
        # In the order of Topic, work first: it does not wait while events get no answer.
        for topic in Topic:
            batch = [record for record in records if record.message.topic is topic]
            try:
                refusals |= self._publisher.publish(batch) if batch else {}
            except DependencyError as error:
                failures |= {record.id: str(error) for record in batch}
                outages.append(TopicOutage(topic=topic, error=error, count=len(batch)))
        self._record(records, failures=failures | refusals)
        return RelayReport(claimed=len(records), refusals=refusals, outages=outages)

    def _record(self, records: Sequence[OutboxRecord], *, failures: Mapping[int, str]) -> None:
        sent = [record for record in records if record.id not in failures]
        with self._units_of_work.for_writing() as work:
            now = work.now()
            # Files first, as whoever changes a file and its messages does: two that lock in
            # opposite order would wait for each other.
            work.files.note_published(
                [
                    record.message.file_id
                    for record in sent
                    if record.message.topic is Topic.FILE_PROCESSING
                ],
                at=now,
            )
            work.outbox.mark_sent([record.id for record in sent], owner=self._owner, at=now)
            for record in records:
                if record.id in failures:
                    work.outbox.postpone(
                        record.id,
                        owner=self._owner,
                        available_at=now + _delay(record.tries),
                        error=failures[record.id],
                    )
            work.commit()


def _delay(tries: int) -> timedelta:
    """1, 2, 4, … seconds, at most 30."""
    return timedelta(seconds=min(LONGEST_DELAY_SECONDS, 2 ** min(tries, 10)))
