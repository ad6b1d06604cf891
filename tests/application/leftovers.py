"""What dead processes leave in the storage, and what is needed there."""

import pytest

from application.use_cases.collect_garbage import Collected, CollectGarbage
from application.use_cases.compare_epochs import INSTALLATIONS_FOLDER
from domain.file_state import FileState
from tests.application.conftest import Story
from tests.builders import build_id
from tests.contracts.steps import put

HOUR_SECONDS = 3600


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


def collect(story: Story, *, hours: float = 0) -> Collected:
    """One step, after so many hours."""
    story.service.clock.advance(hours * HOUR_SECONDS)
    return story.service.get(CollectGarbage)()


def leave_content(story: Story) -> str:
    """Content whose upload died before it was recorded."""
    key = f"uploads/{build_id()}/people.csv"
    put(story.service.storage, key, b"left")
    return key


def leave_result(story: Story, file: FileState, *, generation: int = 1, attempt: int = 1) -> str:
    """A result that an attempt has written and nobody has recorded."""
    key = f"results/{file.id}/{generation}/{attempt}/half.csv"
    put(story.service.storage, key, b"left")
    return key


def start_and_die(story: Story) -> FileState:
    """A file whose worker was killed in the middle of the work."""

    def die() -> None:
        story.service.engine.before_row = lambda: None
        raise Killed

    file = story.upload()
    story.relay()
    delivery = story.receive()
    story.service.engine.before_row = die
    with pytest.raises(Killed):
        story.process(delivery)
    return file


def kept_keys(story: Story) -> set[str]:
    """The keys of all that belongs to files, or did; not of what says whose they are."""
    return {key for key in story.service.storage.keys if not key.startswith(INSTALLATIONS_FOLDER)}


def named_keys(file: FileState) -> set[str]:
    """The keys that the file's record refers to."""
    return {file.key, *(result.key for result in file.results)} - {""}
