"""Removes the objects that no record refers to."""

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice

from application.errors import DependencyError
from application.ports.collection_log import Collection, CollectionLog
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage, StoredObject
from application.ports.id_generator import IdGenerator
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.compare_epochs import CompareEpochs, Comparison
from application.use_cases.object_places import FOLDERS, is_of_a_probe, place_of
from domain.collection_policy import CollectionPolicy
from domain.epoch import Belonging
from domain.garbage import Garbage, why_garbage

PAGE = 1000
PAGES_AT_ONCE = 10
REMOVED_AT_ONCE = 1000
"""A disk takes some ten milliseconds for each: a step has to end before anybody worries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one step came to.

    `objects` counts what was removed, by its reason; `folders` is where it was, without names;
    `abandoned` counts what dead writers had begun.
    `has_more` when the collection goes on with the next step. `failure` is what kept something
    from being removed: a next step goes on behind it, the next collection finds it again.
    `comparison` is what was found of records and storage, where they were compared.
    """

    objects: Mapping[Garbage, int] = field(default_factory=dict)
    folders: Sequence[str] = ()
    size_bytes: int = 0
    abandoned: int = 0
    has_more: bool = False
    failure: DependencyError | None = None
    comparison: Comparison | None = None


class CollectGarbage:
    """One step of a collection, which goes through the storage by key, and so can be taken up.

    What is removed is older than any writer can live that had not recorded it by now, and was
    looked for in the records after it was seen in the storage, right before its removal. Two
    processes at once do no harm. Before each step it is made sure that the records are still
    those of the storage: others know nothing of what is in it.
    """

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        storage: FileStorage,
        rounds: RoundLock,
        collections: CollectionLog,
        ids: IdGenerator,
        policy: CollectionPolicy,
    ) -> None:
        self._units_of_work = units_of_work
        self._storage = storage
        self._rounds = rounds
        self._collections = collections
        self._policy = policy
        self._compare_epochs = CompareEpochs(
            units_of_work=units_of_work, storage=storage, collections=collections, ids=ids
        )

    def __call__(self) -> Collected:
        """What was removed: nothing, when none is due or another process is at it.

        Raises DatabaseUnavailableError when it could not even be begun.
        """
        if self._policy.period is None:
            return Collected()
        with self._rounds.attempt("collect") as is_ours:
            return self._step() if is_ours else Collected()

    def _step(self) -> Collected:
        collection = self._due()
        try:
            comparison = self._compare_epochs(is_urgent=collection is not None)
        except DependencyError as error:
            return Collected(failure=error)
        if comparison is None or comparison.belonging is not Belonging.TOGETHER:
            return Collected(comparison=comparison)
        if collection is None:
            return Collected()
        return self._go_on(collection)

    def _due(self) -> Collection | None:
        with self._units_of_work.for_reading() as work:
            now = work.now()
        newest = self._collections.newest()
        if newest is None:
            # These records may be new, and the storage not: time to notice a wrong database.
            self._collections.record(Collection(began_at=now, is_over=True))
            return None
        if not newest.is_over:
            return newest
        is_due = self._policy.period is not None and now - newest.began_at >= self._policy.period
        return Collection(began_at=now) if is_due else None

    def _go_on(self, collection: Collection) -> Collected:
        tally = _Tally()
        try:
            is_over = self._look_through(collection, tally)
            abandoned = (
                self._storage.remove_abandoned(older_than=self._policy.min_age) if is_over else 0
            )
        except DependencyError as error:
            return tally.told(failure=error)
        return tally.told(abandoned=abandoned, has_more=not is_over)

    def _look_through(self, collection: Collection, tally: "_Tally") -> bool:
        """Looks at some pages; True when there are no more."""
        with closing(self._list(collection.position)) as listing:
            for _ in range(PAGES_AT_ONCE):
                page = list(islice(listing, PAGE))
                is_last = len(page) < PAGE
                failure = self._remove_garbage(page, tally)
                # Past what could not be removed, too, or it would stop all collections.
                collection = replace(
                    collection,
                    position=page[-1].key if page else collection.position,
                    is_over=is_last,
                )
                self._collections.record(collection)
                if failure is not None:
                    raise failure
                if is_last:
                    return True
                if tally.count >= REMOVED_AT_ONCE:
                    break
        return False

    def _list(self, after: str | None) -> Generator[StoredObject]:
        for folder in FOLDERS:
            yield from self._storage.list_below(folder, after=after)

    def _remove_garbage(
        self, page: Sequence[StoredObject], tally: "_Tally"
    ) -> DependencyError | None:
        old = [found for found in page if found.age >= self._policy.min_age]
        try:
            garbage = self._garbage_in(old)
            self._storage.delete_all([found.key for found, _ in garbage])
        except DependencyError as error:
            return error
        tally.add(garbage)
        return None

    def _garbage_in(self, page: Sequence[StoredObject]) -> list[tuple[StoredObject, Garbage]]:
        places = {found.key: place for found in page if (place := place_of(found.key))}
        with self._units_of_work.for_reading() as work:
            now = work.now()
            states = work.files.find_all({place.file_id for place in places.values()})
        by_id = {state.id: state for state in states}

        def why(key: str) -> Garbage | None:
            if is_of_a_probe(key):
                return Garbage.PROBE
            if (place := places.get(key)) is None:
                return None
            return why_garbage(
                place, by_id.get(place.file_id), at=now, replaced_stay=self._policy.min_age
            )

        return [(found, reason) for found in page if (reason := why(found.key))]


class _Tally:
    """What a step has removed so far."""

    def __init__(self) -> None:
        self._objects: Counter[Garbage] = Counter()
        # By folder, because the last part of a content's key is made of its file's name.
        self._folders: dict[str, None] = {}
        self._size_bytes = 0

    @property
    def count(self) -> int:
        return sum(self._objects.values())

    def add(self, removed: Sequence[tuple[StoredObject, Garbage]]) -> None:
        self._objects.update(reason for _, reason in removed)
        self._folders.update({found.key.rpartition("/")[0]: None for found, _ in removed})
        self._size_bytes += sum(found.size_bytes for found, _ in removed)

    def told(
        self,
        *,
        abandoned: int = 0,
        has_more: bool = False,
        failure: DependencyError | None = None,
    ) -> Collected:
        return Collected(
            objects=dict(self._objects),
            folders=tuple(self._folders),
            size_bytes=self._size_bytes,
            abandoned=abandoned,
            has_more=has_more,
            failure=failure,
        )
