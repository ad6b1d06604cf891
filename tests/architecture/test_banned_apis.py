"""Ruff refuses what the import contracts cannot see."""

import ast
import json

import pytest

from tests.architecture.project import ROOT, ProjectCopy, pyproject

BANNED = sorted(
    pyproject()["tool"]["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"],
)


def findings(project: ProjectCopy, path: str) -> list[str]:
    """The messages of TID251 about that file."""
    said = project.run("ruff", "check", "--no-cache", "--output-format=json", path)
    return [found["message"] for found in json.loads(said) if found["code"] == "TID251"]


@pytest.mark.parametrize("name", BANNED)
@pytest.mark.parametrize("room", ["domain", "application/use_cases", "adapters/sql"])
def test_a_banned_api_is_reported(name: str, room: str, project_copy: ProjectCopy) -> None:
    module = name.partition(".")[0] if name != "unittest.mock" else name
    project_copy.plant(f"{room}/seed.py", f"import {module}\n\nseed = {name}")

    messages = findings(project_copy, f"{room}/seed.py")

    assert any(f"`{name}` is banned" in message for message in messages)


def test_the_clock_is_read_in_one_family_alone(project_copy: ProjectCopy) -> None:
    project_copy.plant("adapters/system/seed.py", "import time\n\nseed = time.time()")
    project_copy.plant("adapters/local/seed.py", "import time\n\nseed = time.time()")

    assert findings(project_copy, "adapters/system/seed.py") == []
    assert findings(project_copy, "adapters/local/seed.py") != []


def test_no_test_patches_what_it_tests() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if "unittest.mock" in imported_names(node)
    ]

    assert offenders == []


def imported_names(node: ast.AST) -> list[str]:
    """The modules that this node imports, and what it takes from them."""
    match node:
        case ast.Import(names=names):
            return [name.name for name in names]
        case ast.ImportFrom(module=str(module), names=names):
            return [module, *(f"{module}.{name.name}" for name in names)]
        case _:
            return []
