import hashlib
import socket
import threading
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from botocore.stub import ANY, Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.s3_content_writer import FIRST_PART_BYTES, part_bytes
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from application.errors import (
    ConfigurationError,
    ContentNotFoundError,
    StorageUnavailableError,
)
from tests.adapters.aws.conftest import Calls
from tests.contracts.steps import put, read
from tests.emulated_aws import EmulatedAws

KEY = "uploads/018f3c2e-7a4b/people.csv"
MIB = 1024 * 1024


def checksum(content: bytes) -> str:
    return b64encode(hashlib.sha256(content).digest()).decode()


@pytest.fixture
def breaking_endpoint() -> Iterator[str]:
    """A server that promises 1,000 bytes, sends ten, and hangs up."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n0123456789")

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


class TestCalls:
    @pytest.mark.parametrize("size", [0, 1, FIRST_PART_BYTES])
    def test_content_of_up_to_one_part_is_one_put(
        self, storage: S3FileStorage, calls: Calls, size: int
    ) -> None:
        put(storage, KEY, b"x" * size)

        [(name, request)] = calls
        assert name == "PutObject"
        assert request["headers"]["x-amz-checksum-sha256"] == checksum(b"x" * size)

    def test_reading_is_one_get_and_deleting_one_delete(
        self, storage: S3FileStorage, calls: Calls
    ) -> None:
        etag = put(storage, KEY, b"content")
        calls.clear()

        read(storage, KEY, etag=etag)
        storage.delete(KEY)

        assert calls.names == ["GetObject", "DeleteObject"]
        assert calls[0][1]["headers"]["If-Match"] == f'"{etag}"'

    def test_one_byte_more_than_a_part_takes_parts(
        self, storage: S3FileStorage, calls: Calls
    ) -> None:
        put(storage, KEY, b"x" * (FIRST_PART_BYTES + 1))

        assert calls.names == [
            "CreateMultipartUpload",
            "UploadPart",
            "UploadPart",
            "CompleteMultipartUpload",
        ]
        assert [
            request["headers"]["x-amz-checksum-sha256"]
            for name, request in calls
            if name == "UploadPart"
        ] == [checksum(b"x" * FIRST_PART_BYTES), checksum(b"x")]

    def test_leaving_without_a_commit_aborts_the_parts(
        self, storage: S3FileStorage, calls: Calls, clients: AwsClients
    ) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"x" * (FIRST_PART_BYTES + 1))

        assert calls.names[-1] == "AbortMultipartUpload"
        unfinished = clients.s3.list_multipart_uploads(Bucket=storage.bucket)
        assert unfinished.get("Uploads", []) == []

    def test_nothing_is_called_for_what_was_never_sent(
        self, storage: S3FileStorage, calls: Calls
    ) -> None:
        with storage.create(KEY, media_type="text/csv") as writer:
            writer.write(b"x")

        assert calls == []


class TestDeletingBelow:
    def test_more_than_a_page_of_objects_is_a_call_for_each_page(
        self, storage: S3FileStorage, calls: Calls, clients: AwsClients
    ) -> None:
        for number in range(1001):
            clients.s3.put_object(Bucket=storage.bucket, Key=f"results/1/{number}", Body=b"")
        calls.clear()

        storage.delete_below("results/1")

        assert sorted(calls.names) == ["DeleteObjects"] * 2 + ["ListObjectsV2"] * 2
        assert "Contents" not in clients.s3.list_objects_v2(Bucket=storage.bucket)

    def test_nothing_below_is_one_call(self, storage: S3FileStorage, calls: Calls) -> None:
        storage.delete_below("results/1")

        assert calls.names == ["ListObjectsV2"]

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            ("AccessDenied", ConfigurationError),
            ("InternalError", StorageUnavailableError),
            ("SlowDown", StorageUnavailableError),
        ],
    )
    def test_an_object_that_could_not_be_deleted_is_an_error(
        self, lonely_clients: AwsClients, code: str, error: type[Exception]
    ) -> None:
        with Stubber(lonely_clients.s3) as stub:
            stub.add_response(
                "list_objects_v2",
                {
                    "IsTruncated": False,
                    "Contents": [{"Key": "results/1/a"}, {"Key": "results/1/b"}],
                },
            )
            stub.add_response("delete_objects", {"Errors": [{"Key": "results/1/b", "Code": code}]})

            with pytest.raises(error, match=code):
                S3FileStorage(lonely_clients, "bucket", clock=SystemClock()).delete_below(
                    "results/1"
                )


class TestLargeContent:
    def test_twenty_mebibytes_come_back(self, storage: S3FileStorage) -> None:
        content = b"".join(number.to_bytes(4, "big") for number in range(5 * MIB))
        with storage.create(KEY, media_type="text/csv") as writer:
            for start in range(0, len(content), 300_000):
                writer.write(content[start : start + 300_000])
            etag = writer.commit()

        assert read(storage, KEY, etag=etag) == content
        assert read(storage, KEY, etag=etag, start=9 * MIB, length=7) == content[9 * MIB :][:7]

    def test_memory_does_not_grow_with_the_content(self, lonely_clients: AwsClients) -> None:
        parts = 16
        with Stubber(lonely_clients.s3) as stub:
            stub.add_response("create_multipart_upload", {"UploadId": "upload"})
            for _ in range(parts):
                stub.add_response("upload_part", {"ETag": '"part"'})
            stub.add_response("complete_multipart_upload", {"ETag": '"whole-16"'})
            chunk = bytes(MIB)
            tracemalloc.start()
            try:
                with S3FileStorage(lonely_clients, "bucket", clock=SystemClock()).create(
                    KEY, media_type="text/csv"
                ) as writer:
                    for _ in range(parts * FIRST_PART_BYTES // MIB):
                        writer.write(chunk)
                    etag = writer.commit()
                _, peak_bytes = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()

        assert etag == "whole-16"
        # The part that is sent, the buffer that it came from, and the buffer's spare room.
        assert peak_bytes < 4 * FIRST_PART_BYTES

    def test_ten_thousand_parts_hold_the_largest_object_there_may_be(self) -> None:
        sizes = [part_bytes(number) for number in range(1, 10_001)]

        assert sum(sizes) >= 5 * MIB * MIB
        assert min(sizes) == FIRST_PART_BYTES
        assert max(sizes) <= 5 * 1024 * MIB

    def test_many_write_at_once(self, storage: S3FileStorage) -> None:
        keys = [f"results/{number}/clean.csv" for number in range(20)]

        with ThreadPoolExecutor(8) as pool:
            etags = list(pool.map(lambda key: put(storage, key, key.encode()), keys))
            contents = list(pool.map(lambda key: read(storage, key), keys))

        assert contents == [key.encode() for key in keys]
        assert len(set(etags)) == 20


class TestTrouble:
    def test_a_connection_that_breaks_while_reading_is_unavailability(
        self, emulated_aws: EmulatedAws, breaking_endpoint: str
    ) -> None:
        clients = emulated_aws.clients(endpoint_url=breaking_endpoint)

        with pytest.raises(StorageUnavailableError, match="no answer"):
            read(S3FileStorage(clients, "bucket", clock=SystemClock()), KEY)

        clients.close()

    def test_an_abort_that_fails_does_not_hide_why(self, lonely_clients: AwsClients) -> None:
        with Stubber(lonely_clients.s3) as stub:
            stub.add_response("create_multipart_upload", {"UploadId": "upload"})
            stub.add_client_error("upload_part", "InternalError", http_status_code=500)
            stub.add_client_error("abort_multipart_upload", "SlowDown", http_status_code=503)
            writer = S3FileStorage(lonely_clients, "bucket", clock=SystemClock()).create(
                KEY, media_type="text/csv"
            )

            with pytest.raises(StorageUnavailableError, match="UploadPart"), writer:
                writer.write(bytes(FIRST_PART_BYTES + 1))

            stub.assert_no_pending_responses()

    def test_a_failed_completion_aborts_what_was_begun(self, lonely_clients: AwsClients) -> None:
        with Stubber(lonely_clients.s3) as stub:
            stub.add_response("create_multipart_upload", {"UploadId": "upload"})
            stub.add_response("upload_part", {"ETag": '"1"'})
            stub.add_response("upload_part", {"ETag": '"2"'})
            stub.add_client_error("complete_multipart_upload", "NoSuchUpload", http_status_code=404)
            stub.add_response(
                "abort_multipart_upload", {}, {"Bucket": ANY, "Key": KEY, "UploadId": "upload"}
            )
            writer = S3FileStorage(lonely_clients, "bucket", clock=SystemClock()).create(
                KEY, media_type="text/csv"
            )

            writer.write(bytes(FIRST_PART_BYTES + 1))

            with pytest.raises(StorageUnavailableError, match="NoSuchUpload"), writer:
                writer.commit()

            stub.assert_no_pending_responses()

    def test_an_object_beyond_its_end_is_not_missing(self, storage: S3FileStorage) -> None:
        put(storage, KEY, b"0123456789")

        assert read(storage, KEY, start=10) == b""
        with pytest.raises(ContentNotFoundError):
            read(storage, "uploads/other", start=10)

    def test_the_media_type_is_kept(self, storage: S3FileStorage, clients: AwsClients) -> None:
        put(storage, KEY, b"a,b\n")

        head = clients.s3.head_object(Bucket=storage.bucket, Key=KEY)
        assert head["ContentType"] == "text/csv"
