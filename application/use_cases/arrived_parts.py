"""Which parts of an upload have arrived: at the storage, or with us."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from application.ports.direct_uploads import ArrivedPart, DirectUploads
from application.ports.file_storage import FileStorage
from application.upload_errors import UploadIsOverError
from application.use_cases.stored_bytes import parts_folder
from domain.part_plan import PartPlan
from domain.upload_session import UploadSessionState

_DIGITS: Final = 5
_NAME: Final = re.compile(rf"([0-9]{{{_DIGITS}}})-([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedPart:
    """A part that was sent to us: an object of its own, whose key bears the part's digest.

    So no record of it can be lost, or say anything else than what is there.
    """

    number: int
    size_bytes: int
    sha256: str
    key: str


def part_key(upload_id: UUID, number: int, sha256: str) -> str:
    """Where a part is kept that was sent to us."""
    return f"{_beginning(upload_id, number)}{sha256}"


def received_parts(storage: FileStorage, upload_id: UUID) -> Mapping[int, ReceivedPart]:
    """The parts that were sent to us, by number; of two of one number the one sent last."""
    newest: dict[int, ReceivedPart] = {}
    by_age = sorted(storage.list_below(parts_folder(upload_id)), key=lambda it: it.age)
    for stored in by_age:
        named = _NAME.fullmatch(stored.key.rpartition("/")[2])
        if named is None:
            continue
        part = ReceivedPart(
            number=int(named[1]), size_bytes=stored.size_bytes, sha256=named[2], key=stored.key
        )
        newest.setdefault(part.number, part)
    return newest


def keys_of_part(storage: FileStorage, upload_id: UUID, number: int) -> list[str]:
    """Where there are parts of that number; of more than one, when one has been replaced."""
    beginning = _beginning(upload_id, number)
    found = []
    for stored in storage.list_below(parts_folder(upload_id), after=beginning):
        if not stored.key.startswith(beginning):
            break
        found.append(stored.key)
    return found


def arrived_parts(
    state: UploadSessionState, *, storage: FileStorage, direct_uploads: DirectUploads | None
) -> list[ArrivedPart]:
    """The parts of an open upload that have arrived and need not be sent again, by number."""
    return fitting(state.plan, _all_arrived(state, storage, direct_uploads))


def fitting(plan: PartPlan, parts: Iterable[ArrivedPart]) -> list[ArrivedPart]:
    """Those that have the length that their place asks for, by number."""
    wanted = [
        part
        for part in parts
        if plan.has(part.number) and part.size_bytes == plan.bytes_of(part.number)
    ]
    return sorted(wanted, key=lambda part: part.number)


def missing(plan: PartPlan, parts: Iterable[ArrivedPart]) -> list[int]:
    """The numbers of the parts that are not among those."""
    there = {part.number for part in fitting(plan, parts)}
    return [number for number in range(1, plan.count + 1) if number not in there]


def as_arrived(part: ReceivedPart) -> ArrivedPart:
    """A part that we have, in the words for all."""
    return ArrivedPart(number=part.number, size_bytes=part.size_bytes, sha256=part.sha256)


def _all_arrived(
    state: UploadSessionState, storage: FileStorage, direct_uploads: DirectUploads | None
) -> Iterable[ArrivedPart]:
    if state.handle is None or direct_uploads is None:
        return [as_arrived(part) for part in received_parts(storage, state.id).values()]
    try:
        return direct_uploads.arrived(state.key, state.handle)
    except UploadIsOverError:
        # All of them are one object by now, of which the completion has yet to be recorded.
        plan = state.plan
        return [
            ArrivedPart(number=number, size_bytes=plan.bytes_of(number))
            for number in range(1, plan.count + 1)
        ]


def _beginning(upload_id: UUID, number: int) -> str:
    return f"{parts_folder(upload_id)}/{number:0{_DIGITS}}-"
