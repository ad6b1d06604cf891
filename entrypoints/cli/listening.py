"""Checks the address before anything is started on it."""

import errno
import ipaddress
import socket
import threading

from entrypoints.cli.start_error import StartError

LOOK_EVERY_SECONDS = 0.05
ORPHAN_SECONDS = 3.0
"""How long the children of a killed parent may hold on to what they have; far too long."""


class PortTakenError(StartError):
    """Somebody else listens there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} of {host} is taken; choose another one with --port")
        self.port = port


class UnusableAddressError(StartError):
    """The host is no address of this machine, or the port not for us to use."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"cannot listen on {host}: {reason}")


class OpenToOthersError(StartError):
    """The address can be reached from other machines, and nobody has to show a key."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"listening on {host} would let everybody who reaches this machine read and delete "
            "files; make a key with gristmill keys create and say --auth keys (or "
            "GRISTMILL_AUTH=keys), use 127.0.0.1, or say --allow-open"
        )


def check_host(host: str, *, allow_open: bool) -> None:
    """Raises OpenToOthersError unless only this machine reaches `host`, or that is allowed."""
    try:
        addresses = {str(found[4][0]) for found in socket.getaddrinfo(host, None)}
    except socket.gaierror as error:
        raise UnusableAddressError(host, error.strerror or str(error)) from error
    if not allow_open and not all(ipaddress.ip_address(it).is_loopback for it in addresses):
        raise OpenToOthersError(host)


def free_port(host: str, port: int, *, patience_seconds: float) -> int:
    """`port`, or for 0 one that the system chose, once nobody listens on it.

    The server itself would not notice: it shares its port (SO_REUSEPORT). Waits
    `patience_seconds` for the child of a killed parent, which is about to end. Raises
    PortTakenError.
    """
    never = threading.Event()
    for _ in range(round(patience_seconds / LOOK_EVERY_SECONDS) + 1):
        try:
            return _bind(host, port)
        except PortTakenError:
            never.wait(LOOK_EVERY_SECONDS)
    raise PortTakenError(host, port)


def _bind(host: str, port: int) -> int:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        # Connections that have just ended are no reason to refuse.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTakenError(host, port) from error
            raise UnusableAddressError(host, error.strerror or str(error)) from error
        return int(probe.getsockname()[1])


def reachable_url(host: str, port: int) -> str:
    """Where this machine finds what listens on `host`."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
