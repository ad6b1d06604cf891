from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest

from application.errors import DatabaseUnavailableError
from application.ports.unit_of_work import UnitOfWork
from application.upload_errors import UnknownUploadError
from domain.errors import UploadCompletedError
from domain.file_state import SchemaReference
from domain.processing_options import MaxErrors, OnError, ProcessingOptions
from domain.upload_session import SWEPT_AFTER, UploadSession, UploadSessionState, UploadStatus
from tests.builders import START, TENANT, build_id, build_upload
from tests.contracts.steps import in_transaction
from tests.contracts.worlds import World


def add(world: World, *uploads: UploadSession) -> None:
    for upload in uploads:
        in_transaction(world, lambda work, upload=upload: work.upload_sessions.add(upload))  # type: ignore[misc]  # a default of a lambda has no type


def stored(world: World, upload: UploadSession) -> UploadSessionState:
    with world.units_of_work.for_reading() as work:
        return work.upload_sessions.get(upload.state.tenant, upload.state.id).state


def change(
    world: World, upload: UploadSession, verb: Callable[[UploadSession], None]
) -> UploadSession:
    def lock_and_save(work: UnitOfWork) -> None:
        locked = work.upload_sessions.lock(upload.state.tenant, upload.state.id)
        verb(locked)
        work.upload_sessions.save(locked)

    in_transaction(world, lock_and_save)
    return upload


def open_among(world: World, *upload_ids: UUID) -> frozenset[UUID]:
    with world.units_of_work.for_reading() as work:
        return work.upload_sessions.open_among(upload_ids)


class TestUploadSessions:
    def test_an_upload_comes_back_as_it_was_stored(self, world: World) -> None:
        whole = build_upload(
            handle="a-handle",
            sha256="ab" * 32,
            size_bytes=5_000_000_000,
            schema=SchemaReference(name="people", version=2),
            options=ProcessingOptions(
                on_error=OnError.REJECT_FILE,
                max_errors=MaxErrors(percent=5.0),
                outputs=("csv", "parquet"),
                encoding="cp1252",
                delimiter=";",
                header=False,
            ),
            metadata={"ключ": "value"},
            parent_id=build_id(),
            trace_parent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        bare = build_upload()

        add(world, whole, bare)

        assert stored(world, whole) == whole.state
        assert stored(world, bare) == bare.state

    def test_an_upload_is_its_tenants_alone(self, world: World) -> None:
        upload = build_upload()
        add(world, upload)

        with world.units_of_work.for_writing() as work:
            for read in (work.upload_sessions.get, work.upload_sessions.lock):
                with pytest.raises(UnknownUploadError) as caught:
                    read("other", upload.state.id)
                assert caught.value.upload_id == upload.state.id

    @pytest.mark.parametrize(
        "verb",
        [
            lambda upload: upload.complete(at=START),
            lambda upload: upload.abort(at=START),
            lambda upload: upload.refuse("empty_file", at=START),
            lambda upload: upload.expire(at=upload.state.expires_at + SWEPT_AFTER),
        ],
        ids=["complete", "abort", "refuse", "expire"],
    )
    def test_every_end_is_stored_without_what_the_upload_was_called(
        self, world: World, verb: Callable[[UploadSession], None]
    ) -> None:
        upload = build_upload(handle="a-handle", sha256="ab" * 32, metadata={"a": "b"})
        add(world, upload)

        change(world, upload, verb)

        verb(upload)
        found = stored(world, upload)
        assert found == upload.state
        assert not found.is_open
        assert (found.original_name, found.key, found.metadata) == ("", "", {})

    def test_what_is_not_committed_is_not_stored(self, world: World) -> None:
        upload = build_upload()

        with world.units_of_work.for_writing() as work:
            work.upload_sessions.add(upload)

        with pytest.raises(UnknownUploadError):
            stored(world, upload)

    def test_open_uploads_are_counted_by_tenant(self, world: World) -> None:
        ended, other = build_upload(), build_upload(tenant="other")
        add(world, build_upload(), build_upload(), ended, other)
        change(world, ended, lambda upload: upload.abort(at=START))

        with world.units_of_work.for_reading() as work:
            assert work.upload_sessions.count_open(TENANT) == 2
            assert work.upload_sessions.count_open("nobody") == 0

    def test_open_uploads_are_found_among_ids_of_all_tenants(self, world: World) -> None:
        ours, other, ended = build_upload(), build_upload(tenant="other"), build_upload()
        add(world, ours, other, ended)
        change(world, ended, lambda upload: upload.complete(at=START))

        found = open_among(world, ours.state.id, other.state.id, ended.state.id, build_id())

        assert found == {ours.state.id, other.state.id}
        assert open_among(world) == frozenset()

    def test_expired_uploads_are_open_ones_the_oldest_first(self, world: World) -> None:
        def ending(hours: int) -> UploadSession:
            return build_upload(expires_at=START + timedelta(hours=hours))

        third, first, second, late, ended = map(ending, (3, 1, 2, 4, 1))
        add(world, third, first, second, late, ended)
        change(world, ended, lambda upload: upload.abort(at=START))

        with world.units_of_work.for_reading() as work:
            before = START + timedelta(hours=4)
            found = work.upload_sessions.expired(before=before, limit=10)
            some = work.upload_sessions.expired(before=before, limit=2)

        assert [upload.state for upload in found] == [first.state, second.state, third.state]
        assert [upload.state for upload in some] == [first.state, second.state]

    def test_only_what_ended_long_ago_is_forgotten(self, world: World) -> None:
        old, older, new, still_open = (build_upload() for _ in range(4))
        add(world, old, older, new, still_open)
        for number, upload in enumerate((older, old, new)):
            at = START + timedelta(days=number)
            change(world, upload, lambda it, at=at: it.abort(at=at))  # type: ignore[misc]  # as above

        before = START + timedelta(days=2)
        counts: list[int] = []
        for limit in (1, 10, 10):
            in_transaction(
                world,
                lambda work, limit=limit: counts.append(  # type: ignore[misc]  # as above
                    work.upload_sessions.delete_ended(before=before, limit=limit)
                ),
            )

        assert counts == [1, 1, 0]
        for upload in (old, older):
            with pytest.raises(UnknownUploadError):
                stored(world, upload)
        assert not stored(world, new).is_open
        assert stored(world, still_open).is_open

    def test_one_of_several_that_complete_at_once_does_it(self, world: World) -> None:
        upload, racers = build_upload(), 4
        add(world, upload)
        start = Barrier(racers)

        def race(_: int) -> bool:
            start.wait()
            while True:
                try:
                    change(world, upload, lambda it: it.complete(at=START))
                except DatabaseUnavailableError:
                    continue
                except UploadCompletedError:
                    return False
                return True

        with ThreadPoolExecutor(racers) as pool:
            results = list(pool.map(race, range(racers)))

        assert sorted(results) == [False, False, False, True]
        assert stored(world, upload).status is UploadStatus.COMPLETED
