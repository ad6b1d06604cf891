"""The project as its architecture tests see it: its folder, its configuration, a copy of it."""

import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PACKAGES = ("domain", "application", "adapters", "entrypoints", "migrations")


def pyproject() -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def run_time_dependencies() -> list[str]:
    """The requirements of the project and of its extras, the project itself left out."""
    project = pyproject()["project"]
    stated = chain(project["dependencies"], *project["optional-dependencies"].values())
    return [line for line in stated if not line.startswith(project["name"])]


@dataclass(frozen=True, slots=True)
class ProjectCopy:
    """A copy of the project's sources and configuration, to plant violations in."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> Self:
        """A fresh copy below `root`, which is created."""
        for package in (*PACKAGES, "tests/architecture"):
            shutil.copytree(ROOT / package, root / package)
        for name in ("pyproject.toml", "tests/__init__.py"):
            shutil.copy(ROOT / name, root / name)
        return cls(root)

    def plant(self, path: str, source: str) -> None:
        """Writes a new module; a folder it needs becomes a package."""
        module = self.root / path
        assert not module.exists(), f"{path} exists: a seed must be a file of its own"
        for folder in module.relative_to(self.root).parents[:-1]:
            (self.root / folder).mkdir(exist_ok=True, parents=True)
            (self.root / folder / "__init__.py").touch()
        module.write_text(source + "\n", "utf-8")

    def run(self, tool: str, *arguments: str) -> str:
        """What the tool of that name says to the copy."""
        return run_tool(tool, *arguments, at=self.root).stdout


def run_tool(tool: str, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    """The tool's answer, with what it said on both streams as its output."""
    return subprocess.run(
        [Path(sys.executable).with_name(tool), *arguments],
        cwd=at,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
