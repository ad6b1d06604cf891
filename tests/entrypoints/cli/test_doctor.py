"""`gristmill doctor` says what is wrong, and nothing that is secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.adapters.aws.provisioned import PLACE
from tests.emulated_aws import EmulatedAws
from tests.end_to_end.service import run_gristmill
from tests.entrypoints.cli.aws import aws_environment, gristmill


def by_name(result: Result) -> dict[str, dict[str, str]]:
    """The probes of a report in JSON."""
    report: dict[str, Any] = json.loads(result.stdout)
    return {probe["name"]: probe for probe in report["probes"]}


class TestEmbedded:
    def doctor(self, folder: Path, *arguments: str, **settings: str) -> Result:
        environment = {
            "GRISTMILL_DATA_DIR": str(folder / "data"),
            "GRISTMILL_PORT": "0",
            **settings,
        }
        return gristmill("doctor", *arguments, environment=environment)

    def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(
        self, tmp_path: Path
    ) -> None:
        result = self.doctor(tmp_path)

        assert result.exit_code == 0, result.output
        assert result.stdout.splitlines()[-1] == "4 ok, 3 skipped, 0 WRONG"
        assert list(tmp_path.iterdir()) == []

    def test_after_a_migration_everything_but_the_workers_is_looked_at(
        self, tmp_path: Path
    ) -> None:
        # In a process of its own, since it keeps the directory's lock as long as it lives.
        data_dir = str(tmp_path / "data")
        assert run_gristmill("migrate", "--data-dir", data_dir, cwd=tmp_path).returncode == 0

        result = self.doctor(tmp_path, "--json")

        skipped = [name for name, it in by_name(result).items() if it["status"] == "skipped"]
        assert result.exit_code == 0, result.output
        assert skipped == ["workers"]
        assert list(by_name(result)) == [
            *("settings", "python", "data directory", "disk space", "database", "workers"),
            "service",
        ]

    def test_a_file_in_the_way_is_wrong(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_bytes(b"")

        result = self.doctor(tmp_path)

        assert result.exit_code == 1
        assert "WRONG    data directory" in result.stdout
        assert "-> mend the folder or its rights" in result.stdout

    def test_a_database_that_is_none_is_wrong(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "objects").mkdir(parents=True)
        (tmp_path / "data" / "gristmill.db").write_bytes(b"id,name\n" * 100)

        result = self.doctor(tmp_path, "--json")

        assert result.exit_code == 1
        assert "file is not a database" in by_name(result)["database"]["finding"]
        assert json.loads(result.stdout)["ok"] is False

    def test_a_setting_that_is_malformed_is_a_finding_too(self, tmp_path: Path) -> None:
        result = self.doctor(tmp_path, "--json", GRISTMILL_MAX_RECEIVES="many")

        assert result.exit_code == 1
        assert list(by_name(result)) == ["settings"]
        assert "GRISTMILL_MAX_RECEIVES" in by_name(result)["settings"]["finding"]


def test_a_profile_that_stands_on_nothing_has_nothing_to_look_at() -> None:
    result = gristmill("doctor", environment={"GRISTMILL_PROFILE": "memory"})

    assert result.exit_code == 1
    assert "GRISTMILL_PROFILE=embedded or aws" in result.stderr


def remove(emulator: EmulatedAws, environment: dict[str, str]) -> None:
    """Takes away the events topic and the dead letters' queue."""
    clients = emulator.shared_clients
    clients.sns.delete_topic(TopicArn=PLACE.arn("sns", environment["GRISTMILL_EVENTS_TOPIC"]))
    name = environment["GRISTMILL_DEAD_LETTER_QUEUE"]
    clients.sqs.delete_queue(QueueUrl=clients.sqs.get_queue_url(QueueName=name)["QueueUrl"])


class TestAws:
    @pytest.fixture
    def environment(self, emulated_aws: EmulatedAws, postgres_url: str) -> dict[str, str]:
        return aws_environment(
            emulated_aws, GRISTMILL_DATABASE_URL=postgres_url.replace("//app@", "//app:hunter2@")
        )

    def test_what_was_provisioned_is_right(self, environment: dict[str, str]) -> None:
        assert gristmill("provision", environment=environment).exit_code == 0

        result = gristmill("doctor", "--no-workers", "--json", environment=environment)

        found = by_name(result)
        assert result.exit_code == 0, result.output
        assert {name: it["status"] for name, it in found.items()} == {
            "settings": "ok",
            "python": "ok",
            "database": "ok",
            "credentials": "ok",
            "bucket": "ok",
            "download links": "ok",
            "set-up": "ok",
            "events topic": "ok",
            "dead letters": "ok",
            "workers": "skipped",
        }

    def test_events_and_dead_letters_that_have_no_way_are_found(
        self, environment: dict[str, str], emulated_aws: EmulatedAws
    ) -> None:
        assert gristmill("provision", environment=environment).exit_code == 0
        remove(emulated_aws, environment)

        result = gristmill("doctor", "--no-workers", "--json", environment=environment)

        found = by_name(result)
        assert result.exit_code == 1
        assert found["events topic"]["finding"] == (
            "it does not take a probe: PublishBatch was answered with NotFound"
        )
        assert found["dead letters"]["finding"].startswith(
            "the queue cannot be received from: GetQueueUrl was answered with"
        )

    def test_before_that_it_says_what_to_run(self, environment: dict[str, str]) -> None:
        result = gristmill("doctor", "--no-workers", environment=environment)

        bucket = environment["GRISTMILL_S3_BUCKET"]
        assert result.exit_code == 1
        assert f"WRONG    bucket          {bucket}: PutObject was answered with" in result.stdout
        assert f"bucket {bucket} is missing" in result.stdout
        assert "-> run `gristmill provision`" in result.stdout

    def test_where_everything_is_down_every_probe_still_has_its_say(
        self, emulated_aws: EmulatedAws
    ) -> None:
        environment = aws_environment(emulated_aws, AWS_ENDPOINT_URL="http://127.0.0.1:9")

        result = gristmill("doctor", "--json", environment=environment)

        wrong = [name for name, it in by_name(result).items() if it["status"] == "wrong"]
        assert result.exit_code == 1
        assert wrong == [
            *("database", "credentials", "bucket", "set-up"),
            *("events topic", "dead letters", "workers"),
        ]

    @pytest.mark.parametrize("as_json", [(), ("--json",)])
    def test_no_secret_is_ever_printed(
        self, emulated_aws: EmulatedAws, as_json: tuple[str, ...]
    ) -> None:
        environment = aws_environment(emulated_aws)
        assert "hunter2" in environment["GRISTMILL_DATABASE_URL"]

        result = gristmill("doctor", "--no-workers", *as_json, environment=environment)

        assert "hunter2" not in result.output
        assert "testing" not in result.output
        assert "X-Amz-Signature" not in result.output
