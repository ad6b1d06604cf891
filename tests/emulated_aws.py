"""Amazon's services as moto plays them, over HTTP on the loopback."""

import logging
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import Any

import pytest
from moto.core.utils import unix_time_millis
from moto.server import ThreadedMotoServer

from adapters.aws.clients import AwsClients, AwsSettings
from application.ports.clock import Clock

REGION = "us-east-1"
CREDENTIALS = {  # and no others, wherever this machine may have some
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_numbers = count(1)


class EmulatedAws:
    """A running emulator.

    The visibility of SQS's messages goes by real time until `follow` hands it a clock; long
    polls take real time always.
    """

    def __init__(self, endpoint_url: str) -> None:
        self.endpoint_url = endpoint_url
        self._clock: Clock | None = None
        self._followed_since = 0.0

    @cached_property
    def shared_clients(self) -> AwsClients:
        """Clients that all tests may use, since making them takes half a second."""
        return self.clients()

    def clients(self, **changes: Any) -> AwsClients:
        """New clients of the emulator, for whoever asked to close."""
        return AwsClients(
            AwsSettings(**({"region": REGION, "endpoint_url": self.endpoint_url} | changes))
        )

    def follow(self, clock: Clock | None) -> None:
        """Lets visibility go by `clock` from now on; by real time again when None."""
        self._followed_since = unix_time_millis()
        self._clock = clock

    def milliseconds(self) -> float:
        """The time by which messages are visible or not."""
        if self._clock is None:
            return unix_time_millis()
        # To the emulator a message is due after its time, not at it: no two readings are equal.
        tick = next(_numbers) / 1000
        return self._followed_since + self._clock.monotonic() * 1000 + tick


def unique_name(kind: str) -> str:
    """A name that no other test uses: the emulator outlives them."""
    return f"{kind}-{next(_numbers)}"


@pytest.fixture(scope="session")
def emulated_aws() -> Iterator[EmulatedAws]:
    """An emulator for the whole run, on a port that was free."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    emulator = EmulatedAws(f"http://{host}:{port}")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CREDENTIALS.items():
            patch.setenv(name, value)
        # Its clock is the one thing about it that has no setting.
        patch.setattr("moto.sqs.models.unix_time_millis", emulator.milliseconds)
        yield emulator
        emulator.shared_clients.close()
    server.stop()
