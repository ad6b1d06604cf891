"""Every use case over its ports. A profile fills the ports; nothing else knows adapters."""

from typing import TypeVar

from dependency_injector import providers

from application.ports.message_queue import HiddenMessages
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.claim_file import ClaimFile
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.probe_storage import ProbeStorage
from application.use_cases.probe_storage_writes import ProbeStorageWrites
from application.use_cases.process_delivery import ProcessDelivery
from application.use_cases.reconcile import Reconcile
from application.use_cases.recover_after_crash import RecoverAfterCrash
from application.use_cases.relay_outbox import RelayOutbox
from application.use_cases.release_held_file import ReleaseHeldFile
from application.use_cases.renew_lease import RenewLease
from application.use_cases.settle_attempt import SettleAttempt
from application.use_cases.watch_dead_letters import WatchDeadLetters
from entrypoints.pulses import Pulses
from entrypoints.request_container import RequestContainer
from entrypoints.watched.dead_letter_queue import WatchedDeadLetterQueue
from entrypoints.watched.event_publisher import WatchedEventPublisher
from entrypoints.watched.file_storage import WatchedFileStorage
from entrypoints.watched.message_queue import WatchedMessageQueue
from entrypoints.watched.units_of_work import WatchedUnitsOfWork
from entrypoints.worker.breakers import Breakers
from entrypoints.worker.call_watch import ProcessCallWatch
from entrypoints.worker.dependency_gate import DependencyGate
from entrypoints.worker.held_leases import HeldLeases
from entrypoints.worker.lease_keeper import ThreadLeaseKeeper
from entrypoints.worker.probes import probes


class Container(RequestContainer):
    """The composition of one process: what its loops and slots ask, too. Each exists once."""

    # What the process's own loops and slots do goes through watched ports: requests have their
    # own deadlines, and are answered by what is the case when they come.
    pulses = providers.Singleton(Pulses)
    breakers = providers.Singleton(
        Breakers,
        policy=RequestContainer.settings.provided.breaker_policy,
        clock=RequestContainer.clock,
    )
    call_watch = providers.Singleton(ProcessCallWatch, breakers, pulses)
    watched_units_of_work = providers.Singleton(
        WatchedUnitsOfWork, RequestContainer.units_of_work, call_watch
    )
    watched_sweeping_units_of_work = providers.Singleton(
        WatchedUnitsOfWork, RequestContainer.sweeping_units_of_work, call_watch
    )
    watched_storage = providers.Singleton(WatchedFileStorage, RequestContainer.storage, call_watch)
    watched_publisher = providers.Singleton(
        WatchedEventPublisher, RequestContainer.publisher, call_watch
    )
    watched_queue = providers.Singleton(WatchedMessageQueue, RequestContainer.queue, call_watch)
    watched_dead_letters = providers.Singleton(
        WatchedDeadLetterQueue, RequestContainer.dead_letters, call_watch
    )

    renew_lease = providers.Singleton(
        RenewLease,
        units_of_work=watched_units_of_work,
        queue=watched_queue,
        lease=RequestContainer.settings.provided.timings.lease,
        visibility=RequestContainer.settings.provided.timings.visibility,
    )
    held_leases = providers.Singleton(HeldLeases)
    lease_keeper = providers.Singleton(
        ThreadLeaseKeeper,
        renew_lease=renew_lease,
        clock=RequestContainer.clock,
        randomness=RequestContainer.randomness,
        timings=RequestContainer.settings.provided.timings,
        attempt_limit=RequestContainer.settings.provided.attempt_limit,
        held_leases=held_leases,
        pulses=pulses,
    )
    claim_file = providers.Singleton(
        ClaimFile,
        units_of_work=watched_units_of_work,
        retry_policy=RequestContainer.settings.provided.retry_policy,
        lease=RequestContainer.settings.provided.timings.lease,
        worker=RequestContainer.settings.provided.worker_name,
    )
    settle_attempt = providers.Singleton(
        SettleAttempt,
        units_of_work=watched_units_of_work,
        retry_policy=RequestContainer.settings.provided.retry_policy,
        randomness=RequestContainer.randomness,
        clock=RequestContainer.clock,
    )
    process_delivery = providers.Singleton(
        ProcessDelivery,
        claim_file=claim_file,
        settle_attempt=settle_attempt,
        units_of_work=watched_units_of_work,
        storage=watched_storage,
        engine=RequestContainer.engine,
        queue=watched_queue,
        lease_keeper=lease_keeper,
        clock=RequestContainer.clock,
        patterns=RequestContainer.patterns,
        attempt_limit=RequestContainer.settings.provided.attempt_limit,
    )
    release_held_file = providers.Singleton(
        ReleaseHeldFile, settle_attempt=settle_attempt, queue=watched_queue
    )
    relay_outbox = providers.Singleton(
        RelayOutbox,
        units_of_work=watched_units_of_work,
        publisher=watched_publisher,
        owner=RequestContainer.settings.provided.worker_name,
    )
    watch_dead_letters = providers.Singleton(
        WatchDeadLetters,
        units_of_work=watched_units_of_work,
        dead_letters=watched_dead_letters,
        retry_policy=RequestContainer.settings.provided.retry_policy,
    )
    reconcile = providers.Singleton(
        Reconcile,
        units_of_work=watched_sweeping_units_of_work,
        queue=watched_queue,
        storage=watched_storage,
        rounds=RequestContainer.rounds,
        retention=RequestContainer.settings.provided.retention,
        direct_uploads=RequestContainer.direct_uploads,
    )
    collect_garbage = providers.Singleton(
        CollectGarbage,
        units_of_work=watched_sweeping_units_of_work,
        storage=watched_storage,
        rounds=RequestContainer.rounds,
        collections=RequestContainer.collections,
        ids=RequestContainer.ids,
        policy=RequestContainer.settings.provided.collection,
    )
    gate = providers.Singleton(
        DependencyGate,
        breakers,
        providers.Factory(
            probes,
            check_readiness=providers.Factory(CheckReadiness, units_of_work=watched_units_of_work),
            probe_storage=providers.Factory(ProbeStorage, storage=watched_storage),
            probe_storage_writes=providers.Factory(ProbeStorageWrites, storage=watched_storage),
            queue=watched_queue,
        ),
    )


class RecoverableContainer(Container):
    """The composition where one machine is all there is, and can see that its processes died.

    Machines that share a queue cannot: there, what the dead held comes back by itself, later.
    """

    hidden_messages = providers.Dependency(instance_of=HiddenMessages)

    recover_after_crash = providers.Singleton(
        RecoverAfterCrash, units_of_work=Container.units_of_work, hidden=hidden_messages
    )


ContainerT = TypeVar("ContainerT", bound=Container)


def check(container: ContainerT) -> ContainerT:
    """The container, once every provider was resolved: a hole or a wrong type stops the start.

    Raises dependency_injector.errors.Error, naming the port.
    """
    container.check_dependencies()
    for provider in container.providers.values():
        provider()
    return container
