"""What an operator of the aws profile makes and looks at."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial

from adapters.aws.addresses import Addresses
from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.bucket_probe import BucketProbe
from adapters.aws.clients import AwsClients, AwsSettings
from adapters.aws.dead_letters_probe import DeadLettersProbe
from adapters.aws.download_link_probe import DownloadLinkProbe
from adapters.aws.identity_probe import AwsIdentityProbe
from adapters.aws.provisioning import AwsProvisioner
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.setup_probe import AwsSetupProbe
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.sql.postgresql_probe import PostgresqlProbe
from adapters.system.python_probe import PythonProbe
from adapters.system.system_clock import SystemClock
from adapters.system.uuid_generator import UuidGenerator
from application.ports.outbox import Topic
from application.ports.probe import DependencyProbe
from application.use_cases.probe_events import ProbeEvents
from application.use_cases.probe_workers import ProbeWorkers
from entrypoints.cloud_settings import CloudSettings
from entrypoints.settings import Settings


def provisioner(settings: Settings) -> AwsProvisioner:
    """Makes the resources that the settings name; nothing is asked before it is told to."""
    cloud = settings.need_cloud()
    return AwsProvisioner(_clients(cloud), _names(cloud), _redelivery(settings))


@contextmanager
def probes(settings: Settings, *, expects_workers: bool) -> Generator[Sequence[DependencyProbe]]:
    """Looks at the machine, the database, the credentials, and what they lead to."""
    cloud, clock, ids = settings.need_cloud(), SystemClock(), UuidGenerator()
    clients = _clients(cloud)
    storage = S3FileStorage(clients, cloud.s3_bucket, clock=clock)
    links = S3DirectDownloads(
        clients, cloud.s3_bucket, public_endpoint_url=cloud.s3_public_endpoint_url
    )
    addresses = Addresses(clients)
    topics = {Topic.FILE_PROCESSING: cloud.topic, Topic.FILE_EVENTS: cloud.events_topic}
    publisher = SnsEventPublisher(clients, lambda topic: addresses.topic_arn(topics[topic]))
    try:
        yield [
            PythonProbe(),
            PostgresqlProbe(cloud.need_database_url(), clock),
            AwsIdentityProbe(clients),
            BucketProbe(storage, ids),
            DownloadLinkProbe(storage, links, ids),
            AwsSetupProbe(clients, _names(cloud), _redelivery(settings)),
            ProbeEvents(publisher=publisher, ids=ids),
            DeadLettersProbe(clients, partial(addresses.queue_url, cloud.dead_letter_queue)),
            ProbeWorkers(
                publisher=publisher,
                storage=storage,
                ids=ids,
                clock=clock,
                is_expected=expects_workers,
            ),
        ]
    finally:
        clients.close()


def _clients(cloud: CloudSettings) -> AwsClients:
    return AwsClients(AwsSettings(region=cloud.region))


def _names(cloud: CloudSettings) -> ResourceNames:
    return ResourceNames(
        bucket=cloud.s3_bucket,
        topic=cloud.topic,
        events_topic=cloud.events_topic,
        queue=cloud.queue,
        dead_letter_queue=cloud.dead_letter_queue,
        undelivered_queue=cloud.undelivered_queue,
    )


def _redelivery(settings: Settings) -> Redelivery:
    return Redelivery(
        visibility_seconds=int(settings.timings.visibility.total_seconds()),
        max_receives=settings.max_receives,
    )
