"""How a dependency that was away is asked whether it is back: never with a file."""

from collections.abc import Mapping

from application.ports.message_queue import MessageQueue
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.relay_outbox import RelayOutbox
from entrypoints.watched.calls import Dependency
from entrypoints.worker.dependency_gate import Probe


def probes(
    *,
    check_readiness: CheckReadiness,
    probe_storage: ProbeStorage,
    probe_storage_writes: ProbeStorageWrites,
    queue: MessageQueue,
    relay_outbox: RelayOutbox,
) -> Mapping[Dependency, Probe]:
    """A harmless call for each."""

    def publish_one_batch() -> None:
        # Whoever works may publish to the topic, and not look at it. What is published has to
        # leave anyhow, and may do so twice.
        outage = relay_outbox().outage
        if outage is not None:
            raise outage

    return {
        Dependency.DATABASE: check_readiness,
        Dependency.STORAGE: probe_storage,
        Dependency.STORAGE_WRITES: probe_storage_writes,
        Dependency.QUEUE: queue.approximate_size,
        Dependency.TOPIC: publish_one_batch,
    }
