"""Short ways to `gristmill validate`, and what is handed to it."""

from pathlib import Path

from click.testing import CliRunner, Result

from entrypoints.cli.main import main

GOOD = "id,name\n1,Ann\n2,Ben\n"
BAD = "id,name\n1,Ann\nx,Ben\n3\n"
SCHEMA = {"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}


def write(folder: Path, content: str, name: str = "people.csv") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def validate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["validate", *map(str, arguments)])
