"""What operators see of troubles that no file's history tells."""

from datetime import timedelta

from application.ports.statistics import Happening
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.file_messages import work_message
from application.use_cases.get_stats import GetStats
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reconcile import Reconcile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from tests.application.conftest import Story
from tests.faults import FaultyUnitsOfWork

NONE = dict.fromkeys(Happening, 0)


def happenings(story: Story) -> dict[Happening, int]:
    return dict(story.service.get(GetStats)().happenings)


def lose_the_lease(story: Story) -> None:
    [(_, lease)] = story.service.lease_keeper.kept
    lease.is_lost = True


def test_a_file_that_goes_well_leaves_nothing_to_count(story: Story) -> None:
    story.finish(story.upload())
    story.service.get(Reconcile)()

    assert happenings(story) == NONE


def test_an_attempt_that_was_fenced_off_is_counted(story: Story) -> None:
    story.upload()
    story.relay()
    story.service.engine.before_row = lambda: lose_the_lease(story)

    assert story.process().result is DeliveryResult.FENCED

    assert happenings(story) == NONE | {Happening.FENCED: 1}


def test_a_fenced_attempt_ends_also_where_it_cannot_be_counted(story: Story) -> None:
    story.upload()
    story.relay()
    database = FaultyUnitsOfWork(story.service.units_of_work)
    story.service.container.register(UnitOfWorkFactory, instance=database)

    def lose_everything() -> None:
        lose_the_lease(story)
        database.is_away = lambda: True

    story.service.engine.before_row = lose_everything

    assert story.process().result is DeliveryResult.FENCED


def test_a_message_that_the_reconciler_repeats_is_counted(story: Story) -> None:
    for _ in range(2):
        story.upload()
    story.relay()
    while story.service.queue.lose():
        pass
    story.service.clock.advance(timedelta(hours=1).total_seconds())

    story.service.get(Reconcile)()

    assert happenings(story) == NONE | {Happening.REPUBLISHED: 2}


def test_the_reconciler_forgets_what_happened_more_than_31_days_ago(story: Story) -> None:
    beginning = story.service.clock.now()

    def noted() -> int:
        with story.service.units_of_work.for_reading() as work:
            return work.statistics.happenings(since=beginning)[Happening.FENCED]

    with story.service.units_of_work.for_writing() as work:
        work.statistics.note(Happening.FENCED)
        work.commit()

    story.service.clock.advance(timedelta(days=31).total_seconds())
    story.service.get(Reconcile)()
    assert noted() == 1

    story.service.clock.advance(1)
    story.service.get(Reconcile)()
    assert noted() == 0


def test_a_dead_letter_that_is_sent_again_is_counted(story: Story) -> None:
    story.service.dead_letters.put(work_message(story.upload()).body)

    story.service.get(WatchDeadLetters)()

    assert happenings(story) == NONE | {Happening.SENT_AGAIN: 1}
