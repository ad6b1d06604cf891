"""Reads a Dockerfile as far as ours goes: stages, and what each instruction says."""

import json
import re
from pathlib import Path

from tests.architecture.project import ROOT

DOCKERFILE = ROOT / "docker" / "Dockerfile"


class Stage:
    """One stage: from a FROM to the next."""

    def __init__(self, text: str) -> None:
        self._instructions = [
            (line.partition(" ")[0], line.partition(" ")[2].strip())
            for line in text.splitlines()
            if line and line[0].isupper()
        ]

    def all(self, instruction: str) -> list[str]:
        """What stands behind each instruction of that name, in order."""
        return [said for name, said in self._instructions if name == instruction]

    def one(self, instruction: str) -> str:
        """What stands behind the only instruction of that name."""
        (said,) = self.all(instruction)
        return said

    def exec_form(self, instruction: str) -> list[str]:
        """The arguments of an instruction that runs a program without a shell."""
        said = self.one(instruction)
        arguments: list[str] = json.loads(said[said.index("[") :])
        return arguments


def stages(path: Path = DOCKERFILE) -> list[Stage]:
    """The stages in order; lines that go on are joined, comments are left out."""
    text = re.sub(r"^\s*#.*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    text = re.sub(r"\\\n\s*", "", text)
    return [Stage("FROM " + part) for part in re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]]
