"""API keys, on real processes: the README's commands, a revocation, and what is logged."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.service import Service, environment, run_gristmill, wait_until
from tests.end_to_end.test_readme import END_MARK, matches, steps


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that asks for keys."""
    with Service(tmp_path_factory.mktemp("guarded"), arguments=["--auth", "keys"]) as service:
        yield service


def make_key(service: Service, *scopes: str, tenant: str = "default") -> str:
    """A new key's text."""
    chosen = [word for scope in scopes for word in ("--scope", scope)]
    arguments = ["keys", "create", "--name", "a test", "--tenant", tenant, *chosen]
    made = run_gristmill(*arguments, cwd=service.folder)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_the_commands_of_the_readme_give_the_answers_that_are_shown(guarded: Service) -> None:
    (guarded.folder / "people.csv").write_text("a,b\n1,2\n")
    walk = list(steps("## Who may call"))
    script = "\n".join(f"{command}\necho; echo '{END_MARK}'" for command, _ in walk)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace(":8000", f":{guarded.port}")],
        cwd=guarded.folder,
        env={**environment({}), "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    answers = run.stdout.split(f"\n{END_MARK}\n")
    assert len(walk) >= 7
    for (command, shown), answer in zip(walk, answers, strict=False):
        assert matches(answer, shown), f"{command}\n\nanswered\n\n{answer}\n\ninstead of\n\n{shown}"


def test_a_revoked_key_is_refused_by_the_running_service(guarded: Service) -> None:
    key = make_key(guarded, "files:read")
    url = f"{guarded.url}/files"
    assert guarded.http.get(url, headers=bearer(key)).status_code == 200

    run_gristmill("keys", "revoke", key.split("_")[1], cwd=guarded.folder)

    wait_until(lambda: guarded.http.get(url, headers=bearer(key)).status_code == 401)
    refused = guarded.http.get(url, headers=bearer(key))
    assert refused.headers["WWW-Authenticate"].endswith('error="invalid_token"')
    assert "was revoked" in refused.json()["detail"]


def test_a_key_made_while_the_service_runs_opens_it_at_once(guarded: Service) -> None:
    keys = {tenant: make_key(guarded, "files:read", tenant=tenant) for tenant in ("one", "two")}

    for key in keys.values():
        assert guarded.http.get(f"{guarded.url}/files", headers=bearer(key)).json()["total"] == 0


def test_redrive_shows_the_key_that_it_is_given(guarded: Service) -> None:
    key = make_key(guarded, "ops")
    arguments = ["redrive", "--all", "--json", "--url", guarded.url]

    with_key = run_gristmill(*arguments, cwd=guarded.folder, GRISTMILL_API_KEY=key)
    without = run_gristmill(*arguments, cwd=guarded.folder)

    assert with_key.returncode == 0, with_key.stderr
    assert json.loads(with_key.stdout)["count"] == 0
    assert without.returncode == 2
    assert "GRISTMILL_API_KEY" in without.stderr


def test_no_key_is_logged_or_kept(guarded: Service) -> None:
    key = make_key(guarded, "files:read")
    for path in ("/files", "/files?page=0", "/stats", "/nowhere", f"/files?q={key}", "/files/x"):
        guarded.http.get(guarded.url + path, headers=bearer(key))
    mistyped = key[:-1] + "_"
    guarded.http.get(f"{guarded.url}/files", headers=bearer(mistyped))

    secret = key.split("_")[2].encode()
    kept = [path for path in guarded.folder.rglob("*") if path.is_file() and path.name != "key"]
    assert any(path.name == "output" for path in kept)
    assert [path for path in kept if secret in path.read_bytes()] == []


def test_an_open_address_without_keys_is_refused_with_what_to_do(tmp_path: Path) -> None:
    refused = run_gristmill("up", "--host", "0.0.0.0", cwd=tmp_path)

    assert re.search(r"gristmill keys create.+--auth keys", refused.stderr)
