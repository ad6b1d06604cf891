"""What is signed of a link for a part, which the emulator does not look at."""

from base64 import b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from adapters.aws.s3_direct_uploads import S3DirectUploads
from application.ports.direct_uploads import PartLink
from tests.emulated_aws import EmulatedAws

CONTENT = b"a,b\n1,2\n"


def _link(emulator: EmulatedAws, **changes: str) -> PartLink:
    uploads = S3DirectUploads(emulator.shared_clients, "bucket", **changes)
    return uploads.link(
        "uploads/1/people.csv",
        "a-handle",
        number=3,
        size_bytes=len(CONTENT),
        sha256=sha256(CONTENT).hexdigest(),
        expires_in_seconds=900,
    )


def test_length_and_digest_of_a_part_are_signed_for_a_quarter_of_an_hour(
    emulated_aws: EmulatedAws,
) -> None:
    link = _link(emulated_aws)

    asked = parse_qs(urlsplit(link.url).query)
    assert asked["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert asked["X-Amz-SignedHeaders"] == ["content-length;host;x-amz-checksum-sha256"]
    assert asked["X-Amz-Expires"] == ["900"]
    assert (asked["partNumber"], asked["uploadId"]) == (["3"], ["a-handle"])
    assert link.headers == {
        "Content-Length": str(len(CONTENT)),
        "x-amz-checksum-sha256": b64encode(sha256(CONTENT).digest()).decode(),
    }


def test_a_link_is_for_the_host_that_callers_reach(emulated_aws: EmulatedAws) -> None:
    link = _link(emulated_aws, public_endpoint_url="https://files.example.org")

    assert urlsplit(link.url).netloc == "files.example.org"
