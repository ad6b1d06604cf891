"""The promises of links into storage."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
import requests

from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.memory.direct_downloads import FollowedLink, MemoryDirectDownloads
from adapters.memory.file_storage import MemoryFileStorage
from adapters.memory.manual_clock import ManualClock
from application.ports.direct_downloads import DirectDownloads
from application.ports.file_storage import FileStorage
from tests.contracts.aws_world import aws_storage
from tests.contracts.steps import put
from tests.emulated_aws import EmulatedAws

KEY = "results/1/1/1/clean.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linking:
    """A storage, the links into it, and how somebody follows one."""

    storage: FileStorage
    downloads: DirectDownloads
    follow: Callable[[str], FollowedLink | None]

    def link(self, key: str = KEY, *, seconds: int = 300) -> str:
        return self.downloads.link(
            key, file_name="naïve 1.csv", media_type="text/csv", expires_in_seconds=seconds
        )


def _memory() -> Linking:
    storage = MemoryFileStorage()
    downloads = MemoryDirectDownloads(storage, ManualClock())
    return Linking(storage=storage, downloads=downloads, follow=downloads.follow)


def _s3(emulator: EmulatedAws) -> Linking:
    storage = aws_storage(emulator.shared_clients)
    downloads = S3DirectDownloads(emulator.shared_clients, storage.bucket)
    return Linking(storage=storage, downloads=downloads, follow=_fetch)


def _fetch(url: str) -> FollowedLink:
    answer = requests.get(url, timeout=5)
    extended_name = answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2]
    return FollowedLink(
        content=answer.content,
        file_name=unquote(extended_name),
        media_type=answer.headers["Content-Type"],
    )


@pytest.fixture(params=["memory", "s3"])
def linking(request: pytest.FixtureRequest) -> Linking:
    if request.param == "memory":
        return _memory()
    return _s3(request.getfixturevalue("emulated_aws"))


class TestDirectDownloads:
    def test_a_link_answers_with_the_object_its_name_and_its_type(self, linking: Linking) -> None:
        put(linking.storage, KEY, b"a,b\n1,2\n")

        assert linking.follow(linking.link()) == FollowedLink(
            content=b"a,b\n1,2\n", file_name="naïve 1.csv", media_type="text/csv"
        )

    def test_a_link_to_nothing_is_made_without_asking(self, linking: Linking) -> None:
        assert KEY in linking.link()

    def test_a_link_fits_into_one_header_line(self, linking: Linking) -> None:
        link = linking.link()

        assert link.isascii()
        assert link.isprintable()
        assert " " not in link

    @pytest.mark.parametrize("key", ["../secret", "", "/a", "a b"])
    def test_what_is_not_a_key_gets_no_link(self, linking: Linking, key: str) -> None:
        with pytest.raises(ValueError, match="key"):
            linking.link(key)


def test_a_link_in_memory_ends_at_its_time() -> None:
    clock, storage = ManualClock(), MemoryFileStorage()
    downloads = MemoryDirectDownloads(storage, clock)
    put(storage, KEY, b"a\n")
    link = downloads.link(KEY, file_name="a", media_type="text/csv", expires_in_seconds=300)

    clock.advance(299)
    assert downloads.follow(link) is not None
    clock.advance(1)
    assert downloads.follow(link) is None


@pytest.mark.parametrize("seconds", [0, 604_801])
def test_a_link_in_memory_lasts_from_a_second_to_a_week(seconds: int) -> None:
    with pytest.raises(ValueError, match="seconds"):
        _memory().link(seconds=seconds)
