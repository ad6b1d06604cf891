"""The verbs of a file: the whole grid of moves, and what each one leaves behind."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.errors import DomainError, FileErasedError, IllegalTransitionError
from domain.events import FileEventName
from domain.fault import Fault, FaultKind
from domain.file import File
from domain.file_state import Lease
from domain.file_status import MOVES, FileStatus, Outcome, Verb
from domain.progress import Progress
from tests.builders import START, build_file, build_file_state, build_report

LATER = START + timedelta(hours=1)
LEASE = Lease(owner="worker-1", expires_at=LATER + timedelta(minutes=4))
FAILURE = Fault(kind=FaultKind.FAILURE, code="internal_error", message="the service failed")
OUTAGE = Fault(kind=FaultKind.DEPENDENCY, code="dependency_unavailable", message="it was away")

VERBS: dict[Verb, Callable[[File], None]] = {
    Verb.START: lambda file: file.start(LEASE, at=LATER),
    Verb.RELEASE: lambda file: file.release("shutdown", at=LATER),
    Verb.RETRY: lambda file: file.retry(
        FAILURE, next_attempt_at=LATER + timedelta(seconds=30), at=LATER
    ),
    Verb.COMPLETE: lambda file: file.complete(build_report(outcome=Outcome.CLEAN), (), at=LATER),
    Verb.REJECT: lambda file: file.reject(build_report(outcome=Outcome.REJECTED), (), at=LATER),
    Verb.BURY: lambda file: file.bury(FAILURE, at=LATER),
    Verb.CANCEL: lambda file: file.cancel(at=LATER),
    Verb.REPROCESS: lambda file: file.reprocess(at=LATER),
    Verb.ERASE: lambda file: file.erase(at=LATER),
}


def file_in(status: FileStatus) -> File:
    """A file that came to `status` by its verbs; a PROCESSING one has an expired lease."""
    file = File.receive(build_file_state())
    if status is FileStatus.PENDING:
        return file
    file.start(Lease(owner="worker-0", expires_at=START + timedelta(minutes=4)), at=START)
    if status is FileStatus.COMPLETED:
        file.complete(build_report(outcome=Outcome.CLEAN), (), at=START)
    elif status is FileStatus.FAILED:
        file.reject(build_report(outcome=Outcome.REJECTED), (), at=START)
    return file


@pytest.mark.parametrize("status", FileStatus)
@pytest.mark.parametrize("verb", Verb)
def test_a_verb_moves_a_file_exactly_as_the_table_says(verb: Verb, status: FileStatus) -> None:
    file = file_in(status)
    before, events = file.state, file.events

    if status in MOVES[verb]:
        VERBS[verb](file)

        assert file.state.status is MOVES[verb][status]
        assert file.state.version > before.version
        assert len(file.events) > len(events)
        assert file.events[-1].to_status is file.state.status
    else:
        with pytest.raises(IllegalTransitionError):
            VERBS[verb](file)

        assert file.state is before
        assert file.events == events


def test_a_finished_file_keeps_how_far_it_was_read() -> None:
    noted = Progress(bytes_read=5, rows_read=1)
    read = Progress(bytes_read=9, rows_read=2)
    rejected = build_report(outcome=Outcome.REJECTED)

    for progress, kept in ((read, read), (None, noted)):
        state = replace(file_in(FileStatus.PROCESSING).state, progress=noted)
        completed, refused = File(state), File(state)
        completed.complete(build_report(), (), at=LATER, progress=progress)
        refused.reject(rejected, (), at=LATER, progress=progress)

        assert completed.state.progress == refused.state.progress == kept


def test_the_table_of_moves_is_the_documented_one() -> None:
    legal = {
        (verb.value, source.value, target.value)
        for verb, moves in MOVES.items()
        for source, target in moves.items()
    }

    assert legal == {
        ("start", "PENDING", "PROCESSING"),
        ("start", "PROCESSING", "PROCESSING"),
        ("release", "PROCESSING", "PENDING"),
        ("retry", "PROCESSING", "PENDING"),
        ("complete", "PROCESSING", "COMPLETED"),
        ("reject", "PROCESSING", "FAILED"),
        ("bury", "PENDING", "FAILED"),
        ("bury", "PROCESSING", "FAILED"),
        ("cancel", "PENDING", "FAILED"),
        ("cancel", "PROCESSING", "FAILED"),
        ("reprocess", "COMPLETED", "PENDING"),
        ("reprocess", "FAILED", "PENDING"),
        ("erase", "PENDING", "FAILED"),
        ("erase", "PROCESSING", "FAILED"),
        ("erase", "COMPLETED", "COMPLETED"),
        ("erase", "FAILED", "FAILED"),
    }


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.ERASE])
@pytest.mark.parametrize("status", FileStatus)
def test_an_erased_file_allows_no_verb(verb: Verb, status: FileStatus) -> None:
    file = file_in(status)
    file.erase(at=START)
    before = file.state

    with pytest.raises(FileErasedError):
        VERBS[verb](file)

    assert file.state is before


def test_a_file_under_a_live_lease_cannot_be_taken_over() -> None:
    file = build_file()
    file.start(Lease(owner="worker-0", expires_at=LATER + timedelta(seconds=1)), at=START)

    with pytest.raises(IllegalTransitionError, match="worker-0 is at work"):
        file.start(LEASE, at=LATER)


def test_a_takeover_raises_attempt_and_starts_and_says_so() -> None:
    file = file_in(FileStatus.PROCESSING)

    file.start(LEASE, at=LATER)

    assert (file.state.attempt, file.state.starts) == (2, 2)
    assert file.state.lease == LEASE
    assert file.events[-1].name is FileEventName.TAKEN_OVER


def test_a_file_that_is_not_due_cannot_be_started() -> None:
    file = build_file(next_attempt_at=LATER + timedelta(seconds=1))

    with pytest.raises(IllegalTransitionError, match="not due"):
        file.start(LEASE, at=LATER)


def test_a_release_costs_nothing() -> None:
    file = file_in(FileStatus.PROCESSING)

    file.release("shutdown", at=LATER)

    state = file.state
    assert (state.failures, state.retries, state.starts, state.lease) == (0, 0, 0, None)
    assert state.next_attempt_at == LATER
    assert state.attempt == 1


@pytest.mark.parametrize(("fault", "failures"), [(FAILURE, 1), (OUTAGE, 0)])
def test_only_a_failure_spends_the_budget_of_failures(fault: Fault, failures: int) -> None:
    file = file_in(FileStatus.PROCESSING)

    file.retry(fault, next_attempt_at=LATER + timedelta(seconds=30), at=LATER)

    state = file.state
    assert (state.failures, state.retries, state.starts) == (failures, 1, 0)
    assert (state.error_code, state.error_message) == (fault.code, fault.message)


def test_a_reason_to_reprocess_is_kept_in_the_history() -> None:
    file = file_in(FileStatus.FAILED)

    file.reprocess(at=LATER, reason="redrive")

    assert file.events[-1].details == {"reason": "redrive"}


def test_reprocessing_clears_every_trace_but_the_fence() -> None:
    file = file_in(FileStatus.COMPLETED)

    file.reprocess(at=LATER)

    state = file.state
    assert (state.generation, state.attempt) == (2, 1)
    assert (state.failures, state.retries, state.starts) == (0, 0, 0)
    assert (state.outcome, state.rows, state.results, state.processed_at) == (None, None, (), None)
    assert state.generation_started_at == LATER


def test_erasing_leaves_only_ids_sizes_times_and_outcome() -> None:
    file = build_file(original_name="wages.csv", metadata={"order": "17"})
    before = file.state

    file.erase(at=LATER)

    state = file.state
    assert (state.original_name, state.key, state.etag, state.sha256) == ("", "", "", "")
    assert (state.metadata, state.error_message, state.results) == ({}, None, ())
    assert (state.id, state.size_bytes, state.created_at) == (
        before.id,
        before.size_bytes,
        before.created_at,
    )
    assert (state.outcome, state.erased_at) == (Outcome.CANCELLED, LATER)
    assert state.removal_due_at == LATER
    assert state.attempt == before.attempt + 1


def test_erasing_twice_is_erasing_once() -> None:
    file = file_in(FileStatus.COMPLETED)
    file.erase(at=LATER)
    before, events = file.state, file.events

    file.erase(at=LATER + timedelta(hours=1))

    assert file.state is before
    assert file.events == events


def test_a_report_that_rejects_cannot_complete_a_file() -> None:
    file = file_in(FileStatus.PROCESSING)

    with pytest.raises(IllegalTransitionError):
        file.complete(build_report(outcome=Outcome.REJECTED), (), at=LATER)
    with pytest.raises(IllegalTransitionError):
        file.reject(build_report(outcome=Outcome.PARTIAL), (), at=LATER)


def test_the_state_cannot_be_changed_from_outside() -> None:
    file = build_file()

    with pytest.raises(AttributeError):
        file.status = FileStatus.COMPLETED  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        file.state.status = FileStatus.COMPLETED  # type: ignore[misc]


class FileLife(RuleBasedStateMachine):
    """Any sequence of verbs at any times keeps what the record promises."""

    @initialize()
    def receive(self) -> None:
        self.file = File.receive(build_file_state())
        self.now = START
        self.last = self.file.state
        self.terminal: dict[int, int] = {}

    @rule(seconds=st.integers(0, 600), verb=st.sampled_from(Verb))
    def try_a_verb(self, seconds: int, verb: Verb) -> None:
        self.now += timedelta(seconds=seconds)
        self.last, events = self.file.state, self.file.events
        try:
            self.apply(verb)
        except DomainError:
            assert self.file.state is self.last
            assert self.file.events == events
        for event in self.file.events[len(events) :]:
            generation = self.terminal.setdefault(event.generation, 0)
            self.terminal[event.generation] = generation + event.is_terminal

    @precondition(lambda self: self.file.state.is_final and not self.file.state.is_erased)
    @rule()
    def reprocess(self) -> None:
        self.try_a_verb(0, Verb.REPROCESS)

    def apply(self, verb: Verb) -> None:
        match verb:
            case Verb.START:
                self.file.start(
                    Lease(owner="worker", expires_at=self.now + timedelta(seconds=240)),
                    at=self.now,
                )
            case Verb.RETRY:
                self.file.retry(
                    FAILURE, next_attempt_at=self.now + timedelta(seconds=30), at=self.now
                )
            case Verb.COMPLETE:
                self.file.complete(build_report(outcome=Outcome.PARTIAL), (), at=self.now)
            case Verb.REJECT:
                self.file.reject(build_report(outcome=Outcome.REJECTED), (), at=self.now)
            case Verb.BURY:
                self.file.bury(OUTAGE, at=self.now)
            case Verb.RELEASE:
                self.file.release("shutdown", at=self.now)
            case Verb.CANCEL:
                self.file.cancel(at=self.now)
            case Verb.REPROCESS:
                self.file.reprocess(at=self.now)
            case Verb.ERASE:
                self.file.erase(at=self.now)

    @invariant()
    def status_outcome_and_lease_agree(self) -> None:
        state = self.file.state
        completed = state.outcome in (Outcome.CLEAN, Outcome.PARTIAL)
        assert completed == (state.status is FileStatus.COMPLETED)
        assert (state.outcome is not None) == state.is_final
        assert (state.lease is not None) == (state.status is FileStatus.PROCESSING)
        assert (state.processed_at is not None) == state.is_final

    @invariant()
    def counters_never_go_back(self) -> None:
        state = self.file.state
        assert state.attempt >= self.last.attempt
        assert state.generation >= self.last.generation
        assert state.version >= self.last.version
        assert state.starts <= state.attempt
        assert state.failures <= state.retries + 1

    @invariant()
    def a_generation_ends_once(self) -> None:
        assert all(count <= 1 for count in self.terminal.values())

    @invariant()
    def a_terminal_status_stays_within_its_generation(self) -> None:
        if self.last.is_final and self.file.state.generation == self.last.generation:
            assert self.file.state.status is self.last.status
            assert self.file.state.outcome is self.last.outcome


TestFileLife = FileLife.TestCase
