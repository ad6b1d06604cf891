"""What a profile may add to the composition."""

from dependency_injector import providers

from adapters.memory.direct_downloads import MemoryDirectDownloads
from adapters.memory.file_storage import MemoryFileStorage
from application.use_cases.upload_file import UploadDetails
from entrypoints.profiles.memory import build
from entrypoints.settings import Settings


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
