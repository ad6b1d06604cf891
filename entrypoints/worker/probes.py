"""How a dependency that was away is asked whether it is back: never with a file."""

from collections.abc import Mapping

from application.ports.message_queue import MessageQueue
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from entrypoints.watched.calls import Dependency
from entrypoints.worker.dependency_gate import Probe


def probes(
    *,
    check_readiness: CheckReadiness,
    probe_storage: ProbeStorage,
    probe_storage_writes: ProbeStorageWrites,
    queue: MessageQueue,
) -> Mapping[Dependency, Probe]:
    """A harmless call for each that there is one for: not for the topics."""
    return {
        Dependency.DATABASE: check_readiness,
        Dependency.STORAGE: probe_storage,
        Dependency.STORAGE_WRITES: probe_storage_writes,
        Dependency.QUEUE: queue.approximate_size,
    }
