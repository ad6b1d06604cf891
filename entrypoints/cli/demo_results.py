"""What became of one file, as lines to read and as files to open."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from entrypoints.cli.report_text import error_lines, outcome_line
from entrypoints.cli.service_client import ServiceClient

SHOWN_ERRORS = 5


def tell(client: ServiceClient, file: dict[str, Any], *, folder: Path) -> Iterator[str]:
    """Yields the story of a file that is done, line by line, and saves its results in `folder`.

    Raises ServiceError, and OSError where the folder cannot be written.
    """
    name, fate = file["originalName"], f"{file['status']}, {file['outcome']}"
    if file["rows"] is None:
        yield f"{name}: {fate} ({file['errorMessage'] or 'its rows were not checked'})"
        return
    yield outcome_line(name, fate, file["rows"])
    errors = client.get(f"{file['links']['errors']}?limit={SHOWN_ERRORS}")
    yield from error_lines(errors["items"], total=errors["total"], shown=SHOWN_ERRORS)
    yield "  results:"
    for result in client.get(file["links"]["results"])["items"]:
        path = folder / name / result["name"]
        _save(path, client.download(result["link"]))
        yield f"    {path}  ({result['bytes']} bytes)"


def _save(path: Path, content: bytes) -> None:
    """Replaces the file in one step: a demo before may have left one that somebody reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
