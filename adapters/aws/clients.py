"""The clients of Amazon's services: the one place that says how long a call may take.

Region, credentials and endpoints come from where boto3 looks for them (`AWS_DEFAULT_REGION`,
`AWS_ENDPOINT_URL`, profiles, a machine's role), unless the settings name them. boto3 does not
read `AWS_REGION`: whoever wants it to count hands it over as the settings' region.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

CONNECT_SECONDS = 2
STORAGE_READ_SECONDS = 10
MESSAGE_READ_SECONDS = 5
LONG_POLL_READ_SECONDS = 25
MOST_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsSettings:
    """What is not left to boto3's own look at its environment.

    `connections` is how many calls run at once, the number of threads that share the clients.
    """

    region: str | None = None
    endpoint_url: str | None = None
    connections: int = 10


class AwsClients:
    """One client per service, made on first use and shared by all threads.

    Each has a session of its own, because sessions are not safe to share while clients are
    being made. Should two threads race for the first use, one client is made in vain. While
    there are no credentials no client is made, and whoever asks for one gets boto3's
    NoCredentialsError.
    """

    def __init__(self, settings: AwsSettings | None = None) -> None:
        self._settings = settings or AwsSettings()

    @property
    def region(self) -> str:
        """The region that the clients are in."""
        return self.sqs.meta.region_name

    @cached_property
    def s3(self) -> S3Client:
        """Objects and buckets."""
        return self.s3_at(self._settings.endpoint_url)

    def s3_at(self, endpoint_url: str | None) -> S3Client:
        """A new client of that endpoint: links signed by it bear the endpoint's name."""
        # Said aloud, since by default botocore signs links for a global host, which sends
        # whoever follows them to the region's, where the signature does not hold.
        client = self._s3(endpoint_url, addressing_style="virtual")
        if _is_amazons(client.meta.endpoint_url):
            return client
        # Elsewhere the bucket's name is rarely a name that the DNS knows.
        return self._s3(endpoint_url, addressing_style="path")

    @cached_property
    def sns(self) -> SNSClient:
        """Topics."""
        return self._session().client(
            "sns",
            endpoint_url=self._settings.endpoint_url,
            config=self._config(read_seconds=MESSAGE_READ_SECONDS),
        )

    @cached_property
    def sqs(self) -> SQSClient:
        """Queues, for every call that does not wait for a message."""
        return self._sqs(self._config(read_seconds=MESSAGE_READ_SECONDS))

    @cached_property
    def sqs_long_poll(self) -> SQSClient:
        """Queues, for receiving with a wait of up to 20 s.

        Tries once: whoever polls repeats it anyway, and a stop has to await a poll's end.
        """
        return self._sqs(self._config(read_seconds=LONG_POLL_READ_SECONDS, attempts=1))

    @cached_property
    def sts(self) -> STSClient:
        """Tells whose credentials these are."""
        return self._session().client(
            "sts",
            endpoint_url=self._settings.endpoint_url,
            config=self._config(read_seconds=MESSAGE_READ_SECONDS),
        )

    def close(self) -> None:
        """Closes the connections of the clients that were made; a later call opens new ones."""
        for service in ("s3", "sns", "sqs", "sqs_long_poll", "sts"):
            if service in self.__dict__:
                self.__dict__[service].close()

    def _session(self) -> boto3.Session:
        session = boto3.Session(region_name=self._settings.region)
        # A client keeps what was found when it was made. One that was made while a role's
        # credentials could not be had would be without any until its process ends.
        if session.get_credentials() is None:
            raise NoCredentialsError
        return session

    def _sqs(self, config: Config) -> SQSClient:
        return self._session().client(
            "sqs", endpoint_url=self._settings.endpoint_url, config=config
        )

    def _s3(
        self, endpoint_url: str | None, *, addressing_style: Literal["virtual", "path"]
    ) -> S3Client:
        # Without a signature version botocore signs links the old way, which covers neither
        # length nor conditions. Checksums are ours to send, in one header and not in a
        # trailer, which not every store that speaks S3 understands.
        config = self._config(read_seconds=STORAGE_READ_SECONDS).merge(
            Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing_style},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            )
        )
        return self._session().client("s3", endpoint_url=endpoint_url, config=config)

    def _config(self, *, read_seconds: int, attempts: int = MOST_ATTEMPTS) -> Config:
        return Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=read_seconds,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=self._settings.connections,
            tcp_keepalive=True,
        )


def _is_amazons(endpoint_url: str) -> bool:
    host = urlsplit(endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))
