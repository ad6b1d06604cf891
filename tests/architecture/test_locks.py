"""What is installed, on any machine and in the image, is what was tested."""

import re

import pytest

from tests.architecture.project import ROOT, pyproject, run_time_dependencies

LOCKS = ("requirements.lock", "docker/requirements-run.lock", "docker/requirements-build.lock")


def locked(path: str) -> str:
    """The text of that lock."""
    return (ROOT / path).read_text("utf-8")


def entries(path: str) -> dict[str, str]:
    """Each package of that lock, its version and its hashes, by its name.

    For which machines it is meant depends on who else wants it, so that is left out.
    """
    text = re.sub(r"^ *#.*\n| ;.*(?= \\$)", "", locked(path) + "\n", flags=re.MULTILINE)
    found = [entry.strip() for entry in re.split(r"\n(?=\S)", text) if entry.strip()]
    return {entry.partition("==")[0]: entry for entry in found}


def names(requirements: list[str]) -> set[str]:
    """The names of the packages that are required."""
    return {re.split(r"[\[<>=;\s]", line)[0] for line in requirements}


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_pins_and_hashes_every_package(path: str) -> None:
    packages = entries(path).values()

    assert packages
    for entry in packages:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("path", LOCKS)
def test_a_lock_names_no_index_and_no_host(path: str) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", locked(path))


def test_the_lock_holds_every_stated_dependency() -> None:
    groups = pyproject()["dependency-groups"]
    stated = [line for line in groups["dev"] if isinstance(line, str)]

    wanted = names([*run_time_dependencies(), *stated, *groups["build"]])

    assert wanted <= entries("requirements.lock").keys()


def test_the_image_holds_every_extra_and_no_tool_of_a_developer() -> None:
    run = entries("docker/requirements-run.lock").keys()

    assert names(run_time_dependencies()) <= run
    assert {"hatchling", "moto", "mypy", "pytest", "ruff"}.isdisjoint(run)


def test_the_image_is_built_by_the_backend_that_is_stated() -> None:
    stated = pyproject()["build-system"]["requires"]

    assert pyproject()["dependency-groups"]["build"] == stated
    assert names(stated) <= entries("docker/requirements-build.lock").keys()


@pytest.mark.parametrize("path", LOCKS[1:])
def test_the_image_gets_the_very_packages_that_were_tested(path: str) -> None:
    tested = entries("requirements.lock")

    differing = {name for name, entry in entries(path).items() if tested.get(name) != entry}

    assert differing == set(), "make lock writes all locks at once"
