"""Objects in a bucket of S3, or of anything that speaks its language."""

from collections.abc import Generator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.aws.answers import reading_the_answer
from adapters.aws.clients import AwsClients
from adapters.aws.errors import Meaning, meaning_of, storage_errors, storage_refusal
from adapters.aws.keys import checked_key, is_key
from adapters.aws.s3_content_writer import S3ContentWriter
from adapters.aws.transfers import incoming
from application.ports.clock import Clock
from application.ports.file_storage import FileStorage, StoredObject

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3.type_defs import (
        GetObjectOutputTypeDef,
        GetObjectRequestTypeDef,
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestPaginateTypeDef,
        ObjectTypeDef,
    )

_KEYS_AT_ONCE = 1000


class S3FileStorage(FileStorage):
    """Keeps each object at its key in `bucket`, which exists and is not versioned.

    Reading needs the right to list the bucket besides the one to get: without it S3 says of a
    missing object that access is denied.
    """

    def __init__(self, clients: AwsClients, bucket: str, *, clock: Clock) -> None:
        self._clients = clients
        self._bucket = bucket
        self._clock = clock

    @property
    def bucket(self) -> str:
        return self._bucket

    def create(self, key: str, *, media_type: str) -> S3ContentWriter:
        return S3ContentWriter(
            self._clients,
            bucket=self._bucket,
            key=checked_key(key),
            media_type=media_type,
            clock=self._clock,
        )

    def open(
        self, key: str, *, etag: str | None = None, start: int = 0, length: int | None = None
    ) -> Generator[bytes]:
        with storage_errors(key):
            answer = self._get(checked_key(key), etag, start, length)
            if answer is None:
                return
            with reading_the_answer():
                body, size_bytes = answer["Body"], answer["ContentLength"]
        with closing(body):
            if length != 0:
                yield from incoming(body, size_bytes=size_bytes, clock=self._clock)

    def delete(self, key: str) -> None:
        with storage_errors():
            self._clients.s3.delete_object(Bucket=self._bucket, Key=checked_key(key))

    def delete_below(self, folder: str) -> None:
        """As the port says, a thousand objects at a time.

        Parts of uploads that were never completed are the bucket's lifecycle rule's to remove.
        """
        prefix = f"{checked_key(folder)}/"
        with storage_errors():
            pages = self._clients.s3.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                self._delete_some([listed["Key"] for listed in page.get("Contents", [])])

    def list_below(self, folder: str, *, after: str | None = None) -> Generator[StoredObject]:
        """As the port says. The age of what came in parts counts from the first of them on."""
        request: ListObjectsV2RequestPaginateTypeDef = {
            "Bucket": self._bucket,
            "Prefix": f"{checked_key(folder)}/",
        }
        if after:
            request["StartAfter"] = after
        pages = iter(self._clients.s3.get_paginator("list_objects_v2").paginate(**request))
        while True:
            with storage_errors():
                page = next(pages, None)
            if page is None:
                return
            yield from _listed(page)

    def delete_all(self, keys: Sequence[str]) -> None:
        with storage_errors():
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                self._delete_some([checked_key(key) for key in keys[start : start + _KEYS_AT_ONCE]])

    def remove_abandoned(self, *, older_than: timedelta) -> int:
        """0: the bucket's lifecycle rule ends uploads that were never completed."""
        del older_than
        return 0

    def _delete_some(self, keys: Sequence[str]) -> None:
        if not keys:
            return
        answer = self._clients.s3.delete_objects(
            Bucket=self._bucket,
            Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True},
        )
        for failed in answer.get("Errors", []):
            raise storage_refusal("DeleteObjects", failed.get("Code", ""))

    def _get(
        self, key: str, etag: str | None, start: int, length: int | None
    ) -> "GetObjectOutputTypeDef | None":
        """The answer with the bytes in that range, None when the object ends before it."""
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": key}
        if etag is not None:
            request["IfMatch"] = f'"{etag}"'
        if start > 0 or length is not None:
            request["Range"] = _range(start, length)
        try:
            return self._clients.s3.get_object(**request)
        except ClientError as error:
            if meaning_of(error) is Meaning.PAST_THE_END:
                return None
            raise


def _range(start: int, length: int | None) -> str:
    if length is None:
        return f"bytes={start}-"
    # There is no range of no bytes; one is asked for and not read.
    return f"bytes={start}-{start + max(length, 1) - 1}"


def _listed(page: "ListObjectsV2OutputTypeDef") -> Generator[StoredObject]:
    with storage_errors(), reading_the_answer():
        now = _answered_at(page)
        stored = [_stored(listed, now) for listed in page.get("Contents", [])]
    yield from (one for one in stored if is_key(one.key))


def _stored(listed: "ObjectTypeDef", now: datetime | None) -> StoredObject:
    age = max(timedelta(), now - listed["LastModified"]) if now else timedelta()
    return StoredObject(key=listed["Key"], size_bytes=listed["Size"], age=age)


def _answered_at(page: "ListObjectsV2OutputTypeDef") -> datetime | None:
    """S3's own time, None where a store does not tell it."""
    date = page["ResponseMetadata"]["HTTPHeaders"].get("date")
    return parsedate_to_datetime(date) if date else None
