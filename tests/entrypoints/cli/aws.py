"""The command line in the aws profile, on the emulator."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner, Result

from entrypoints.cli.main import main
from tests.emulated_aws import REGION, EmulatedAws, unique_name


def aws_environment(emulator: EmulatedAws, **settings: str) -> dict[str, str]:
    """The variables of an installation of its own, whose database nobody ever answers for."""
    return {
        "GRISTMILL_PROFILE": "aws",
        "GRISTMILL_DATABASE_URL": "postgresql://app:hunter2@127.0.0.1:9/gristmill",
        "GRISTMILL_S3_BUCKET": unique_name("bucket"),
        "GRISTMILL_TOPIC": unique_name("topic"),
        "GRISTMILL_EVENTS_TOPIC": unique_name("events"),
        "GRISTMILL_QUEUE": unique_name("queue"),
        "GRISTMILL_DEAD_LETTER_QUEUE": unique_name("dlq"),
        "GRISTMILL_UNDELIVERED_QUEUE": unique_name("undelivered"),
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator.endpoint_url,
        **settings,
    }


def gristmill(*arguments: str, environment: Mapping[str, str]) -> Result:
    """What the command says to that environment's settings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        return CliRunner().invoke(main, arguments)
