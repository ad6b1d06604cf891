"""The contracts hold, and each of them is able to break."""

from dataclasses import dataclass
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.project import (
    PACKAGES,
    ROOT,
    ProjectCopy,
    pyproject,
    run_time_dependencies,
    run_tool,
)

CONTRACTS = {
    contract["id"]: contract for contract in pyproject()["tool"]["importlinter"]["contracts"]
}


@dataclass(frozen=True, slots=True)
class Seed:
    """A violation: new modules, by path, that break one contract."""

    contract: str
    modules: dict[str, str]

    def __str__(self) -> str:
        return f"{self.contract}: {' + '.join(self.modules)}"


def seed(contract: str, *modules: tuple[str, str]) -> Seed:
    """A violation of that contract by those (path, source) pairs."""
    return Seed(contract, dict(modules))


SEEDS = [
    seed("layers", ("domain/seed.py", "import application")),
    seed("layers", ("domain/seed.py", "import migrations")),
    seed("layers", ("application/use_cases/seed.py", "import adapters")),
    seed("layers", ("application/ports/seed.py", "import entrypoints")),
    seed("layers", ("adapters/local/seed.py", "import entrypoints")),
    seed("application-layers", ("application/ports/seed.py", "import application.use_cases")),
    seed(
        "adapters-meet-use-cases-at-the-ports",
        ("application/use_cases/seed.py", ""),
        ("adapters/sql/seed.py", "import application.use_cases.seed"),
    ),
    seed(
        "families-are-strangers",
        ("adapters/local/seed.py", ""),
        ("adapters/memory/seed.py", "import adapters.local.seed"),
    ),
    seed(
        "families-are-strangers",
        ("adapters/a_new_family/seed.py", ""),
        ("adapters/sql/seed.py", "import adapters.a_new_family.seed"),
    ),
    seed(
        "only-profiles-name-adapters",
        ("adapters/local/seed.py", ""),
        ("entrypoints/http/seed.py", "import adapters.local.seed"),
    ),
    seed("no-threads-below-entrypoints", ("domain/seed.py", "import asyncio")),
    seed("no-threads-below-entrypoints", ("application/use_cases/seed.py", "import threading")),
    seed(
        "no-threads-below-entrypoints",
        ("adapters/memory/seed.py", "from concurrent.futures import ThreadPoolExecutor"),
    ),
    seed("no-threads-below-entrypoints", ("adapters/sandbox/seed.py", "import subprocess")),
    seed("client-stands-alone", ("entrypoints/client/seed.py", "import domain")),
    seed(
        "client-stands-alone",
        ("entrypoints/http/seed.py", ""),
        ("entrypoints/client/seed.py", "import entrypoints.http.seed"),
    ),
    seed(
        "no-cycles",
        ("domain/seed.py", "import domain.other_seed"),
        ("domain/other_seed.py", "import domain.seed"),
    ),
    seed("technology-homes", ("domain/seed.py", "import click")),
    seed("technology-homes", ("application/use_cases/seed.py", "import structlog")),
    seed("technology-homes", ("adapters/local/seed.py", "from sqlalchemy import select")),
    seed("technology-homes", ("entrypoints/worker/seed.py", "import sqlalchemy.orm")),
    seed("technology-homes", ("entrypoints/cli/seed.py", "from flask import Flask")),
    seed("technology-homes", ("entrypoints/worker/seed.py", "import granian")),
    seed("technology-homes", ("adapters/sql/seed.py", "import structlog")),
    seed("technology-homes", ("entrypoints/http/seed.py", "import dependency_injector")),
    seed("technology-homes", ("entrypoints/cli/seed.py", "import environs")),
    seed("technology-homes", ("entrypoints/http/seed.py", "import click")),
    seed("technology-homes", ("adapters/memory/seed.py", "import re2")),
    seed("technology-homes", ("adapters/sql/seed.py", "import a_technology_without_a_home")),
]


LINT_IMPORTS = ("lint-imports", "--no-cache", "--no-logo")


def test_the_project_keeps_every_contract() -> None:
    finished = run_tool(*LINT_IMPORTS, at=ROOT)

    assert finished.returncode == 0, finished.stdout


@pytest.mark.parametrize("violation", SEEDS, ids=str)
def test_a_seeded_violation_breaks_its_contract(violation: Seed, project_copy: ProjectCopy) -> None:
    for path, source in violation.modules.items():
        project_copy.plant(path, source)

    said = project_copy.run(*LINT_IMPORTS, "--contract", violation.contract)

    assert f"{CONTRACTS[violation.contract]['name']} BROKEN" in said, said
    assert "seed" in said.partition("Broken contracts")[2]


def test_every_contract_is_proven_by_a_seed() -> None:
    assert {violation.contract for violation in SEEDS} == set(CONTRACTS)


def test_every_folder_is_a_package_since_the_contracts_see_nothing_else() -> None:
    folders = {module.parent for package in PACKAGES for module in (ROOT / package).rglob("*.py")}

    unseen = [folder for folder in folders if not (folder / "__init__.py").exists()]

    assert unseen == []


def test_every_run_time_dependency_has_a_home() -> None:
    wanted = {canonicalize_name(Requirement(line).name) for line in run_time_dependencies()}

    homes = CONTRACTS["technology-homes"]["homes"]
    housed = {
        canonicalize_name(distribution)
        for module, distributions in packages_distributions().items()
        for distribution in distributions
        if module in homes
    }

    assert wanted <= housed
