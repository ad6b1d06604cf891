"""Runs probes beside each other, and waits for none longer than it may take."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from traceback import extract_tb

from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found at the thing of that name."""

    name: str
    result: ProbeResult


def examine(probes: Sequence[DependencyProbe]) -> Iterator[Finding]:
    """The finding of each probe, in their order.

    A probe that does not answer in time, or fails itself, is a finding too: no other is lost
    by it. Its thread is left behind, to end with the process.
    """
    looks = [_Look(probe) for probe in probes]
    for look in looks:
        look.start()
    for look in looks:
        yield look.finding()


class _Look:
    """One probe at work."""

    def __init__(self, probe: DependencyProbe) -> None:
        self._probe = probe
        self._result = ProbeResult(
            status=ProbeStatus.WRONG,
            finding=f"no answer within {probe.deadline_seconds:g} s",
            hint="something hangs on the way there: look at the network, or at the disk",
        )
        self._is_over = threading.Event()
        self._deadline = threading.Timer(probe.deadline_seconds, self._is_over.set)
        self._deadline.daemon = True

    def start(self) -> None:
        self._deadline.start()
        threading.Thread(target=self._run, name=f"probe {self._probe.name}", daemon=True).start()

    def finding(self) -> Finding:
        self._is_over.wait()
        self._deadline.cancel()
        return Finding(name=self._probe.name, result=self._result)

    def _run(self) -> None:
        try:
            result = self._probe.check()
        except Exception as error:  # noqa: BLE001 - the defect of one probe must not cost the others' findings
            result = _defect(error)
        if not self._is_over.is_set():
            self._result = result
            self._is_over.set()


def _defect(error: Exception) -> ProbeResult:
    # Not the error's own words, which may hold anything, a password too.
    place = extract_tb(error.__traceback__)[-1]
    return ProbeResult(
        status=ProbeStatus.WRONG,
        finding=f"the probe itself failed: {type(error).__name__} at {place.filename}:{place.lineno}",
        hint="please report this as a bug of Gristmill",
    )
