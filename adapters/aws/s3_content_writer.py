"""One object on its way to S3."""

from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from typing import TYPE_CHECKING

from adapters.aws.answers import reading_the_answer
from adapters.aws.clients import AwsClients
from adapters.aws.errors import storage_errors
from adapters.aws.transfers import Outgoing
from application.errors import DependencyError
from application.ports.clock import Clock
from application.ports.file_storage import ContentWriter

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

FIRST_PART_BYTES = 8 * 1024 * 1024
# S3 takes 10,000 parts and 5 TiB. Doubling every thousand parts reaches 8 TiB, and keeps all
# objects below 8 GiB at the first size.
PARTS_OF_ONE_SIZE = 1000


class S3ContentWriter(ContentWriter):
    """Sends content of up to 8 MiB in one call at commit, and more of it part by part.

    Holds no more than one part. Each call bears the SHA-256 of what it sends, which S3 checks.
    When the answer to a commit gets lost, the object may be there although
    StorageUnavailableError was raised. A result goes with its attempt or its file; the content
    of an upload that was refused so is the collector's to find. An unfinished upload that cannot
    be aborted is the bucket's lifecycle rule's to remove.
    """

    def __init__(
        self, clients: AwsClients, *, bucket: str, key: str, media_type: str, clock: Clock
    ) -> None:
        self._clients = clients
        self._clock = clock
        self._bucket = bucket
        self._key = key
        self._media_type = media_type
        self._unsent = bytearray()
        self._upload_id: str | None = None
        self._parts: list[CompletedPartTypeDef] = []

    def write(self, chunk: bytes) -> None:
        self._unsent += chunk
        # Only when there is more than a part: what is exactly one may still go in one call.
        while len(self._unsent) > part_bytes(len(self._parts) + 1):
            self._send_part()

    def commit(self) -> str:
        with storage_errors():
            if self._upload_id is None:
                etag = self._put()
            else:
                self._send_part()
                etag = self._complete(self._upload_id)
        return etag.strip('"')

    def abort(self) -> None:
        self._unsent.clear()
        if self._upload_id is None:
            return
        with suppress(DependencyError), storage_errors():
            self._clients.s3.abort_multipart_upload(
                Bucket=self._bucket, Key=self._key, UploadId=self._upload_id
            )
        self._upload_id = None

    def _put(self) -> str:
        content = bytes(self._unsent)
        answer = self._clients.s3.put_object(
            Bucket=self._bucket,
            Key=self._key,
            Body=Outgoing(content, self._clock),
            ContentType=self._media_type,
            ChecksumSHA256=_checksum(content),
        )
        with reading_the_answer():
            return answer["ETag"]

    def _send_part(self) -> None:
        number = len(self._parts) + 1
        with memoryview(self._unsent)[: part_bytes(number)] as view:
            part = bytes(view)
        with storage_errors():
            answer = self._clients.s3.upload_part(
                Bucket=self._bucket,
                Key=self._key,
                UploadId=self._begun_upload(),
                PartNumber=number,
                Body=Outgoing(part, self._clock),
                ChecksumSHA256=_checksum(part),
            )
            with reading_the_answer():
                etag = answer["ETag"]
        self._parts.append({"PartNumber": number, "ETag": etag, "ChecksumSHA256": _checksum(part)})
        del self._unsent[: len(part)]

    def _begun_upload(self) -> str:
        if self._upload_id is None:
            answer = self._clients.s3.create_multipart_upload(
                Bucket=self._bucket,
                Key=self._key,
                ContentType=self._media_type,
                ChecksumAlgorithm="SHA256",
            )
            with reading_the_answer():
                self._upload_id = answer["UploadId"]
        return self._upload_id

    def _complete(self, upload_id: str) -> str:
        answer = self._clients.s3.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=upload_id,
            MultipartUpload={"Parts": self._parts},
        )
        self._upload_id = None
        with reading_the_answer():
            return answer["ETag"]


def part_bytes(number: int) -> int:
    """How long the part of that number is, counted from 1; the last one may be shorter."""
    return FIRST_PART_BYTES << (number - 1) // PARTS_OF_ONE_SIZE


def _checksum(content: bytes) -> str:
    return b64encode(sha256(content).digest()).decode()
