"""Work that is done is not done again because the database was away at its end."""

from collections.abc import Callable
from math import inf

import pytest

from application.errors import AmbiguousCommitError, DatabaseUnavailableError
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_history import GetHistory
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reprocess_file import ReprocessFile
from domain.events import FileEventName
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import TENANT, Story
from tests.doubles import TRUST_SECONDS
from tests.faults import CommitFault, FaultyUnitsOfWork

REFUSED, LOST, UNANSWERED = CommitFault.REFUSED, CommitFault.LOST, CommitFault.UNANSWERED


class EndingStory:
    """A file whose work goes well, and a database that fails from its first row on."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.database = FaultyUnitsOfWork(story.service.units_of_work)
        story.service.container.register(UnitOfWorkFactory, instance=self.database)
        self.to_come: list[CommitFault] = []
        self.away_until = 0.0
        self.meanwhile: Callable[[], object] = lambda: None
        """What happens between the last fault and the next transaction."""

    def __call__(
        self, *faults: CommitFault, away_seconds: float = 0, content: bytes = b"id\n"
    ) -> FileState:
        """The uploaded file, once these faults are sure to meet the end of its attempt."""
        file = self.story.upload(content)
        self.story.relay()

        def arm() -> None:
            self.to_come = list(faults)
            self.away_until = self.story.service.clock.monotonic() + away_seconds
            self.database.next_fault = self._next_fault
            self.database.is_away = self._is_away
            self.story.service.engine.before_row = lambda: None

        self.story.service.engine.before_row = arm
        return file

    def stay_away(self) -> None:
        self.away_until = inf

    def _next_fault(self) -> CommitFault | None:
        return self.to_come.pop(0) if self.to_come else None

    def _is_away(self) -> bool:
        if self.database.faults and not self.to_come:
            meanwhile, self.meanwhile = self.meanwhile, lambda: None
            meanwhile()
        return self.story.service.clock.monotonic() < self.away_until


@pytest.fixture
def ending(story: Story) -> EndingStory:
    return EndingStory(story)


def names(story: Story, file: FileState) -> list[FileEventName]:
    return [event.name for event in story.service.get(GetHistory)(TENANT, file.id)]


def results_exist(story: Story, file: FileState) -> bool:
    return {result.key for result in file.results} <= story.service.storage.keys


@pytest.mark.parametrize(
    "faults",
    [(REFUSED,), (LOST,), (UNANSWERED,), (REFUSED, LOST, UNANSWERED), (LOST, LOST, REFUSED)],
    ids=str,
)
def test_a_failed_commit_at_the_end_is_tried_again_and_the_work_is_not(
    story: Story, ending: EndingStory, faults: tuple[CommitFault, ...]
) -> None:
    file = ending(*faults)

    assert story.process().result is DeliveryResult.FINISHED

    finished = story.file(file)
    assert (finished.outcome, finished.attempt) == (Outcome.CLEAN, 1)
    assert names(story, file).count(FileEventName.COMPLETED) == 1
    assert results_exist(story, finished)
    assert story.queue_is_empty()
    assert ending.to_come == []


def test_a_database_that_is_away_for_a_while_is_asked_until_it_is_back(
    story: Story, ending: EndingStory
) -> None:
    file = ending(away_seconds=TRUST_SECONDS - 1)

    assert story.process().result is DeliveryResult.FINISHED

    assert story.file(file).attempt == 1


def test_when_the_lease_is_trusted_no_more_the_results_go_and_the_work_is_repeated(
    story: Story, ending: EndingStory
) -> None:
    file = ending(away_seconds=301)

    with pytest.raises(DatabaseUnavailableError):
        story.process()

    assert story.service.clock.monotonic() < TRUST_SECONDS
    assert story.service.storage.keys == {file.key}
    story.service.clock.advance(301 - story.service.clock.monotonic())
    assert story.process().result is DeliveryResult.FINISHED
    assert story.file(file).attempt == 2


@pytest.mark.parametrize("fault", [LOST, UNANSWERED])
def test_results_that_may_be_the_files_are_kept_while_nobody_knows(
    story: Story, ending: EndingStory, fault: CommitFault
) -> None:
    file = ending(fault)
    ending.meanwhile = ending.stay_away

    with pytest.raises(AmbiguousCommitError):
        story.process()

    assert len(story.service.storage.keys) == 3
    ending.away_until = 0
    story.service.clock.advance(301)
    story.process()
    finished = story.file(file)
    assert finished.outcome is Outcome.CLEAN
    assert results_exist(story, finished)


def test_results_go_when_it_is_known_that_nothing_was_committed(
    story: Story, ending: EndingStory
) -> None:
    # The second commit is told to have failed, and its transaction saw that the first had too.
    file = ending(LOST, REFUSED)
    ending.meanwhile = ending.stay_away

    with pytest.raises(DatabaseUnavailableError):
        story.process()

    assert story.service.storage.keys == {file.key}


def test_a_failure_is_told_once_although_its_commit_was_unanswered(
    story: Story, ending: EndingStory
) -> None:
    story.service.engine.errors["bug"] = RuntimeError("boom")
    file = ending(UNANSWERED, content=b"error bug\n")

    report = story.process()

    waiting = story.file(file)
    assert report.result is DeliveryResult.RETRIED
    assert (waiting.status, waiting.failures) == (FileStatus.PENDING, 1)
    seconds = (waiting.next_attempt_at - waiting.updated_at).total_seconds()
    assert report.reason == f"{seconds:.0f} s"


def test_a_release_is_told_once_although_its_commit_was_unanswered(
    story: Story, ending: EndingStory
) -> None:
    file = ending(UNANSWERED)

    assert story.process(is_shutting_down=True).result is DeliveryResult.RELEASED

    assert story.queue_is_empty()
    assert names(story, file).count(FileEventName.RELEASED) == 1
    assert story.finish(file).outcome is Outcome.CLEAN


@pytest.mark.parametrize("then", [ReprocessFile, DeleteFile])
def test_an_unanswered_end_is_found_although_the_file_has_gone_on_since(
    story: Story, ending: EndingStory, then: type[ReprocessFile] | type[DeleteFile]
) -> None:
    file = ending(UNANSWERED)
    ending.meanwhile = lambda: story.service.get(then)(TENANT, file.id)

    assert story.process().result is DeliveryResult.FINISHED

    assert [event.is_terminal for event in story.service.events].count(True) == 1
