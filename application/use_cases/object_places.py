"""Reads back from a key what it was made of."""

import re
from typing import Final
from uuid import UUID

from application.ports.probe import PROBE_FOLDER
from application.use_cases.stored_bytes import CONTENT_FOLDER, RESULTS_FOLDER
from domain.garbage import ContentPlace, ResultPlace

FOLDERS: Final = tuple(sorted((PROBE_FOLDER, RESULTS_FOLDER, CONTENT_FOLDER)))
"""The folders that all of our objects are in, in the order of their keys."""

_ID = r"(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_CONTENT = re.compile(rf"{CONTENT_FOLDER}/{_ID}/[^/]+")
_RESULT = re.compile(
    rf"{RESULTS_FOLDER}/{_ID}/(?P<generation>[1-9][0-9]{{0,8}})/(?P<attempt>[1-9][0-9]{{0,8}})/.+"
)


def is_of_a_probe(key: str) -> bool:
    """True for what the probes of operators and of workers leave, and their answers."""
    return key.startswith(f"{PROBE_FOLDER}/")


def place_of(key: str) -> ContentPlace | ResultPlace | None:
    """Which file, or attempt at a file, has an object at that key; None: none of ours ever."""
    if found := _CONTENT.fullmatch(key):
        return ContentPlace(key=key, file_id=UUID(found["id"]))
    if found := _RESULT.fullmatch(key):
        return ResultPlace(
            key=key,
            file_id=UUID(found["id"]),
            generation=int(found["generation"]),
            attempt=int(found["attempt"]),
        )
    return None
