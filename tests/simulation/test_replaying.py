"""A seed that failed can be played again without anything else."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def test_naming_a_seed_runs_the_tests_of_that_seed_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-k", "simulation", FOLDER],
        cwd=FOLDER.parents[1],
        env=os.environ | {"SIM_SEED": "4711"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    collected = [line for line in done.stdout.splitlines() if "::" in line]
    assert any("test_random_seeds" in line for line in collected)
    assert [line for line in collected if not line.endswith("[4711]")] == []
