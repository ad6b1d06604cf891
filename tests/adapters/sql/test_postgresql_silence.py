"""A server that takes what it is sent and answers nothing, as behind a pooler that hangs."""

import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from adapters.sql import postgresql
from adapters.sql.engine import create_engine, for_migrating
from adapters.sql.sql_transaction import SqlTransaction
from application.errors import AmbiguousCommitError, DatabaseUnavailableError
from tests.postgres import PostgresServer
from tests.tcp_proxy import TcpProxy

PATIENCE_SECONDS = 1.0
MOST_SECONDS = 20.0


@pytest.fixture
def network(postgres_server: PostgresServer) -> Iterator[TcpProxy]:
    """The network between us and the server."""
    with TcpProxy(postgres_server.folder / ".s.PGSQL.5432") as proxy:
        yield proxy


@pytest.fixture
def engine(
    postgres_url: str, network: TcpProxy, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """An engine over that network that soon loses its patience."""
    monkeypatch.setattr(postgresql, "SILENCE_SECONDS", PATIENCE_SECONDS)
    url = make_url(postgres_url).set(host="127.0.0.1", port=network.port, query={})
    engine = create_engine(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def read(engine: Engine) -> object:
    with SqlTransaction(engine, writes=False) as transaction:
        return transaction.rows(text("SELECT 1"))


def write(engine: Engine, before_commit: Callable[[], None]) -> None:
    with SqlTransaction(engine, writes=True) as transaction:
        transaction.change(text("DELETE FROM schemas"))
        before_commit()
        transaction.commit()


def bounded(act: Callable[[], object]) -> BaseException:
    """What it raises; fails when it neither ends nor raises."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - the test looks at whatever it is
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(MOST_SECONDS)
    assert not thread.is_alive(), "it hangs"
    [error] = errors
    return error


def test_a_connection_that_is_not_answered_is_given_up(engine: Engine, network: TcpProxy) -> None:
    network.fall_silent()

    assert isinstance(bounded(lambda: read(engine)), DatabaseUnavailableError)


def test_a_session_that_falls_silent_is_given_up(engine: Engine, network: TcpProxy) -> None:
    read(engine)
    network.fall_silent()

    assert isinstance(bounded(lambda: read(engine)), DatabaseUnavailableError)
    network.mend()
    assert read(engine)


def test_a_statement_that_is_not_answered_is_given_up(engine: Engine, network: TcpProxy) -> None:
    def fall_silent_within() -> None:
        with SqlTransaction(engine, writes=False) as transaction:
            transaction.rows(text("SELECT 1"))
            network.fall_silent()
            transaction.rows(text("SELECT 2"))

    error = bounded(fall_silent_within)

    assert type(error) is DatabaseUnavailableError
    network.mend()
    assert read(engine)


def test_a_commit_that_is_not_answered_may_have_happened(engine: Engine, network: TcpProxy) -> None:
    error = bounded(lambda: write(engine, network.fall_silent))

    assert isinstance(error, AmbiguousCommitError)
    network.mend()
    assert read(engine)


def test_a_migration_takes_what_it_takes_and_nothing_after_it(engine: Engine) -> None:
    sleep = text(f"SELECT pg_sleep({2 * PATIENCE_SECONDS})")

    with for_migrating(engine).begin() as connection:
        assert connection.execute(sleep).all()

    with pytest.raises(OperationalError, match="no answer within 1 s"), engine.begin() as again:
        again.execute(sleep)
