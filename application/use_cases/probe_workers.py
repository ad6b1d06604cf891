"""Asks the workers, by the way that work takes."""

from application.errors import ApplicationError, ContentNotFoundError, DependencyError
from application.ports.clock import Clock
from application.ports.event_publisher import EventPublisher
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator
from application.ports.outbox import OutboxRecord
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus
from application.use_cases.probe_messages import answer_key, probe_message

ANSWER_SECONDS = 20
LOOK_EVERY_SECONDS = 0.5


class ProbeWorkers(DependencyProbe):
    """Publishes a probe on the work topic and looks for a worker's answer in the storage.

    So it sees the whole way: topic, queue, worker and storage, each with the rights that it
    has. To receive the probe itself would be to take work from the queue, and each receipt
    brings a message nearer to the dead letters. Where no worker `is_expected`, nothing is
    sent, since the answer would come after the question was forgotten.
    """

    name = "workers"
    deadline_seconds = 2 * ANSWER_SECONDS

    def __init__(
        self,
        *,
        publisher: EventPublisher,
        storage: FileStorage,
        ids: IdGenerator,
        clock: Clock,
        is_expected: bool,
    ) -> None:
        self._publisher = publisher
        self._storage = storage
        self._ids = ids
        self._clock = clock
        self._is_expected = is_expected

    def check(self) -> ProbeResult:
        if not self._is_expected:
            return ProbeResult(
                status=ProbeStatus.SKIPPED,
                finding="not asked, since none is expected to run: that a message gets from the"
                " topic to a worker was not seen",
                hint="ask again when workers run",
            )
        try:
            return self._ask()
        except ApplicationError as error:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"the answer could not be looked for ({error})",
                hint="mend the storage first",
            )

    def _ask(self) -> ProbeResult:
        record = OutboxRecord(id=0, message=probe_message(probe_id := self._ids.new_id()), tries=0)
        try:
            failures = self._publisher.publish([record])
        except DependencyError as error:
            failures = {record.id: error.reason}
        if failures:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"the topic does not take a probe: {failures[record.id]}",
                hint="mend the topic, or the right to publish to it, first",
            )
        return self._await_answer(answer_key(probe_id))

    def _await_answer(self, key: str) -> ProbeResult:
        asked_at = self._clock.monotonic()
        while (seconds := self._clock.monotonic() - asked_at) < ANSWER_SECONDS:
            if self._is_there(key):
                self._storage.delete(key)
                return ProbeResult(
                    status=ProbeStatus.OK,
                    finding=f"one answered a probe after {seconds:.1f} s: topic, queue and"
                    " storage carry messages and content to it and back",
                )
            self._clock.sleep(LOOK_EVERY_SECONDS)
        return ProbeResult(
            status=ProbeStatus.WRONG,
            finding=f"the topic took a probe, but no worker answered within {ANSWER_SECONDS} s",
            hint="start a worker (or say --no-workers when none should run yet); if one runs, it is"
            " busy, or the queue does not get what the topic sends, or it may not write there:"
            " its log says which",
        )

    def _is_there(self, key: str) -> bool:
        try:
            for _ in self._storage.open(key):
                pass
        except ContentNotFoundError:
            return False
        return True
