"""A process may die before or after any call that it makes for an upload in parts."""

from collections.abc import Callable, Generator
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from application.use_cases.abort_upload import AbortUpload
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.reconcile import Reconcile
from tests.application.conftest import TENANT
from tests.application.uploads_in_parts.mortal import (
    DiedError,
    Mortal,
)
from tests.application.uploads_in_parts.uploading import CONTENT, PARTS, Uploading
from tests.in_memory_container import InMemoryService

ENOUGH = 60


def each_death(
    is_direct: bool, *, prepare: Callable[[Uploading], UUID], step: Callable[[Mortal, UUID], None]
) -> Generator[tuple[Uploading, UUID]]:
    """A service in which the step was begun and died, for each moment at which it can die."""
    for length in range(ENOUGH):
        story = Uploading(InMemoryService(is_direct=is_direct))
        upload_id = prepare(story)
        try:
            step(Mortal(story.service, length), upload_id)
        except DiedError:
            yield story, upload_id
            continue
        assert length > 3, "it made hardly any calls"
        return
    pytest.fail(f"it makes more than {ENOUGH} calls")


def collect(story: Uploading) -> None:
    """What the reconciler and the collector do within two days."""
    story.service.get(CollectGarbage)()
    for _ in range(2):
        story.service.clock.advance(timedelta(hours=26).total_seconds())
        story.service.get(Reconcile)()
        story.service.get(CollectGarbage)()


def sent(story: Uploading) -> UUID:
    upload_id = story.begin()
    story.send_all(upload_id)
    return upload_id


@pytest.fixture(params=[False, True], ids=["received", "direct"])
def is_direct(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_a_completion_that_died_anywhere_is_repeated_to_one_file(is_direct: bool) -> None:
    for story, upload_id in each_death(
        is_direct, prepare=sent, step=lambda mortal, it: mortal.complete(it)
    ):
        file = story.complete(upload_id)

        assert story.content(file) == CONTENT
        assert story.relay() == 1
        collect(story)
        assert story.stored_keys == {file.key}


def test_a_completion_that_died_and_is_not_repeated_leaves_a_file_or_nothing(
    is_direct: bool,
) -> None:
    for story, _ in each_death(
        is_direct, prepare=sent, step=lambda mortal, it: mortal.complete(it)
    ):
        collect(story)

        with story.service.units_of_work.for_reading() as work:
            files = work.files.find_all({UUID(key.split("/")[1]) for key in _keys(story)})
        assert {file.key for file in files} == _keys(story)
        assert story.relay() == len(files)


def test_an_upload_that_died_at_its_beginning_is_begun_once_by_its_key(is_direct: bool) -> None:
    for story, _ in each_death(
        is_direct, prepare=lambda _: UUID(int=0), step=lambda mortal, _: mortal.begin("k")
    ):
        upload_id = story.begin(idempotency_key="k")

        assert story.begin(idempotency_key="k") == upload_id
        with story.service.units_of_work.for_reading() as work:
            assert work.upload_sessions.count_open(TENANT) == 1


def test_an_abortion_that_died_is_repeated_and_leaves_nothing(is_direct: bool) -> None:
    for story, upload_id in each_death(
        is_direct, prepare=sent, step=lambda mortal, it: mortal.abort(it)
    ):
        story.service.get(AbortUpload)(TENANT, upload_id)

        collect(story)
        assert _keys(story) == set()


def test_a_part_that_died_counts_whole_or_not_at_all() -> None:
    def begun_with_another_second(story: Uploading) -> UUID:
        upload_id = story.begin()
        story.send(upload_id, 1, PARTS[0])
        story.send(upload_id, 2, b"x" * 8)
        story.send(upload_id, 3, PARTS[2])
        story.service.clock.advance(1)
        return upload_id

    for story, upload_id in each_death(
        False, prepare=begun_with_another_second, step=lambda mortal, it: mortal.accept(it, 2)
    ):
        [second] = [part for part in story.parts(upload_id) if part.number == 2]
        assert second.sha256 in {sha256(PARTS[1]).hexdigest(), sha256(b"x" * 8).hexdigest()}
        story.service.clock.advance(1)
        story.send(upload_id, 2, PARTS[1])

        file = story.complete(upload_id)
        assert story.content(file) == CONTENT
        assert _keys(story) == {file.key}


def _keys(story: Uploading) -> frozenset[str]:
    return story.stored_keys
