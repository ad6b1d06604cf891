"""Whether the bucket keeps objects, and gives them back."""

from adapters.aws.advice import advice
from adapters.aws.s3_file_storage import S3FileStorage
from application.errors import ContentNotFoundError, DependencyError
from application.ports.id_generator import IdGenerator
from application.ports.probe import PROBE_FOLDER, DependencyProbe, ProbeResult, ProbeStatus

_CONTENT = b"gristmill doctor\n"


class BucketProbe(DependencyProbe):
    """Puts an object below `doctor/`, gets it and deletes it, as the service does with files.

    One that stays behind, because the probe broke off, expires by the bucket's own rule.
    """

    name = "bucket"
    deadline_seconds = 60

    def __init__(self, storage: S3FileStorage, ids: IdGenerator) -> None:
        self._storage = storage
        self._ids = ids

    def check(self) -> ProbeResult:
        key = f"{PROBE_FOLDER}/{self._ids.new_id()}/object"
        try:
            content = self._put_get_delete(key)
        except DependencyError as error:
            return self._wrong(error.reason, advice(error))
        except ContentNotFoundError:
            content = b""
        if content != _CONTENT:
            return self._wrong(
                "an object that was put is not what is got",
                "find out what AWS_ENDPOINT_URL leads to",
            )
        return ProbeResult(
            status=ProbeStatus.OK,
            finding=f"{self._storage.bucket} took an object, gave it back and deleted it",
        )

    def _put_get_delete(self, key: str) -> bytes:
        with self._storage.create(key, media_type="text/plain") as writer:
            writer.write(_CONTENT)
            writer.commit()
        content = b"".join(self._storage.open(key))
        self._storage.delete(key)
        return content

    def _wrong(self, reason: str, hint: str) -> ProbeResult:
        return ProbeResult(
            status=ProbeStatus.WRONG, finding=f"{self._storage.bucket}: {reason}", hint=hint
        )
