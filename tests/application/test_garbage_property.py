"""Whatever happened to files and workers: what is needed stays, and the rest goes."""

from collections.abc import Iterator
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from application.use_cases.cancel_file import CancelFile
from application.use_cases.collect_garbage import CollectGarbage
from application.use_cases.delete_file import DeleteFile
from application.use_cases.object_places import FOLDERS
from application.use_cases.reprocess_file import ReprocessFile
from domain.collection_policy import LEAST_AGE
from domain.file_state import FileState
from domain.file_status import FileStatus
from tests.application.conftest import TENANT, Story
from tests.application.leftovers import (
    HOUR_SECONDS,
    collect,
    kept_keys,
    leave_content,
    leave_result,
    named_keys,
    start_and_die,
)
from tests.in_memory_container import InMemoryService

DAY = timedelta(hours=24)

files = st.integers(0, 10)


class FilesAndGarbage(RuleBasedStateMachine):
    """Files live and workers die, in any order, while collections come and go."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story(InMemoryService())
        self.ids: list[FileState] = []
        self.story.service.get(CollectGarbage)()

    def state(self, number: int) -> FileState:
        file = self.ids[number % len(self.ids)]
        with self.story.service.units_of_work.for_reading() as work:
            return work.files.get(TENANT, file.id).state

    def states(self) -> list[FileState]:
        return [self.state(number) for number in range(len(self.ids))]

    @rule()
    def upload(self) -> None:
        self.ids.append(self.story.upload())

    @rule()
    def upload_and_die(self) -> None:
        leave_content(self.story)

    @precondition(lambda self: not self.story.service.queue.bodies)
    @rule(has_written=st.booleans())
    def start_and_die(self, *, has_written: bool) -> None:
        self.work()
        file = start_and_die(self.story)
        self.ids.append(file)
        if has_written:
            leave_result(self.story, file)

    @rule()
    def work(self) -> None:
        self.story.relay()
        for delivery in self.story.service.queue.receive(limit=10, wait_seconds=0):
            self.story.process(delivery)

    @precondition(lambda self: self.ids)
    @rule(number=files)
    def write_late(self, number: int) -> None:
        state = self.state(number)
        if state.attempt:
            leave_result(self.story, state, generation=state.generation, attempt=state.attempt)

    @precondition(lambda self: self.ids)
    @rule(number=files)
    def reprocess(self, number: int) -> None:
        state = self.state(number)
        if state.is_final and not state.is_erased:
            self.story.service.get(ReprocessFile)(TENANT, state.id)

    @precondition(lambda self: self.ids)
    @rule(number=files)
    def cancel(self, number: int) -> None:
        state = self.state(number)
        if not state.is_final:
            self.story.service.get(CancelFile)(TENANT, state.id)

    @precondition(lambda self: self.ids)
    @rule(number=files)
    def delete(self, number: int) -> None:
        self.story.service.get(DeleteFile)(TENANT, self.state(number).id)

    @rule(hours=st.sampled_from([0.1, 6, 18, 24, 30]))
    def wait(self, hours: float) -> None:
        self.story.service.clock.advance(hours * HOUR_SECONDS)

    @rule()
    def collect(self) -> None:
        before = {
            found.key: found.age
            for folder in FOLDERS
            for found in self.story.service.storage.list_below(folder)
        }
        wanted = tuple(prefix for state in self.states() for prefix in self.wanted(state))

        collect(self.story)

        for key in before.keys() - kept_keys(self.story):
            assert before[key] >= LEAST_AGE
            assert not key.startswith(wanted)

    def wanted(self, state: FileState) -> Iterator[str]:
        """What the keys begin with that somebody may still read or write."""
        if state.is_erased:
            return
        folder = f"results/{state.id}"
        if state.status is FileStatus.PROCESSING:
            yield f"{folder}/{state.generation}/{state.attempt}/"
        ended_at = state.processed_at
        if ended_at is None or self.story.service.clock.now() < ended_at + DAY:
            yield from (f"{folder}/{former}/" for former in range(1, state.generation))

    @invariant()
    def what_a_record_refers_to_is_there(self) -> None:
        for state in self.states():
            assert named_keys(state) <= kept_keys(self.story)

    def teardown(self) -> None:
        for _ in range(20):
            self.story.service.clock.advance(HOUR_SECONDS)
            self.work()
        for _ in range(2):
            self.story.service.clock.advance(25 * HOUR_SECONDS)
            self.collect()
        assert all(state.is_final for state in self.states())
        needed = {key for state in self.states() for key in named_keys(state)}
        assert kept_keys(self.story) == needed


TestFilesAndGarbage = FilesAndGarbage.TestCase
TestFilesAndGarbage.settings = settings(stateful_step_count=30)
