"""What Docker asks of the emulator, asked of the same one on this machine."""

import subprocess
import sys
from pathlib import Path

from tests.docker.composed import services
from tests.emulated_aws import EmulatedAws
from tests.end_to_end.service import choose_port, environment


def run(script: str, *, cwd: Path) -> int:
    """How a script of the compose file ends."""
    return subprocess.run(
        [sys.executable, "-P", "-c", script],
        cwd=cwd,
        env=environment({}),
        timeout=60,
        check=False,
    ).returncode


def test_the_emulators_health_check_tells_whether_it_answers(
    emulated_aws: EmulatedAws, tmp_path: Path
) -> None:
    *_, script = services()["emulator"]["healthcheck"]["test"]
    inside = "http://127.0.0.1:5000"
    assert inside in script

    assert run(script.replace(inside, emulated_aws.endpoint_url), cwd=tmp_path) == 0
    assert run(script.replace("5000", str(choose_port())), cwd=tmp_path) != 0
