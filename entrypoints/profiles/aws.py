"""PostgreSQL, S3, SNS and SQS: any number of machines, each of them expendable."""

import sys
import threading
from contextlib import ExitStack
from functools import partial
from typing import Any

from dependency_injector import providers

from adapters.aws.addresses import Addresses
from adapters.aws.clients import AwsClients, AwsSettings
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_direct_uploads import S3DirectUploads
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.aws.sns_event_publisher import SnsEventPublisher
from adapters.aws.sqs_dead_letter_queue import SqsDeadLetterQueue
from adapters.aws.sqs_message_queue import SqsMessageQueue
from adapters.sql import schema_version
from adapters.sql.engine import create_shared_engine, for_sweeping
from adapters.sql.sql_api_keys import SqlApiKeys
from adapters.sql.sql_collection_log import SqlCollectionLog
from adapters.sql.sql_round_lock import SqlRoundLock
from adapters.sql.sql_unit_of_work import SqlUnitOfWorkFactory
from adapters.system.system_clock import SystemClock
from adapters.system.system_randomness import SystemRandomness
from adapters.system.telemetry.logging_event_observer import LoggingEventObserver
from adapters.system.telemetry.structured_logging import configure_logging
from adapters.system.uuid_generator import UuidGenerator
from adapters.tabular.excel_profile import ExcelProfile
from adapters.tabular.patterns import Re2PatternMatcher
from application.errors import OutdatedDatabaseError
from application.ports.clock import Clock
from application.ports.outbox import Topic
from entrypoints.cloud_settings import CloudSettings
from entrypoints.container import Container, check
from entrypoints.profiles.access import access_parts
from entrypoints.profiles.engine_limits import engine_limits
from entrypoints.profiles.sandboxed_engine import sandboxed_engine
from entrypoints.relay_bell import RelayBell
from entrypoints.settings import Settings
from entrypoints.timings import Timings

Parts = dict[str, providers.Provider[Any]]
"""What fills ports of the container, by their names there."""


def build(settings: Settings, *, threads: int) -> Container:
    """The container over what machines share; `gristmill migrate` has made the database ready.

    `threads` of this process may use the database, or Amazon, at the same time. Of all that,
    the database alone is asked now: the rest may be away, or not made yet. Raises
    OutdatedDatabaseError, NewerDatabaseError, DatabaseUnavailableError, ConfigurationError.
    """
    configure_logging(settings.log_level, sys.stderr)
    cloud, clock, bell = settings.need_cloud(), SystemClock(), RelayBell()
    clients = AwsClients(AwsSettings(region=cloud.region, connections=threads))
    with ExitStack() as opened:
        opened.callback(clients.close)
        engine = create_shared_engine(cloud.need_database_url(), threads=threads)
        opened.callback(engine.dispose)
        if not schema_version.check_schema_version(engine):
            raise OutdatedDatabaseError
        content_engine = sandboxed_engine(
            settings.sandbox,
            clock=clock,
            limits=engine_limits(settings.content),
        )
        opened.callback(content_engine.close)
        close = opened.pop_all().close
    units_of_work = partial(
        SqlUnitOfWorkFactory, clock=clock, observer=LoggingEventObserver(), bell=bell
    )
    return check(
        Container(
            settings=providers.Object(settings),
            bell=providers.Object(bell),
            clock=providers.Object(clock),
            ids=providers.Object(UuidGenerator()),
            randomness=providers.Object(SystemRandomness()),
            patterns=providers.Object(Re2PatternMatcher()),
            units_of_work=providers.Object(units_of_work(engine)),
            sweeping_units_of_work=providers.Object(units_of_work(for_sweeping(engine))),
            engine=providers.Object(content_engine),
            spreadsheet_profile=providers.Object(ExcelProfile()),
            schema_inference=providers.Object(content_engine),
            rounds=providers.Object(SqlRoundLock(engine)),
            **access_parts(
                settings.access, SqlApiKeys(engine), clock=clock, pepper=settings.access.pepper
            ),
            collections=providers.Object(SqlCollectionLog(engine)),
            close=providers.Object(close),
            **_storage(clients, cloud, clock=clock),
            **_messages(clients, cloud, clock=clock, timings=settings.timings),
        )
    )


def _storage(clients: AwsClients, cloud: CloudSettings, *, clock: Clock) -> Parts:
    links = S3DirectDownloads(
        clients, cloud.s3_bucket, public_endpoint_url=cloud.s3_public_endpoint_url
    )
    uploads = S3DirectUploads(
        clients, cloud.s3_bucket, public_endpoint_url=cloud.s3_public_endpoint_url
    )
    return {
        "storage": providers.Object(S3FileStorage(clients, cloud.s3_bucket, clock=clock)),
        "direct_downloads": providers.Object(links),
        "direct_uploads": providers.Object(uploads),
    }


def _messages(
    clients: AwsClients, cloud: CloudSettings, *, clock: Clock, timings: Timings
) -> Parts:
    addresses = Addresses(clients)
    topics = {Topic.FILE_PROCESSING: cloud.topic, Topic.FILE_EVENTS: cloud.events_topic}
    queue = SqsMessageQueue(
        clients,
        partial(addresses.queue_url, cloud.queue),
        clock=clock,
        guard=threading.Lock(),
        visibility_seconds=int(timings.visibility.total_seconds()),
    )
    dead_letters = SqsDeadLetterQueue(
        clients,
        partial(addresses.queue_url, cloud.dead_letter_queue),
        visibility_seconds=int(timings.visibility.total_seconds()),
    )
    return {
        "publisher": providers.Object(
            SnsEventPublisher(clients, lambda topic: addresses.topic_arn(topics[topic]))
        ),
        "queue": providers.Object(queue),
        "dead_letters": providers.Object(dead_letters),
    }


def migrate(settings: Settings) -> None:
    """Gives the database the tables of this version; safe from several machines at once.

    Raises NewerDatabaseError, DatabaseUnavailableError, ConfigurationError.
    """
    engine = create_shared_engine(settings.need_cloud().need_database_url(), threads=1)
    try:
        schema_version.migrate(engine)
    finally:
        engine.dispose()
