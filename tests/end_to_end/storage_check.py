"""What lies in a service's storage, held against what its API says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.service import Service

PARTIALS = ".partial~"


@dataclass(frozen=True)
class StoredObjects:
    """The keys of every object; what writers had begun when they were killed is none."""

    uploads: dict[str, set[str]]
    """By file id: the names."""

    results: dict[str, set[str]]
    """By file id: generation, attempt and name."""

    @classmethod
    def of(cls, service: Service) -> "StoredObjects":
        """What is on the disk now."""
        root = service.data_dir / "objects"
        files = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return cls.of_keys(key for key in files if key.parts[0] != PARTIALS)

    @classmethod
    def of_keys(cls, keys: Iterable[Path]) -> "StoredObjects":
        """What is there by these keys."""
        objects = list(keys)
        assert {key.parts[0] for key in objects} <= {"uploads", "results", "installations"}, objects
        return cls(
            uploads=_by_file(key for key in objects if key.parts[0] == "uploads"),
            results=_by_file(key for key in objects if key.parts[0] == "results"),
        )


def check_storage(
    service: Service,
    file_ids: Iterable[str],
    *,
    kills: int,
    stored: StoredObjects | None = None,
    had_outages: bool = False,
) -> None:
    """Every byte that a file names is there and is what it was, and hardly anything else.

    A kill may cut off one upload between its object and its row, and one attempt at each file
    that it interrupts; nothing else is left that no record names. `stored` is what there is,
    where that is not on the disk. After outages of the storage it may also hold results that
    their attempt could not remove.
    """
    stored, known = stored or StoredObjects.of(service), set(file_ids)
    for file_id in known:
        check_content(service, file_id, stored)
        check_results(service, file_id, stored, had_outages=had_outages)
    assert len(set(stored.uploads) - known) <= kills, sorted(set(stored.uploads) - known)
    assert set(stored.results) <= known, sorted(set(stored.results) - known)


def check_content(service: Service, file_id: str, stored: StoredObjects) -> None:
    """The submitted content is there once, and is what was accepted."""
    file = service.get(f"/files/{file_id}")
    content = service.download(f"/files/{file_id}/content")
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert stored.uploads[file_id] == {Path(file["s3Key"]).name}


def check_results(
    service: Service, file_id: str, stored: StoredObjects, *, had_outages: bool
) -> None:
    """Each result is what was recorded; others are of attempts that died and were taken over."""
    file = service.get(f"/files/{file_id}")
    names = set()
    for result in service.get(f"/files/{file_id}/results")["items"]:
        content = service.download(f"/files/{file_id}/results/{result['name']}")
        assert len(content) == result["bytes"], result
        assert hashlib.sha256(content).hexdigest() == result["sha256"], result
        names.add(f"{file['generation']}/{file['attempt']}/{result['name']}")
    assert names, file
    left = {Path(key).parts[:2] for key in stored.results[file_id] - names}
    history = service.get(f"/files/{file_id}/history")["items"]
    explained = beaten_attempts(file) if had_outages else died_attempts(history)
    assert left <= explained, (left, history)
    assert names <= stored.results[file_id]


def died_attempts(history: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    """Generation and attempt of every start that another worker took over."""
    return {
        (str(event["generation"]), str(event["attempt"] - 1))
        for event in history
        if event["event"] == "file_taken_over"
    }


def beaten_attempts(file: dict[str, Any]) -> set[tuple[str, ...]]:
    """Generation and attempt of every start in the file's generation but the last."""
    return {(str(file["generation"]), str(attempt)) for attempt in range(1, file["attempt"])}


def _by_file(keys: Iterable[Path]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for key in keys:
        found.setdefault(key.parts[1], set()).add("/".join(key.parts[2:]))
    return found
