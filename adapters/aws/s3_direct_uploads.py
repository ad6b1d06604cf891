"""Multipart uploads of S3, whose parts callers send themselves."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.aws.answers import reading_the_answer
from adapters.aws.clients import AwsClients
from adapters.aws.errors import is_upload_over, storage_errors
from adapters.aws.keys import checked_key
from application.ports.direct_uploads import ArrivedPart, DirectUploads, PartLink
from application.upload_errors import UploadIsOverError

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, PartTypeDef


class S3DirectUploads(DirectUploads):
    """Signs links by SigV4, for one part each: S3 takes the length and the SHA-256 that are signed.

    It checks them against the bytes that come. `public_endpoint_url` as for S3DirectDownloads.
    Needs the right to list the parts of an upload besides those of S3FileStorage. Emulators may
    check neither the signature nor what was signed, and tell no digests of parts.
    """

    def __init__(
        self, clients: AwsClients, bucket: str, *, public_endpoint_url: str | None = None
    ) -> None:
        self._clients = clients
        self._bucket = bucket
        self._public_endpoint_url = public_endpoint_url

    def begin(self, key: str, *, media_type: str) -> str:
        with storage_errors():
            answer = self._clients.s3.create_multipart_upload(
                Bucket=self._bucket,
                Key=checked_key(key),
                ContentType=media_type,
                ChecksumAlgorithm="SHA256",
            )
            with reading_the_answer():
                return answer["UploadId"]

    def link(
        self,
        key: str,
        handle: str,
        *,
        number: int,
        size_bytes: int,
        sha256: str,
        expires_in_seconds: int,
    ) -> PartLink:
        checksum = b64encode(bytes.fromhex(sha256)).decode()
        with storage_errors():
            url = self._public_s3.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": self._bucket,
                    "Key": checked_key(key),
                    "UploadId": handle,
                    "PartNumber": number,
                    "ContentLength": size_bytes,
                    "ChecksumSHA256": checksum,
                },
                ExpiresIn=expires_in_seconds,
            )
        return PartLink(
            url=url,
            headers={"Content-Length": str(size_bytes), "x-amz-checksum-sha256": checksum},
        )

    def arrived(self, key: str, handle: str) -> Sequence[ArrivedPart]:
        with storage_errors(), reading_the_answer():
            return [_arrived(part) for part in self._listed(checked_key(key), handle)]

    def complete(self, key: str, handle: str) -> str:
        try:
            parts = [_completed(part) for part in self._listed(checked_key(key), handle)]
            return self._complete(key, handle, parts)
        except UploadIsOverError:
            return self._etag(key)

    def abort(self, key: str, handle: str) -> None:
        with storage_errors():
            try:
                self._clients.s3.abort_multipart_upload(
                    Bucket=self._bucket, Key=checked_key(key), UploadId=handle
                )
            except ClientError as error:
                if not is_upload_over(error):
                    raise

    def _listed(self, key: str, handle: str) -> "Iterator[PartTypeDef]":
        """Raises UploadIsOverError, and the storage's errors on a step."""
        pages = iter(
            self._clients.s3.get_paginator("list_parts").paginate(
                Bucket=self._bucket, Key=key, UploadId=handle
            )
        )
        while True:
            with storage_errors():
                try:
                    page = next(pages, None)
                except ClientError as error:
                    if is_upload_over(error):
                        raise UploadIsOverError(key) from error
                    raise
            if page is None:
                return
            yield from page.get("Parts", [])

    def _complete(self, key: str, handle: str, parts: "list[CompletedPartTypeDef]") -> str:
        with storage_errors(key):
            try:
                answer = self._clients.s3.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=handle,
                    MultipartUpload={"Parts": parts},
                )
            except ClientError as error:
                if is_upload_over(error):
                    raise UploadIsOverError(key) from error
                raise
            with reading_the_answer():
                return answer["ETag"].strip('"')

    def _etag(self, key: str) -> str:
        """The ETag of the object that the upload became; by a read, since HEAD tells no code."""
        with storage_errors(key):
            answer = self._clients.s3.get_object(Bucket=self._bucket, Key=key, Range="bytes=0-0")
            with reading_the_answer(), closing(answer["Body"]):
                return answer["ETag"].strip('"')

    @cached_property
    def _public_s3(self) -> "S3Client":
        if self._public_endpoint_url is None:
            return self._clients.s3
        return self._clients.s3_at(self._public_endpoint_url)


def _arrived(part: "PartTypeDef") -> ArrivedPart:
    checksum = part.get("ChecksumSHA256")
    return ArrivedPart(
        number=part["PartNumber"],
        size_bytes=part["Size"],
        sha256=b64decode(checksum).hex() if checksum else None,
    )


def _completed(part: "PartTypeDef") -> "CompletedPartTypeDef":
    completed: CompletedPartTypeDef = {"PartNumber": part["PartNumber"], "ETag": part["ETag"]}
    # Demanded by S3 of an upload that was begun with checksums.
    if "ChecksumSHA256" in part:
        completed["ChecksumSHA256"] = part["ChecksumSHA256"]
    return completed
