import platform

from adapters.system.python_probe import PythonProbe
from application.ports.probe import ProbeStatus


def test_this_python_is_one_that_the_service_runs_on() -> None:
    found = PythonProbe().check()

    assert found.status is ProbeStatus.OK
    assert f"Python {platform.python_version()} on" in found.finding


def test_an_older_python_is_told() -> None:
    found = PythonProbe(oldest_version=(3, 99)).check()

    assert found.status is ProbeStatus.WRONG
    assert "is older than 3.99" in found.finding
