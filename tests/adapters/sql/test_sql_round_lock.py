"""A round's lock does not outlast whoever was frozen or vanished while holding it."""

from datetime import timedelta
from time import monotonic, sleep

from sqlalchemy import Engine

from adapters.sql.sql_round_lock import SqlRoundLock

PATIENCE_SECONDS = 30


def test_a_holder_that_is_frozen_keeps_others_out_for_a_while_only(
    postgres_engine: Engine,
) -> None:
    rounds = SqlRoundLock(postgres_engine, longest=timedelta(seconds=0.5))

    with rounds.attempt("reconcile") as is_ours:
        assert is_ours
        gives_up_at = monotonic() + PATIENCE_SECONDS
        while not is_free(rounds):
            assert monotonic() < gives_up_at, "the lock outlasted its longest round"
            sleep(0.05)


def is_free(rounds: SqlRoundLock) -> bool:
    with rounds.attempt("reconcile") as is_ours:
        return is_ours
