"""What a profile may add to the composition."""

import pytest
from dependency_injector import providers
from dependency_injector.errors import Error

from adapters.memory.direct_downloads import MemoryDirectDownloads
from adapters.memory.file_storage import MemoryFileStorage
from application.use_cases.upload_file import UploadDetails
from entrypoints.container import Container, RecoverableContainer, check
from entrypoints.profiles.memory import build
from entrypoints.settings import Settings

PORTS = sorted(
    name
    for name, provider in RecoverableContainer.providers.items()
    if isinstance(provider, providers.Dependency)
)


def test_downloads_are_linked_only_where_the_profile_says_how() -> None:
    container = build(Settings.from_environment())
    storage = container.storage()
    assert isinstance(storage, MemoryFileStorage)
    links = MemoryDirectDownloads(storage, container.clock())
    receipt = container.upload_file()(
        "acme", name="a.csv", chunks=[b"a\n1\n"], details=UploadDetails
    )

    before = container.open_content()("acme", receipt.file.id).link()
    container.override_providers(direct_downloads=providers.Object(links))
    container.reset_singletons()
    after = container.open_content()("acme", receipt.file.id).link()

    assert before is None
    assert after is not None
    assert links.follow(after) is not None


@pytest.mark.parametrize("port", PORTS)
def test_a_port_that_a_profile_forgot_stops_the_start_by_its_name(port: str) -> None:
    filled = dict(build(Settings.from_environment()).providers)
    ports = {name: filled[name] for name in PORTS if name != port}

    with pytest.raises(Error, match=rf"\.{port}\b"):
        check(RecoverableContainer(**ports))


def test_what_only_one_machine_can_do_is_asked_of_no_other_profile() -> None:
    filled = dict(build(Settings.from_environment()).providers)
    ports = {name: filled[name] for name in PORTS if name != "hidden_messages"}

    container = check(Container(**ports))

    assert "recover_after_crash" not in container.providers
