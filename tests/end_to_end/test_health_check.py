"""What the image asks its container, asked of a service on this machine."""

import subprocess
import sys
from pathlib import Path

from tests.end_to_end.service import ROOT, Service, choose_port, environment


def health_check(port: int, *, cwd: Path) -> int:
    """How the check ends when the service of that port is asked."""
    return subprocess.run(
        [sys.executable, "-P", ROOT / "docker" / "health_check.py"],
        cwd=cwd,
        env=environment({"GRISTMILL_HOST": "0.0.0.0", "GRISTMILL_PORT": str(port)}),
        timeout=60,
        check=False,
    ).returncode


def test_a_service_that_is_ready_is_healthy(service: Service, tmp_path: Path) -> None:
    assert health_check(service.port, cwd=tmp_path) == 0


def test_one_that_does_not_answer_is_not(tmp_path: Path) -> None:
    assert health_check(choose_port(), cwd=tmp_path) == 1
