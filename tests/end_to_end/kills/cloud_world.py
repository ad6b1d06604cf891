"""The service in the aws profile, behind networks that a test can break one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import pytest

from adapters.aws.clients import AwsClients
from tests.emulated_aws import CREDENTIALS
from tests.end_to_end.cloud import CloudService
from tests.end_to_end.service import choose_port, run_gristmill
from tests.moto_process import MotoProcess
from tests.postgres import PostgresServer
from tests.provisioned_aws import Installation, plan_installation
from tests.tcp_proxy import TcpProxy


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudWorld:
    """The service, the networks between it and all it needs, and ways round them.

    `networks` lead to the database, S3, SNS and SQS, by these names.
    """

    service: CloudService
    installation: Installation
    clients: AwsClients
    networks: dict[str, TcpProxy]
    postgres: PostgresServer
    database: str

    def sql(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """What the database answers to an operator."""
        with self.postgres.connect(self.database) as session:
            return session.execute(statement).fetchall()

    def queued(self) -> list[int]:
        """How many messages the queue and its dead letters have, seen or hidden."""
        return [
            sum(self._sizes(url(self.clients)))
            for url in (self.installation.queue_url, self.installation.dead_letter_url)
        ]

    def keys(self) -> list[Path]:
        """The key of every object."""
        pages = self.clients.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.installation.names.bucket
        )
        return [Path(it["Key"]) for page in pages for it in page.get("Contents", [])]

    def _sizes(self, queue_url: str) -> tuple[int, int]:
        found = self.clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])[
            "Attributes"
        ]
        hidden = found["ApproximateNumberOfMessagesNotVisible"]
        return int(found["ApproximateNumberOfMessages"]), int(hidden)


@contextmanager
def cloud_world(folder: Path, postgres: PostgresServer, **settings: str) -> Iterator[CloudWorld]:
    """A world of its own, started and ready."""
    database = f"kills_{choose_port()}"
    postgres.create_database(database)
    emulator, service_folder = folder / "emulator", folder / "service"
    for each in (emulator, service_folder):
        each.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        with (
            MotoProcess(emulator, port=choose_port()) as moto,
            TcpProxy(postgres.socket) as sql,
            TcpProxy(moto.port) as s3,
            TcpProxy(moto.port) as sns,
            TcpProxy(moto.port) as sqs,
        ):
            installation = plan_installation(
                endpoint_url=moto.url,
                database_url=f"postgresql+psycopg://app@127.0.0.1:{sql.port}/{database}",
                AWS_ENDPOINT_URL_S3=s3.url,
                AWS_ENDPOINT_URL_SNS=sns.url,
                AWS_ENDPOINT_URL_SQS=sqs.url,
                GRISTMILL_S3_PUBLIC_ENDPOINT_URL=moto.url,
                **settings,
            )
            for command in ("provision", "migrate"):
                made = run_gristmill(command, cwd=service_folder, **installation.settings)
                assert made.returncode == 0, made.stderr
            clients = moto.clients()
            with CloudService(service_folder, installation.settings) as service:
                yield CloudWorld(
                    service=service,
                    installation=installation,
                    clients=clients,
                    networks={"database": sql, "S3": s3, "SNS": sns, "SQS": sqs},
                    postgres=postgres,
                    database=database,
                )
            clients.close()
