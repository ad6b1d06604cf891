"""Links to objects in S3."""

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.aws.clients import AwsClients
from adapters.aws.errors import storage_errors
from adapters.aws.keys import checked_key
from application.ports.direct_downloads import DirectDownloads

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client


class S3DirectDownloads(DirectDownloads):
    """Signs links by SigV4; they cover every parameter, and the method.

    `public_endpoint_url` is where callers reach the storage, when that is not where we do: the
    signature covers the host's name, so it cannot be replaced afterwards.
    """

    def __init__(
        self, clients: AwsClients, bucket: str, *, public_endpoint_url: str | None = None
    ) -> None:
        self._clients = clients
        self._bucket = bucket
        self._public_endpoint_url = public_endpoint_url

    def link(self, key: str, *, file_name: str, media_type: str, expires_in_seconds: int) -> str:
        with storage_errors():
            return self._s3.generate_presigned_url(
                "get_object",
                Params={
                    "Bucket": self._bucket,
                    "Key": checked_key(key),
                    "ResponseContentDisposition": _attachment(file_name),
                    "ResponseContentType": media_type,
                },
                ExpiresIn=expires_in_seconds,
            )

    @cached_property
    def _s3(self) -> "S3Client":
        if self._public_endpoint_url is None:
            return self._clients.s3
        return self._clients.s3_at(self._public_endpoint_url)


def _attachment(file_name: str) -> str:
    """RFC 6266: the exact name, after one of ASCII for clients that know no better."""
    plain = "".join(
        character
        if character.isascii() and character.isprintable() and character not in '"\\%'
        else "_"
        for character in file_name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"
