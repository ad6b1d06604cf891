"""The header fields of answers, for the OpenAPI document."""

from collections.abc import Mapping

Headers = Mapping[str, Mapping[str, object]]


def _field(name: str, description: str, *, is_always_there: bool = True) -> Headers:
    return {
        name: {
            "description": description,
            "required": is_always_there,
            "schema": {"type": "string"},
        }
    }


EVERY_ANSWER: Headers = {
    **_field("X-Request-Id", "The caller's own where it is safe, else a new one; the log has it."),
    **_field(
        "Cache-Control",
        "`no-cache`: ask again before showing it; `private`: not for a shared cache; `no-store`: "
        "do not keep it.",
    ),
    **_field(
        "RateLimit",
        "`r`: how many requests are left, `t`: in how many seconds there is one more; only where "
        "requests are limited.",
        is_always_there=False,
    ),
    **_field("RateLimit-Policy", "`q` requests in `w` seconds.", is_always_there=False),
}

LOCATION = _field("Location", "Where the resource is.")
LINK = _field(
    "Link", "RFC 8288: `first`, and `prev`, `next` and `last` where there are such pages."
)
ETAG = _field("ETag", "Strong; changes whenever anything shown does.")
REPLAYED = _field(
    "Idempotency-Replayed",
    "`true` when the key had brought the file in before.",
    is_always_there=False,
)
PREFERENCE_APPLIED = _field(
    "Preference-Applied",
    "`wait=N` when the answer has waited; without it, all places to wait were taken.",
    is_always_there=False,
)
REPR_DIGEST = _field("Repr-Digest", "RFC 9530: the sha-256 of the whole content.")
DOWNLOAD: Headers = {
    **_field("ETag", "Strong; the sha256 of the whole content."),
    **REPR_DIGEST,
    **_field("Accept-Ranges", "`bytes`"),
    **_field("Content-Disposition", "An attachment under its own name."),
    **_field("Content-Length", "The number of bytes that follow."),
}
RESULT_DOWNLOAD: Headers = {
    **DOWNLOAD,
    **_field(
        "Repr-Digest",
        "RFC 9530: the sha-256 of the whole content; not with a `profile`.",
        is_always_there=False,
    ),
    **_field("Accept-Ranges", "`bytes`, or `none` with a `profile`."),
}
CONTENT_RANGE = _field("Content-Range", "Which bytes of how many.")
DIRECT_LINK: Headers = {
    **_field("Location", "A link into the storage, for GET, good for five minutes."),
    **REPR_DIGEST,
}

RETRY_AFTER = _field(
    "Retry-After", "Seconds after which the same request may succeed.", is_always_there=False
)
OF_PROBLEM_STATUS: Mapping[int, Headers] = {
    400: _field("WWW-Authenticate", "RFC 6750, after `key_in_query`.", is_always_there=False),
    401: _field("WWW-Authenticate", "RFC 6750: `Bearer`, and what was wrong."),
    403: _field("WWW-Authenticate", "RFC 6750: `Bearer`, and the `scope` that is needed."),
    405: _field("Allow", "The methods that are allowed."),
    415: _field("Accept-Post", "What is accepted instead.", is_always_there=False),
    416: _field("Content-Range", "How many bytes there are, as `bytes */N`."),
}
