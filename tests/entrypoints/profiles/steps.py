"""What happens in an installation, step by step."""

from collections.abc import Callable

import pytest

from application.ports.message_queue import Delivery
from application.use_cases.upload_file import UploadDetails
from domain.file_state import FileState
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.builders import TENANT
from tests.provisioned_aws import Installation

CONTENT = b"id,amount\n1,2\n2,x\n"

Compose = Callable[..., Container]


def settings_of(installation: Installation, patch: pytest.MonkeyPatch, **changes: str) -> Settings:
    """What a process of the installation reads, with those variables changed."""
    for name, value in {**installation.settings, **changes}.items():
        patch.setenv(name, value)
    return Settings.from_environment()


def upload(container: Container, content: bytes = CONTENT) -> FileState:
    """The file that was accepted."""
    receipt = container.upload_file()(TENANT, name="a.csv", chunks=[content], details=UploadDetails)
    return receipt.file


def send(container: Container) -> Delivery:
    """Sends what is to be sent, and receives the one message that comes of it."""
    container.relay_outbox()()
    [delivery] = container.queue().receive(limit=10, wait_seconds=5)
    return delivery
