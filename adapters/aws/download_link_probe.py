"""Whether a link that callers get leads to the content."""

import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from urllib.parse import urlsplit

from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_file_storage import S3FileStorage
from application.errors import DependencyError
from application.ports.id_generator import IdGenerator
from application.ports.probe import PROBE_FOLDER, DependencyProbe, ProbeResult, ProbeStatus

_CONTENT = b"gristmill doctor\n"
_LINK_SECONDS = 60
_FETCH_SECONDS = 10
_WHERE_CALLERS_ARE = "set GRISTMILL_S3_PUBLIC_ENDPOINT_URL to where callers reach the storage"


class DownloadLinkProbe(DependencyProbe):
    """Follows a link to an object of its own, as a caller would, but from this machine."""

    name = "download links"
    deadline_seconds = 60

    def __init__(self, storage: S3FileStorage, links: S3DirectDownloads, ids: IdGenerator) -> None:
        self._storage = storage
        self._links = links
        self._ids = ids

    def check(self) -> ProbeResult:
        key = f"{PROBE_FOLDER}/{self._ids.new_id()}/download"
        try:
            link = self._put_and_sign(key)
        except DependencyError as error:
            return ProbeResult(
                status=ProbeStatus.SKIPPED,
                finding=f"no link was tried, since there was nothing to link to ({error.reason})",
                hint="mend the bucket first",
            )
        try:
            return _follow(link)
        finally:
            # The bucket's own rule removes what we cannot.
            with suppress(DependencyError):
                self._storage.delete(key)

    def _put_and_sign(self, key: str) -> str:
        with self._storage.create(key, media_type="text/plain") as writer:
            writer.write(_CONTENT)
            writer.commit()
        return self._links.link(
            key,
            file_name="doctor.txt",
            media_type="text/plain",
            expires_in_seconds=_LINK_SECONDS,
        )


def _follow(link: str) -> ProbeResult:
    # Never the whole link: for a minute it opens the object to whoever reads it.
    place = f"a link to {urlsplit(link).scheme}://{urlsplit(link).netloc}"
    try:
        with urllib.request.urlopen(link, timeout=_FETCH_SECONDS) as answer:
            content: bytes = answer.read(len(_CONTENT) + 1)
    except urllib.error.HTTPError as error:
        error.close()
        return _wrong(
            f"{place} was refused with {error.code}",
            f"{_WHERE_CALLERS_ARE}, and check this machine's clock",
        )
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        return _wrong(f"{place} cannot be followed from here ({reason})", _WHERE_CALLERS_ARE)
    if content != _CONTENT:
        return _wrong(f"{place} leads to something else", _WHERE_CALLERS_ARE)
    return ProbeResult(
        status=ProbeStatus.OK,
        finding=f"{place} was followed from here; whether callers reach it was not seen",
    )


def _wrong(finding: str, hint: str) -> ProbeResult:
    return ProbeResult(status=ProbeStatus.WRONG, finding=finding, hint=hint)
