import socket
from collections.abc import Iterator

import pytest

from entrypoints.cli.listening import (
    OpenToOthersError,
    PortTakenError,
    UnusableAddressError,
    check_host,
    free_port,
    reachable_url,
)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port with a listener that would share it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_somebody_listens_on_is_refused_even_if_it_is_shared(taken_port: int) -> None:
    with pytest.raises(PortTakenError, match=str(taken_port)):
        free_port("127.0.0.1", taken_port, patience_seconds=0)


def test_port_zero_becomes_one_that_is_free() -> None:
    port = free_port("127.0.0.1", 0, patience_seconds=0)

    assert free_port("127.0.0.1", port, patience_seconds=0) == port


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(UnusableAddressError):
        free_port("192.0.2.1", 8000, patience_seconds=0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.10"])
def test_loopback_addresses_are_fine(host: str) -> None:
    check_host(host, allow_open=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_addresses_that_others_reach_need_permission(host: str) -> None:
    with pytest.raises(OpenToOthersError, match="--allow-open"):
        check_host(host, allow_open=False)

    check_host(host, allow_open=True)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_a_wildcard_is_reached_by_loopback(host: str, url: str) -> None:
    assert reachable_url(host, 80) == url
