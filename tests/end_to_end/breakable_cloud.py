"""The service in the aws profile, and what a test may do to everything around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

from adapters.aws.clients import AwsClients
from tests.end_to_end.cloud import CloudService
from tests.end_to_end.service import wait_until
from tests.postgres import PostgresServer
from tests.provisioned_aws import Installation
from tests.tcp_proxy import TcpProxy

DATABASE = "cloud"
LARGE_ROWS = 3_000
SLOW = 150_000
"""Bytes a second, at which the large file takes longer than any test looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakableCloud:
    """The service, the network between it and Amazon, and the operator's own ways in.

    `clients` reach Amazon without that network; `s3_public_url` is where links lead.
    """

    service: CloudService
    installation: Installation
    clients: AwsClients
    s3: TcpProxy
    s3_public_url: str
    sns: TcpProxy
    postgres: PostgresServer

    @property
    def bucket(self) -> str:
        """Where all objects are."""
        return self.installation.names.bucket

    def sql(self, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """What an operator would do to the database by hand."""
        with self.postgres.connect(DATABASE) as session:
            cursor = session.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def sizes(self, queue_url: str) -> tuple[int, int]:
        """How many messages the queue has to see, and how many that are hidden."""
        found = self.clients.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])[
            "Attributes"
        ]
        visible = found["ApproximateNumberOfMessages"]
        return int(visible), int(found["ApproximateNumberOfMessagesNotVisible"])

    @contextmanager
    def waiting_messages(self) -> Iterator[None]:
        """Keeps the files that are uploaded in the block from the workers until its end."""
        self.sns.refuse()
        yield
        self.sns.mend()

    def start_slow_work(self) -> tuple[str, str]:
        """A file that a worker has begun and is at until S3 is mended, and that worker."""
        with self.waiting_messages():
            file_id = self.service.accepted("large.csv", _large_csv())
            self.s3.slow_down(bytes_per_second=SLOW)
        wait_until(lambda: self.service.get(f"/files/{file_id}")["status"] == "PROCESSING")
        return file_id, self.service.events(file_id)[-1]["details"]["leaseOwner"]


def _large_csv() -> bytes:
    """Content that takes a while at SLOW, and a moment otherwise."""
    cell = b"x" * 1000
    return b"id,text\n" + b"".join(b"%d,%s\n" % (row, cell) for row in range(LARGE_ROWS))
