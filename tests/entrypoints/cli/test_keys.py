"""`gristmill keys`, on a data directory of its own."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from domain.api_key_text import ApiKeyText
from entrypoints.cli.main import main


def keys(data_dir: Path, *arguments: str) -> Result:
    """What the command printed, and how it ended."""
    verb, *rest = arguments
    return CliRunner().invoke(main, ["keys", verb, "--data-dir", str(data_dir), *rest])


def created(data_dir: Path, *arguments: str) -> Any:
    """The members of a key that was made."""
    given = ["--name", "the bakery", "--scope", "files:read", "--json", *arguments]
    result = keys(data_dir, "create", *given)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_key_alone_is_printed_and_what_is_to_be_known_beside_it(tmp_path: Path) -> None:
    result = keys(tmp_path, "create", "--name", "x", "--scope", "files:read", "--scope", "ops")

    assert result.exit_code == 0
    text = ApiKeyText.parse(result.stdout.removesuffix("\n"))
    assert text is not None
    assert text.id in result.stderr
    assert "files:read,ops" in result.stderr
    assert text.whole not in result.stderr


def test_a_list_has_everything_but_the_secret(tmp_path: Path) -> None:
    made = created(tmp_path, "--tenant", "bakery", "--expires-in-days", "30")
    text = made.pop("key")

    listed = keys(tmp_path, "list", "--json")

    assert json.loads(listed.stdout) == [made]
    assert (made["tenant"], made["scopes"], made["state"]) == ("bakery", ["files:read"], "good")
    assert made["expiresAt"][:4] >= made["createdAt"][:4]
    assert text.split("_")[2] not in (tmp_path / "gristmill.db").read_bytes().decode("latin-1")
    assert json.loads(keys(tmp_path, "list", "--json", "--tenant", "other").stdout) == []


def test_revoking_is_for_good(tmp_path: Path) -> None:
    key_id = created(tmp_path)["id"]

    first, again = (keys(tmp_path, "revoke", key_id) for _ in range(2))

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "revoked" in first.stdout
    assert [key["state"] for key in json.loads(keys(tmp_path, "list", "--json").stdout)] == [
        "revoked"
    ]


def test_an_unknown_id_is_named(tmp_path: Path) -> None:
    result = keys(tmp_path, "revoke", "nobody00")

    assert result.exit_code == 1
    assert "there is no API key 'nobody00'; gristmill keys list" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--name", "x"], "--scope"),
        (["--scope", "ops"], "--name"),
        (["--name", "x", "--scope", "everything"], "files:read"),
        (["--name", "", "--scope", "ops"], "1 to 100 printable characters"),
        (["--name", "x", "--scope", "ops", "--tenant", "a\tb"], "tenant"),
        (["--name", "x", "--scope", "ops", "--expires-in-days", "0"], "expires-in-days"),
    ],
)
def test_what_no_key_can_be_made_of_is_explained(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    result = keys(tmp_path, "create", *arguments)

    assert result.exit_code == 2
    assert words in result.stderr


def test_machines_that_share_keys_have_to_share_their_pepper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("GRISTMILL_PROFILE", "aws"),
        ("GRISTMILL_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing"),
        ("GRISTMILL_S3_BUCKET", "bucket"),
    ):
        monkeypatch.setenv(name, value)

    result = keys(tmp_path, "list")

    assert result.exit_code == 2
    assert "GRISTMILL_KEY_PEPPER" in result.stderr


def test_a_profile_that_forgets_keeps_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRISTMILL_PROFILE", "memory")

    result = keys(tmp_path, "list")

    assert result.exit_code == 1
    assert "keeps no keys" in result.stderr
