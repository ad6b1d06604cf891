"""Looks whether the records are still those of the storage, before anything is removed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from application.errors import ContentNotFoundError
from application.ports.collection_log import CollectionLog
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.epoch import Belonging, Epoch, compare

INSTALLATIONS_FOLDER: Final = "installations"
"""One small object each of those whose records refer to this storage; never collected."""

TRIES = 20
"""Where processes are let in together, each may find that another has just advanced it."""

_NUMBER = re.compile(rb"[0-9]{1,18}")
_ID = re.compile(rf"{INSTALLATIONS_FOLDER}/([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What was found. `epoch` is what the records say by now; `others` the keys of strangers."""

    belonging: Belonging
    epoch: Epoch
    others: Sequence[str] = ()


class CompareEpochs:
    """Compares and advances the two numbers; see `domain.epoch`.

    The records' number is committed before the storage's is written: whatever dies in between
    leaves the storage behind, which means nothing. Of several processes at once one goes on.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        collections: CollectionLog,
        ids: IdGenerator,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._collections = collections
        self._ids = ids

    def __call__(self, *, is_urgent: bool) -> Comparison | None:
        """What was found; None when nothing was looked at: it was lately, or others are at it.

        Urgent is a look right before a removal, which must not go on without one, unless
        collections are paused. Raises DependencyError.
        """
        with self._units_of_work.for_reading() as work:
            now = work.now()
        for _ in range(TRIES):
            epoch = self._collections.epoch() or self._first(now)
            is_paused = epoch.is_paused(at=now)
            # In a shared storage the number of a newcomer stays 0.
            may_wait = is_paused or (epoch.number > 0 and not is_urgent)
            if may_wait and epoch.was_compared_lately(at=now):
                return None
            if comparison := self._compare(epoch, now):
                return comparison
        return None

    def _first(self, now: datetime) -> Epoch:
        first = Epoch(installation=self._ids.new_id(), number=0, compared_at=now)
        self._collections.record_epoch(first, instead_of=None)
        # Another process may have been the first.
        return self._collections.epoch() or first

    def _compare(self, epoch: Epoch, now: datetime) -> Comparison | None:
        stored = self._stored()
        belonging, following = compare(epoch, stored, at=now)
        if not self._collections.record_epoch(following, instead_of=epoch):
            return None
        if belonging is Belonging.TOGETHER or epoch.installation not in stored:
            self._write(following)
        others = sorted(stored.keys() - {epoch.installation})
        return Comparison(
            belonging=belonging, epoch=following, others=[_key(other) for other in others]
        )

    def _stored(self) -> Mapping[UUID, int]:
        found: dict[UUID, int] = {}
        for stored in self._storage.list_below(INSTALLATIONS_FOLDER):
            match = _ID.fullmatch(stored.key)
            number = self._number_at(stored.key) if match else None
            if match and number is not None:
                found[UUID(match[1])] = number
        return found

    def _number_at(self, key: str) -> int | None:
        """The number that is written there; None for an object that is gone, or is no number."""
        try:
            content = b"".join(self._storage.open(key, length=20)).strip()
        except ContentNotFoundError:
            return None
        return int(content) if _NUMBER.fullmatch(content) else None

    def _write(self, epoch: Epoch) -> None:
        with self._storage.create(_key(epoch.installation), media_type="text/plain") as writer:
            writer.write(f"{epoch.number}\n".encode())
            writer.commit()


def _key(installation: UUID) -> str:
    return f"{INSTALLATIONS_FOLDER}/{installation}"
