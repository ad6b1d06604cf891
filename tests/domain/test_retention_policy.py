from datetime import timedelta

import pytest

from domain.file_status import FileStatus, Outcome
from domain.retention_policy import LEAST_TOMBSTONE_AGE, RetentionPolicy
from tests.builders import START, build_file_state

DAYS = timedelta(days=30)
MOMENT = timedelta(microseconds=1)
FINISHED = build_file_state(status=FileStatus.COMPLETED, outcome=Outcome.CLEAN, processed_at=START)


def test_unless_something_else_is_said_no_file_runs_out() -> None:
    policy = RetentionPolicy()

    assert policy.finished_before(START) is None
    assert not policy.has_run_out(FINISHED, at=START + timedelta(days=36_500))


def test_a_finished_file_runs_out_once_it_was_kept_longer_than_asked_for() -> None:
    policy = RetentionPolicy(finished_files=DAYS)

    assert not policy.has_run_out(FINISHED, at=START + DAYS)
    assert policy.has_run_out(FINISHED, at=START + DAYS + MOMENT)


def test_a_file_that_did_not_end_never_runs_out() -> None:
    policy = RetentionPolicy(finished_files=DAYS)

    assert not policy.has_run_out(build_file_state(), at=START + 100 * DAYS)


def test_nothing_may_be_forgotten_that_something_still_names() -> None:
    RetentionPolicy(tombstones=LEAST_TOMBSTONE_AGE)

    with pytest.raises(ValueError, match="31 days"):
        RetentionPolicy(tombstones=LEAST_TOMBSTONE_AGE - MOMENT)
    with pytest.raises(ValueError, match="outlive"):
        RetentionPolicy(idempotency_keys=LEAST_TOMBSTONE_AGE)
