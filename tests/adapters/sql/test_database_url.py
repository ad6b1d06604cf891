"""URLs of databases that are wrong: told in words that hold nothing of the password."""

import socket

import pytest

from adapters.sql.engine import create_engine
from adapters.sql.sql_transaction import SqlTransaction
from application.errors import ConfigurationError


def refusal_of(url: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as raised:
        create_engine(url)
    return raised.value


@pytest.mark.parametrize(
    "url",
    [
        "postgresql//app:secret@host",
        "postgresql://app:secret@host:secret/files",
        "postgresql://app:x@y:secret@host:5432/files",
        "postgresql://app:secret@/files?host=a&port=1&port=2",
    ],
)
def test_a_url_that_cannot_be_understood_is_not_repeated(url: str) -> None:
    refusal = refusal_of(url)

    assert "URL cannot be understood" in refusal.reason
    assert "secret" not in str(refusal)
    assert refusal.__cause__ is None  # whose words quote what was not understood
    assert refusal.__suppress_context__


@pytest.mark.parametrize(
    "password", ["x@secret", "x@secret/y", "x@y/secret", "x@y?secret", "x@@secret"]
)
def test_half_of_a_password_is_not_taken_for_the_host(password: str) -> None:
    refusal = refusal_of(f"postgresql://app:{password}@host/files")

    assert "%40" in refusal.reason
    assert "secret" not in str(refusal)


def test_a_password_with_its_signs_encoded_is_accepted() -> None:
    engine = create_engine("postgresql://app:x%40secret%2Fy@host/files")

    assert engine.url.password == "x@secret/y"
    assert engine.url.host == "host"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("bogus=1", 'invalid connection option "bogus"'),
        ("connect_timeout=abc", "bad value for connect_timeout: 'abc'"),
        ("sslmode=nope", 'invalid sslmode value: "nope"'),
        ("target_session_attrs=nope", 'invalid target_session_attrs value: "nope"'),
        ("port=99999", 'invalid port number: "99999"'),
    ],
)
def test_an_option_that_the_driver_does_not_take_is_for_an_operator_to_mend(
    options: str, reason: str
) -> None:
    engine = create_engine(f"postgresql://app:secret@127.0.0.1/files?{options}")

    with pytest.raises(ConfigurationError) as raised, SqlTransaction(engine, writes=False):
        pass

    assert reason in raised.value.reason
    assert "secret" not in str(raised.value)


def test_so_is_a_value_that_is_looked_at_once_a_server_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        engine = create_engine(f"postgresql://app@127.0.0.1:{port}/files?keepalives=abc")

        with pytest.raises(ConfigurationError) as raised, SqlTransaction(engine, writes=False):
            pass

    assert 'invalid integer value "abc" for connection option' in raised.value.reason


def test_a_database_file_may_have_the_sign_in_its_path() -> None:
    assert create_engine("sqlite:////data/a@b/c@d.db").url.database == "/data/a@b/c@d.db"


def test_an_option_may_have_the_sign_of_an_abstract_socket() -> None:
    engine = create_engine("postgresql://app@/files?host=@one&host=@other")

    assert engine.url.query["host"] == ("@one", "@other")
