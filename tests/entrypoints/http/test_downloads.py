"""Stored bytes: whole, in part, and as an attachment."""

import base64
import hashlib
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from adapters.memory.direct_downloads import FollowedLink, MemoryDirectDownloads
from application.errors import ConfigurationError
from application.ports.direct_downloads import DirectDownloads
from tests.entrypoints.http.service import HttpService, assert_problem, upload

CONTENT = b"a,b\n" + b"1,2\n" * 50_000
TAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def link(client: FlaskClient) -> str:
    """Where the content is."""
    content: str = upload(client, CONTENT, filename="people.csv")["links"]["content"]
    return content


def test_the_content_is_the_submitted_bytes(client: FlaskClient, link: str) -> None:
    answer = client.get(link)

    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Type"] == "text/csv"
    assert answer.headers["ETag"] == TAG
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_download_is_an_attachment_under_its_own_name(client: FlaskClient) -> None:
    link = upload(client, filename="naïve %22x%22.csv")["links"]["content"]

    disposition = client.get(link).headers["Content-Disposition"]

    assert disposition == (
        "attachment; filename=\"na_ve _x_.csv\"; filename*=UTF-8''na%C3%AFve%20%22x%22.csv"
    )


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=4-7", 4, 8),
        ("bytes=100000-", 100_000, len(CONTENT)),
        ("bytes=-4", len(CONTENT) - 4, len(CONTENT)),
        ("bytes=0-99999999", 0, len(CONTENT)),
        ("bytes=-99999999", 0, len(CONTENT)),
    ],
)
def test_one_range_is_206(
    client: FlaskClient, link: str, asked: str, start: int, stop: int
) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert (answer.status_code, answer.data) == (206, CONTENT[start:stop])
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(stop - start)


@pytest.mark.parametrize("asked", [f"bytes={len(CONTENT)}-", "bytes=-0"])
def test_a_range_outside_is_416_with_the_length(client: FlaskClient, link: str, asked: str) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert_problem(answer, 416, "range_not_satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "lines=0-1", "bytes=x-y", "bytes=5-2", "bytes", "bytes=1_0-20"]
)
def test_a_range_that_is_not_understood_gives_the_whole(
    client: FlaskClient, link: str, asked: str
) -> None:
    answer = client.get(link, headers={"Range": asked})

    assert (answer.status_code, len(answer.data)) == (200, len(CONTENT))


@pytest.mark.parametrize(
    ("if_range", "status"), [(TAG, 206), (f"W/{TAG}", 200), ('"other"', 200), ("yesterday", 200)]
)
def test_a_range_of_other_content_is_not_mixed_in(
    client: FlaskClient, link: str, if_range: str, status: int
) -> None:
    answer = client.get(link, headers={"Range": "bytes=0-3", "If-Range": if_range})

    assert answer.status_code == status


def test_who_has_the_content_is_told_so(client: FlaskClient, link: str) -> None:
    answer = client.get(link, headers={"If-None-Match": TAG})

    assert (answer.status_code, answer.data) == (304, b"")


def test_head_tells_the_length_without_the_content(client: FlaskClient, link: str) -> None:
    answer = client.head(link)

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))


def test_content_that_is_lost_is_a_problem_without_a_key_in_it(
    client: FlaskClient, service: HttpService, link: str
) -> None:
    (key,) = service.storage.keys
    service.storage.delete(key)

    problem = assert_problem(client.get(link), 404, "input_missing")

    assert "uploads/" not in str(problem)


@pytest.fixture
def links(service: HttpService) -> MemoryDirectDownloads:
    """Links into the service's storage; who asks for them before `client` gets redirected."""
    links = MemoryDirectDownloads(service.storage, service.clock)
    service.direct_downloads = links
    return links


def test_a_storage_that_makes_links_is_where_content_and_results_are_fetched(
    links: MemoryDirectDownloads, client: FlaskClient, service: HttpService
) -> None:
    file = upload(client, CONTENT, filename="naïve.csv")
    service.process()

    content = client.get(file["links"]["content"])
    (clean,) = [
        item
        for item in client.get(file["links"]["results"]).get_json()["items"]
        if item["name"] == "clean.csv"
    ]
    result = client.get(clean["link"])

    digest = base64.b64encode(hashlib.sha256(CONTENT).digest()).decode()
    assert (content.status_code, result.status_code) == (307, 307)
    assert content.data == result.data == b""
    assert content.headers["Cache-Control"] == result.headers["Cache-Control"] == "no-store"
    assert content.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    fetched = links.follow(content.headers["Location"])
    assert fetched == FollowedLink(content=CONTENT, file_name="naïve.csv", media_type="text/csv")
    cleaned = links.follow(result.headers["Location"])
    assert cleaned is not None
    assert (cleaned.file_name, len(cleaned.content)) == ("clean.csv", clean["bytes"])


def test_a_link_into_storage_ends_after_five_minutes(
    links: MemoryDirectDownloads, client: FlaskClient, service: HttpService
) -> None:
    location = client.get(upload(client)["links"]["content"]).headers["Location"]

    service.clock.advance(299)
    assert links.follow(location) is not None
    service.clock.advance(1)
    assert links.follow(location) is None


def test_who_has_the_content_already_is_sent_nowhere(
    links: MemoryDirectDownloads, client: FlaskClient, link: str
) -> None:
    assert client.get(link, headers={"If-None-Match": TAG}).status_code == 304


def test_head_is_answered_here_because_links_are_for_get(
    links: MemoryDirectDownloads, client: FlaskClient, link: str
) -> None:
    answer = client.head(link)

    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["ETag"] == TAG


def test_a_link_to_what_is_lost_or_deleted_or_never_was_is_the_problem_it_always_is(
    links: MemoryDirectDownloads, client: FlaskClient, service: HttpService
) -> None:
    lost, deleted = upload(client), upload(client)
    service.storage.delete(lost["s3Key"])
    client.delete(deleted["links"]["self"])

    assert_problem(client.get(lost["links"]["content"]), 404, "input_missing")
    assert_problem(client.get(deleted["links"]["content"]), 410, "file_deleted")
    assert_problem(client.get(f"/files/{UUID(int=7 << 76)}/content"), 404, "file_not_found")
    assert_problem(client.get(f"{lost['links']['results']}/clean.csv"), 404, "result_not_found")


def test_links_that_cannot_be_signed_are_an_outage(service: HttpService) -> None:
    class WithoutCredentials(DirectDownloads):
        def link(self, key: str, **_: object) -> str:
            raise ConfigurationError("storage", "no credentials")

    service.direct_downloads = WithoutCredentials()
    client = service.app().test_client()

    answer = client.get(upload(client)["links"]["content"])

    assert_problem(answer, 503, "configuration_error")
