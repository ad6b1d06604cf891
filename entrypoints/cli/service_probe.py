"""Whether the embedded service runs, or could start."""

from pathlib import Path

from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus
from entrypoints.cli.listening import free_port, reachable_url
from entrypoints.cli.lock_look import Holding, look_at_lock
from entrypoints.cli.service_client import ServiceClient
from entrypoints.cli.start_error import StartError

_OTHER_PORT = "stop that one, or choose another port with --port or GRISTMILL_PORT"


class ServiceProbe(DependencyProbe):
    """Asks who holds the data directory, and who listens on the port."""

    name = "service"

    def __init__(self, data_dir: Path, *, host: str, port: int) -> None:
        self._data_dir = data_dir
        self._host = host
        self._port = port

    def check(self) -> ProbeResult:
        url = reachable_url(self._host, self._port)
        try:
            holding = look_at_lock(self._data_dir)
        except OSError as error:
            return _wrong(
                f"the lock of {self._data_dir} cannot be looked at ({error.strerror})",
                "run this as the user of the service",
            )
        is_ready = self._port != 0 and ServiceClient(url).is_ready()
        if holding is None:
            return self._nobody_works(url, is_ready=is_ready)
        return self._somebody_works(holding, url, is_ready=is_ready)

    def _somebody_works(self, holding: Holding, url: str, *, is_ready: bool) -> ProbeResult:
        if not is_ready:
            return _wrong(
                f"{self._data_dir} is held by {holding.by}, but nobody is ready on {url}",
                "wait for its start, or say with --port where it listens; else see its log",
            )
        return ProbeResult(
            status=ProbeStatus.OK,
            finding=f"it runs (the data directory is held by {holding.by}) and answers on {url}",
        )

    def _nobody_works(self, url: str, *, is_ready: bool) -> ProbeResult:
        if is_ready:
            return _wrong(
                f"a Gristmill that works elsewhere than in {self._data_dir} answers on {url}",
                _OTHER_PORT,
            )
        try:
            free_port(self._host, self._port, patience_seconds=0)
        except StartError as error:
            return _wrong(str(error), _OTHER_PORT)
        place = "any free port" if self._port == 0 else f"port {self._port} of {self._host}"
        return ProbeResult(
            status=ProbeStatus.OK, finding=f"it does not run now; {place} is there for it"
        )


def _wrong(finding: str, hint: str) -> ProbeResult:
    return ProbeResult(status=ProbeStatus.WRONG, finding=finding, hint=hint)
