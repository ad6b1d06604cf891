"""Every probe has its say, whatever becomes of the others."""

import threading
from collections.abc import Callable

from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus
from entrypoints.cli.examination import Finding, examine

FINE = ProbeResult(status=ProbeStatus.OK, finding="fine")


class Probe(DependencyProbe):
    def __init__(
        self, name: str, look: Callable[[], ProbeResult], *, deadline_seconds: float = 30
    ) -> None:
        self.name = name
        self.deadline_seconds = deadline_seconds
        self._look = look

    def check(self) -> ProbeResult:
        return self._look()


def test_findings_come_in_the_order_of_their_probes() -> None:
    second_is_over = threading.Event()

    def wait() -> ProbeResult:
        second_is_over.wait(30)
        return FINE

    def end() -> ProbeResult:
        second_is_over.set()
        return FINE

    found = list(examine([Probe("first", wait), Probe("second", end)]))

    assert found == [Finding(name="first", result=FINE), Finding(name="second", result=FINE)]


def test_a_probe_that_hangs_is_told_and_holds_up_no_other() -> None:
    is_over = threading.Event()

    def hang() -> ProbeResult:
        is_over.wait(30)
        return FINE

    hanging, fine = examine(
        [Probe("hanging", hang, deadline_seconds=0.05), Probe("fine", lambda: FINE)]
    )

    is_over.set()
    assert hanging.result.status is ProbeStatus.WRONG
    assert hanging.result.finding == "no answer within 0.05 s"
    assert fine.result == FINE


def test_a_probe_that_fails_itself_is_told_without_its_words() -> None:
    def fail() -> ProbeResult:
        raise ValueError("the password is hunter2")

    broken, fine = examine([Probe("broken", fail), Probe("fine", lambda: FINE)])

    assert broken.result.status is ProbeStatus.WRONG
    assert "the probe itself failed: ValueError at " in broken.result.finding
    assert "hunter2" not in broken.result.finding
    assert fine.result == FINE
