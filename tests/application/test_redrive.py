"""Dead letters: seen in the record, redriven once, and their old messages cleared away."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

from application.ports.dead_lettered_files import DeadLetterFilter, DeadLetterPlace
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_history import GetHistory
from application.use_cases.list_dead_letters import ListDeadLetters
from application.use_cases.preview_redrive import COUNTED, SHOWN, PreviewRedrive
from application.use_cases.redrive_dead_letters import (
    MOST_FAILURES_IN_A_ROW,
    RedriveDeadLetters,
    RedriveReport,
)
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import TENANT, Story
from tests.builders import START, build_fault, build_file, build_id
from tests.faults import CommitFault, FaultyUnitsOfWork

EVERYTHING = DeadLetterFilter()


def give_up(story: Story, count: int = 1, *, code: str = "internal_error") -> list[FileState]:
    """Adds dead letters, each a second after the one before."""
    files = []
    for _ in range(count):
        file = build_file()
        file.bury(build_fault(code=code), at=story.service.clock.now())
        with story.service.units_of_work.for_writing() as work:
            work.files.add(file)
            work.commit()
        files.append(file.state)
        story.service.clock.advance(1)
    return files


def redrive(
    story: Story, wanted: DeadLetterFilter = EVERYTHING, *, limit: int = 100
) -> RedriveReport:
    return story.service.get(RedriveDeadLetters)(wanted, past=None, limit=limit)


def spend_the_budget(story: Story, content: bytes) -> FileState:
    """A file that was tried three times, and whose message lies among the dead letters."""
    story.service.engine.errors["limit"] = MemoryError("a defect")
    file = story.upload(content)
    story.relay()
    for _ in range(3):
        story.process()
        story.service.clock.advance(1000)
    assert story.service.queue.receive(limit=10, wait_seconds=0) == []
    return story.file(file)


def test_a_redriven_file_is_worked_on_with_a_fresh_budget(story: Story) -> None:
    file = spend_the_budget(story, b"id\nerror limit\n")
    assert file.outcome is Outcome.DEAD_LETTERED
    story.service.engine.errors["limit"] = MemoryError("a defect")

    assert redrive(story).redriven == (file.id,)

    waiting = story.file(file)
    assert (waiting.status, waiting.generation) == (FileStatus.PENDING, 2)
    assert (waiting.failures, waiting.error_code) == (0, None)
    assert story.finish(file).failures == 1


def test_the_history_tells_a_redrive_from_a_users_wish(story: Story) -> None:
    by_operator, by_user = give_up(story, 2)

    redrive(story, DeadLetterFilter(ids=(by_operator.id,)))
    story.service.get(ReprocessFile)(TENANT, by_user.id)

    last = [story.service.get(GetHistory)(TENANT, it.id)[-1] for it in (by_operator, by_user)]
    assert [event.name for event in last] == ["file_reprocessed"] * 2
    assert [dict(event.details) for event in last] == [{"reason": "redrive"}, {}]


def test_the_watcher_removes_the_old_message(story: Story) -> None:
    spend_the_budget(story, b"id\nerror limit\n")
    story.service.get(WatchDeadLetters)()
    [_] = story.service.dead_letters.bodies

    redrive(story)

    story.service.clock.advance(3600)
    story.service.get(WatchDeadLetters)()
    assert not story.service.dead_letters.bodies


def test_a_second_redrive_finds_none(story: Story) -> None:
    files = give_up(story, 3)
    ids = tuple(file.id for file in files)

    assert set(redrive(story).redriven) == set(ids)

    assert redrive(story) == RedriveReport()
    assert redrive(story, DeadLetterFilter(ids=ids)) == RedriveReport(skipped=ids)
    assert {story.file(file).generation for file in files} == {2}


def test_only_what_the_filter_lets_through_is_redriven(story: Story) -> None:
    [defect] = give_up(story)
    [limit] = give_up(story, code="resource_limit")

    assert redrive(story, DeadLetterFilter(error_code="resource_limit")).redriven == (limit.id,)

    assert story.file(defect).outcome is Outcome.DEAD_LETTERED


def test_ids_of_other_files_are_skipped_and_told(story: Story) -> None:
    [dead] = give_up(story)
    pending, nowhere = story.upload(), build_id()

    report = redrive(story, DeadLetterFilter(ids=(pending.id, dead.id, nowhere)), limit=1)

    assert report.redriven == (dead.id,)
    assert report.skipped == (pending.id, nowhere)
    assert story.file(pending) == pending


def test_an_erased_dead_letter_stays_erased(story: Story) -> None:
    [file] = give_up(story)
    story.service.get(DeleteFile)(TENANT, file.id)

    assert redrive(story, DeadLetterFilter(ids=(file.id,))).skipped == (file.id,)


def test_pages_go_on_where_the_last_one_ended(story: Story) -> None:
    files = give_up(story, 5)
    use_case = story.service.get(RedriveDeadLetters)

    first = use_case(EVERYTHING, past=None, limit=2)
    second = use_case(EVERYTHING, past=first.next_past, limit=2)
    third = use_case(EVERYTHING, past=second.next_past, limit=2)

    redriven = [file_id for report in (first, second, third) for file_id in report.redriven]
    assert redriven == [file.id for file in reversed(files)]
    assert third.next_past is None


def test_a_file_that_fails_does_not_keep_the_others(story: Story) -> None:
    oldest, middle, newest = give_up(story, 3)
    faults = iter([None, CommitFault.REFUSED])
    units = FaultyUnitsOfWork(story.service.units_of_work, next_fault=lambda: next(faults, None))

    report = RedriveDeadLetters(units_of_work=units)(EVERYTHING, past=None, limit=10)

    assert report.redriven == (newest.id, oldest.id)
    [failed] = report.failed
    assert (failed.file_id, failed.error.code) == (middle.id, "database_unavailable")
    assert story.file(middle).outcome is Outcome.DEAD_LETTERED
    assert redrive(story).redriven == (middle.id,)


def test_files_that_fail_between_others_do_not_end_the_round(story: Story) -> None:
    files = give_up(story, 2 * MOST_FAILURES_IN_A_ROW + 2)
    commits = count()
    units = FaultyUnitsOfWork(
        story.service.units_of_work,
        next_fault=lambda: CommitFault.REFUSED if next(commits) % 2 else None,
    )

    report = RedriveDeadLetters(units_of_work=units)(EVERYTHING, past=None, limit=10)

    assert len(report.redriven) == len(report.failed) == len(files) / 2


def test_a_database_that_is_away_ends_the_round_and_the_next_goes_on(story: Story) -> None:
    files = give_up(story, MOST_FAILURES_IN_A_ROW + 2)
    units = FaultyUnitsOfWork(story.service.units_of_work, next_fault=lambda: CommitFault.REFUSED)

    report = RedriveDeadLetters(units_of_work=units)(EVERYTHING, past=None, limit=10)

    assert report.redriven == ()
    assert len(report.failed) == MOST_FAILURES_IN_A_ROW
    rest = story.service.get(RedriveDeadLetters)(EVERYTHING, past=report.next_past, limit=10)
    assert set(rest.redriven) == {file.id for file in files[:2]}


def test_ids_that_a_round_did_not_come_to_are_named_and_each_is_told_of_once(
    story: Story,
) -> None:
    ids = tuple(file.id for file in give_up(story, MOST_FAILURES_IN_A_ROW + 3))
    nowhere = build_id()
    faults = iter([None, *[CommitFault.REFUSED] * MOST_FAILURES_IN_A_ROW])
    units = FaultyUnitsOfWork(story.service.units_of_work, next_fault=lambda: next(faults, None))
    use_case = RedriveDeadLetters(units_of_work=units)

    first = use_case(DeadLetterFilter(ids=(*ids, nowhere)), past=None, limit=1)
    redrive(story, DeadLetterFilter(ids=ids[:1]))
    second = use_case(DeadLetterFilter(ids=first.next_ids), past=first.next_past, limit=1)

    assert (first.redriven, first.skipped) == (ids[-1:], (nowhere,))
    assert [it.file_id for it in first.failed] == [*ids[-2:1:-1]]
    assert (second.redriven, second.skipped) == (ids[1:2], ids[:1])
    assert second.next_ids is None


def test_ids_with_a_place_of_an_earlier_round_are_not_told_of_twice(story: Story) -> None:
    older, newer = give_up(story, 2)
    wanted = DeadLetterFilter(ids=(older.id, newer.id))
    redrive(story, DeadLetterFilter(ids=(newer.id,)))

    report = story.service.get(RedriveDeadLetters)(wanted, past=DeadLetterPlace.of(newer), limit=10)

    assert report == RedriveReport(redriven=(older.id,))


def test_a_file_that_was_given_up_anew_meanwhile_is_another_dead_letter(story: Story) -> None:
    [file] = give_up(story)

    transactions = count()

    def give_up_anew() -> bool:
        # After the look at the list, and before the transaction of the file.
        if next(transactions) == 1:
            redrive(story)
            with story.service.units_of_work.for_writing() as work:
                again = work.files.lock(TENANT, file.id)
                again.bury(build_fault(), at=work.now())
                work.files.save(again)
                work.commit()
        return False

    units = FaultyUnitsOfWork(story.service.units_of_work, is_away=give_up_anew)

    report = RedriveDeadLetters(units_of_work=units)(EVERYTHING, past=None, limit=10)

    assert report.skipped == (file.id,)
    assert story.file(file).generation == 2


def test_a_preview_changes_nothing_and_counts_everything(story: Story) -> None:
    files = give_up(story, SHOWN + 2)

    preview = story.service.get(PreviewRedrive)(EVERYTHING)

    assert (preview.count, preview.is_exact, preview.unfit) == (SHOWN + 2, True, ())
    assert preview.first == tuple(reversed(files))[:SHOWN]
    assert [story.file(file) for file in files] == files


def test_a_preview_counts_no_further_than_anybody_reads(story: Story) -> None:
    dead = build_file()
    dead.bury(build_fault(), at=START)
    with story.service.units_of_work.for_writing() as work:
        tables = work.files
        for _ in range(COUNTED + 1):
            tables.add(type(dead)(replace(dead.state, id=build_id())))
        work.commit()
    story.service.clock.advance(1)

    preview = story.service.get(PreviewRedrive)(EVERYTHING)

    assert (preview.count, preview.is_exact) == (COUNTED, False)


def test_what_is_given_up_after_the_preview_is_not_confirmed_by_it(story: Story) -> None:
    [shown] = give_up(story)
    preview = story.service.get(PreviewRedrive)(EVERYTHING)
    [later] = give_up(story)

    assert redrive(story, preview.confirmed).redriven == (shown.id,)

    assert story.file(later).outcome is Outcome.DEAD_LETTERED


def test_a_window_that_was_asked_for_stays_as_narrow(story: Story) -> None:
    before = START + timedelta(seconds=1)
    first, _ = give_up(story, 2)

    preview = story.service.get(PreviewRedrive)(DeadLetterFilter(before=before))

    assert preview.confirmed.before == before
    assert preview.first == (first,)


def test_a_preview_names_ids_that_are_no_dead_letters(story: Story) -> None:
    [dead] = give_up(story)
    pending = story.upload()

    preview = story.service.get(PreviewRedrive)(DeadLetterFilter(ids=(pending.id, dead.id)))

    assert (preview.count, preview.first, preview.unfit) == (1, (dead,), (pending.id,))


def test_a_list_of_dead_letters_says_where_it_goes_on(story: Story) -> None:
    files = give_up(story, 3)
    list_dead_letters = story.service.get(ListDeadLetters)

    first = list_dead_letters(EVERYTHING, past=None, limit=2)
    second = list_dead_letters(EVERYTHING, past=first.next_past, limit=2)

    assert [*first.items, *second.items] == files[::-1]
    assert second.next_past is None
    assert list_dead_letters(EVERYTHING, past=None, limit=3).next_past is None
