"""The probes of AWS find what is wrong, on the emulator and with answers that it cannot give."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from botocore.stub import Stubber

from adapters.aws.bucket_probe import BucketProbe
from adapters.aws.clients import AwsClients
from adapters.aws.download_link_probe import DownloadLinkProbe
from adapters.aws.identity_probe import AwsIdentityProbe
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from adapters.system.uuid_generator import UuidGenerator
from application.ports.probe import ProbeResult, ProbeStatus
from tests.adapters.aws.provisioned import ACCOUNT, clients_of_user
from tests.emulated_aws import REGION, EmulatedAws


def look_at_bucket(storage: S3FileStorage) -> ProbeResult:
    return BucketProbe(storage, UuidGenerator()).check()


def keys(clients: AwsClients, storage: S3FileStorage) -> list[str]:
    listed = clients.s3.list_objects_v2(Bucket=storage.bucket)
    return [it["Key"] for it in listed.get("Contents", [])]


class TestCredentials:
    def test_it_tells_whose_they_are(self, clients: AwsClients) -> None:
        found = AwsIdentityProbe(clients).check()

        assert found.status is ProbeStatus.OK
        assert found.finding == f"arn:aws:sts::{ACCOUNT}:user/moto in {REGION}"

    @pytest.mark.parametrize(
        ("code", "hint"),
        [
            ("InvalidClientTokenId", "there is no such access key"),
            ("SignatureDoesNotMatch", "check AWS_SECRET_ACCESS_KEY"),
            ("ExpiredToken", "get new ones"),
            ("RequestExpired", "set this machine's clock"),
        ],
    )
    def test_a_refusal_is_told_with_what_to_do(
        self, lonely_clients: AwsClients, code: str, hint: str
    ) -> None:
        with Stubber(lonely_clients.sts) as sts:
            sts.add_client_error("get_caller_identity", code, http_status_code=403)

            found = AwsIdentityProbe(lonely_clients).check()

        assert (found.status, found.finding) == (
            ProbeStatus.WRONG,
            f"the credentials are refused ({code})",
        )
        assert hint in found.hint

    def test_that_there_are_none_is_told(
        self, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        clients = emulated_aws.clients()

        found = AwsIdentityProbe(clients).check()

        clients.close()
        assert found.finding == "Unable to locate credentials"
        assert found.hint.startswith("set AWS_PROFILE")

    def test_a_profile_that_is_not_configured_is_told(
        self, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_PROFILE", "nobody")

        found = AwsIdentityProbe(emulated_aws.clients()).check()

        assert "nobody" in found.finding
        assert found.hint.startswith("AWS_PROFILE names a profile")

    def test_a_wrong_secret_is_told(
        self, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with clients_of_user(emulated_aws, allowed=["*"]) as right:
            assert AwsIdentityProbe(right).check().status is ProbeStatus.OK
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7NOBODY")
            wrong = emulated_aws.clients()

            found = AwsIdentityProbe(wrong).check()
            wrong.close()

        assert found.finding == "the credentials are refused (InvalidClientTokenId)"

    def test_a_silent_service_is_told(self, lonely_clients: AwsClients) -> None:
        found = AwsIdentityProbe(lonely_clients).check()

        assert (found.status, found.hint) == (
            ProbeStatus.WRONG,
            "check AWS_REGION, AWS_ENDPOINT_URL and the network",
        )


class TestBucket:
    def test_a_bucket_that_keeps_objects_is_right_and_left_as_it_was(
        self, clients: AwsClients, storage: S3FileStorage
    ) -> None:
        found = look_at_bucket(storage)

        assert found.status is ProbeStatus.OK
        assert keys(clients, storage) == []

    def test_a_bucket_that_is_missing_is_told(self, clients: AwsClients) -> None:
        found = look_at_bucket(S3FileStorage(clients, "no-such-bucket", clock=SystemClock()))

        assert found.status is ProbeStatus.WRONG
        assert found.finding == "no-such-bucket: PutObject was answered with NoSuchBucket"
        assert found.hint.startswith("run `gristmill provision`")

    @pytest.mark.parametrize("denied", ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"])
    def test_a_permission_that_is_missing_is_named(
        self, emulated_aws: EmulatedAws, storage: S3FileStorage, denied: str
    ) -> None:
        with clients_of_user(emulated_aws, allowed=["*"], denied=[denied]) as lesser:
            found = look_at_bucket(S3FileStorage(lesser, storage.bucket, clock=SystemClock()))

        assert found.status is ProbeStatus.WRONG
        assert found.hint == (
            f"these credentials need {denied}; docker/aws/template.yaml has roles that suffice"
        )

    def test_a_silent_storage_is_told(self, lonely_clients: AwsClients) -> None:
        found = look_at_bucket(S3FileStorage(lonely_clients, "files", clock=SystemClock()))

        assert found.status is ProbeStatus.WRONG
        assert "AWS_ENDPOINT_URL" in found.hint

    def test_a_storage_that_gives_back_something_else_is_told(
        self, lonely_clients: AwsClients
    ) -> None:
        with Stubber(lonely_clients.s3) as s3:
            s3.add_response("put_object", {"ETag": '"1"'})
            s3.add_client_error("get_object", "NoSuchKey", http_status_code=404)

            found = look_at_bucket(S3FileStorage(lonely_clients, "files", clock=SystemClock()))

        assert found.finding == "files: an object that was put is not what is got"


class TestDownloadLinks:
    @pytest.fixture
    def elsewhere(self) -> Iterator[str]:
        """The URL of a server that knows nothing of ours."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()

    def look(
        self, clients: AwsClients, storage: S3FileStorage, public_endpoint_url: str | None = None
    ) -> ProbeResult:
        links = S3DirectDownloads(clients, storage.bucket, public_endpoint_url=public_endpoint_url)
        return DownloadLinkProbe(storage, links, UuidGenerator()).check()

    def test_a_link_is_really_followed_and_nothing_is_left(
        self, clients: AwsClients, storage: S3FileStorage, emulated_aws: EmulatedAws
    ) -> None:
        found = self.look(clients, storage)

        assert found.status is ProbeStatus.OK
        assert f"a link to {emulated_aws.endpoint_url} was followed from here" in found.finding
        assert keys(clients, storage) == []

    def test_an_endpoint_that_cannot_be_reached_is_named_with_its_setting(
        self, clients: AwsClients, storage: S3FileStorage
    ) -> None:
        found = self.look(clients, storage, "http://127.0.0.1:9")

        assert found.status is ProbeStatus.WRONG
        assert "a link to http://127.0.0.1:9 cannot be followed from here" in found.finding
        assert "GRISTMILL_S3_PUBLIC_ENDPOINT_URL" in found.hint
        assert keys(clients, storage) == []

    @pytest.mark.parametrize(
        ("path", "finding"), [("", "leads to something else"), ("/gone", "was refused with 404")]
    )
    def test_an_endpoint_that_is_something_else_is_told(
        self, clients: AwsClients, storage: S3FileStorage, elsewhere: str, path: str, finding: str
    ) -> None:
        found = self.look(clients, storage, elsewhere + path)

        assert found.status is ProbeStatus.WRONG
        assert finding in found.finding

    def test_no_signature_is_ever_told(
        self, clients: AwsClients, storage: S3FileStorage, elsewhere: str
    ) -> None:
        found = self.look(clients, storage, elsewhere)

        assert "Signature" not in found.finding + found.hint

    def test_without_a_bucket_there_is_nothing_to_link_to(self, clients: AwsClients) -> None:
        found = self.look(clients, S3FileStorage(clients, "no-such-bucket", clock=SystemClock()))

        assert (found.status, found.hint) == (ProbeStatus.SKIPPED, "mend the bucket first")


class _Elsewhere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(404 if self.path.startswith("/gone") else 200)
        self.end_headers()
        self.wfile.write(b"welcome")

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output free of requests."""
