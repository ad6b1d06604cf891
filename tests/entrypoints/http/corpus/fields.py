"""Header fields."""

from collections.abc import Iterator

from tests.entrypoints.http.corpus.bad_request import BadRequest
from tests.entrypoints.http.service import BOUNDARY, csv_part, form

FORM = form(csv_part())
FORM_TYPE = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
HOSTS = ("a b", "a,b", "a/b", "user@host", "a:b", "[::1", "a\x80", "a:123456", "<x>")
KEYS = ('"', '""', "a b", "a,b", '"a', "\x80", "k" * 256, '"a\\b"', '"a"; x=1')
DIGESTS = {
    "sha-256": "malformed_digest",
    "sha-256=abc": "malformed_digest",
    "sha-256=:a:": "malformed_digest",
    "sha-256=:AAAA": "malformed_digest",
    "sha-256=:AAAA:;": "malformed_digest",
    "md5=:AAAA:": "malformed_digest",
    ",": "malformed_digest",
    "sha-256=:AAAA:": "digest_mismatch",
    "sha-512=:AAAA:": "digest_mismatch",
    "md5=:AAAA:, sha-256=:AAAA:": "digest_mismatch",
}
TYPES = ("", "text/plain", "application/octet-stream", "multipart/mixed; boundary=a", "x", "a,b")
BOUNDARIES = ("", "; boundary=", "; boundary=é", f"; boundary={'b' * 71}", "; boundary=other")


def bad_fields() -> Iterator[tuple[str, BadRequest]]:
    """Each with its name."""
    for host in HOSTS:
        bad = BadRequest(headers={"Host": host}, status=400, code="bad_request")
        yield f"host {host!a}", bad
    for key in KEYS:
        yield f"key {key[:20]!a}", _upload(400, "malformed_idempotency_key", Idempotency_Key=key)
    for digest, code in DIGESTS.items():
        yield f"digest {digest}", _upload(400, code, Content_Digest=digest)
    for media_type in TYPES:
        yield f"type {media_type!a}", _upload(415, "not_multipart", Content_Type=media_type)
    for boundary in BOUNDARIES:
        media_type = f"multipart/form-data{boundary}"
        yield (
            f"boundary {boundary[:30]!a}",
            _upload(400, "malformed_multipart", Content_Type=media_type),
        )
    for coding in ("gzip", "br", "deflate, gzip", "identity, gzip", "x"):
        bad = _upload(415, "unsupported_media_type", Content_Encoding=coding)
        yield f"coding {coding}", bad
    for method in ("get", "Post", "pAtCh"):
        yield f"method {method}", BadRequest(method=method, status=400, code="bad_request")


def _upload(status: int, code: str, **fields: str) -> BadRequest:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    return BadRequest(
        method="POST",
        target="/files/upload",
        body=FORM,
        headers={**FORM_TYPE, **named},
        status=status,
        code=code,
    )
