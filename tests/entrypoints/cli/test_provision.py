"""`gristmill provision` says what it made, and for whom."""

import re

import boto3
import pytest

from tests.architecture.test_readme import section
from tests.emulated_aws import REGION, EmulatedAws
from tests.entrypoints.cli.aws import aws_environment, gristmill


def test_the_first_run_makes_everything_and_says_so(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws)

    result = gristmill("provision", environment=environment)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result.output
    assert lines[0].startswith("As arn:aws:sts::123456789012:user/moto in us-east-1")
    assert [line.split()[0] for line in lines[1:-1]] == [
        *("bucket", "topic", "topic", "queue", "queue", "queue", "subscription")
    ]
    assert all(line.endswith(": made") for line in lines[1:-1])
    assert lines[-1] == "7 of 7 resources were made or changed; all are right now."


def test_the_second_run_changes_nothing_and_says_so(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws)
    gristmill("provision", environment=environment)

    result = gristmill("provision", environment=environment)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert all(line.endswith(": right already") for line in lines[1:-1])
    assert lines[-1] == "Nothing had to be changed."


def test_other_settings_change_what_they_name(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws)
    gristmill("provision", environment=environment)

    result = gristmill(
        "provision",
        environment={
            **environment,
            "GRISTMILL_VISIBILITY_SECONDS": "600",
            "GRISTMILL_MAX_RECEIVES": "5",
        },
    )

    queue = environment["GRISTMILL_QUEUE"]
    assert f"{queue}: changed VisibilityTimeout, RedrivePolicy\n" in result.stdout
    assert "1 of 7 resources were made or changed; all are right now." in result.stdout


def test_what_is_refused_is_told_and_ends_with_1(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws)
    bucket = environment["GRISTMILL_S3_BUCKET"]
    there = boto3.client("s3", region_name="eu-west-1", endpoint_url=emulated_aws.endpoint_url)
    there.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    there.close()

    result = gristmill("provision", environment=environment)

    assert result.exit_code == 1
    assert f"{bucket}: not right\n" in result.stdout
    assert f'REFUSED: the bucket "{bucket}" is in eu-west-1' in result.stdout
    assert result.stdout.splitlines()[-1] == "1 of 7 resources are not as they should be."


def test_the_embedded_profile_has_nothing_to_provision() -> None:
    result = gristmill("provision", environment={})

    assert result.exit_code == 1
    assert "set GRISTMILL_PROFILE=aws" in result.stderr


def test_a_silent_endpoint_is_told_with_what_to_check(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws, AWS_ENDPOINT_URL="http://127.0.0.1:9")

    result = gristmill("provision", environment=environment)

    assert result.exit_code == 1
    assert "check AWS_REGION, AWS_ENDPOINT_URL and the network" in result.stderr
    assert "Traceback" not in result.output


def test_without_a_region_it_asks_for_one(
    emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    environment = aws_environment(emulated_aws)
    del environment["AWS_REGION"]

    result = gristmill("provision", environment=environment)

    assert REGION not in result.output
    assert "set AWS_REGION" in result.stderr


def test_a_missing_setting_is_asked_for_by_name(emulated_aws: EmulatedAws) -> None:
    environment = aws_environment(emulated_aws)
    del environment["GRISTMILL_S3_BUCKET"]

    result = gristmill("provision", environment=environment)

    assert result.exit_code == 2
    assert "GRISTMILL_S3_BUCKET" in result.stderr


@pytest.mark.parametrize("secret", [{}, {"GRISTMILL_DATABASE_URL_FILE": "/run/secrets/not-here"}])
def test_no_database_is_needed(emulated_aws: EmulatedAws, secret: dict[str, str]) -> None:
    environment = aws_environment(emulated_aws) | secret
    del environment["GRISTMILL_DATABASE_URL"]

    result = gristmill("provision", environment=environment)

    assert result.exit_code == 0, result.output


def test_what_the_readme_sets_before_this_step_is_enough(emulated_aws: EmulatedAws) -> None:
    before = section("## Deploy on AWS").partition("**The resources.**")[0]
    environment = dict(re.findall(r"export (\w+)=(\S+)", before))

    result = gristmill(
        "provision", environment={**environment, "AWS_ENDPOINT_URL": emulated_aws.endpoint_url}
    )

    assert result.exit_code == 0, result.output
    assert f"in {environment['AWS_REGION']}" in result.stdout
    assert f"{environment['GRISTMILL_S3_BUCKET']}: made" in result.stdout
