"""Uploads whose body is the file itself."""

import base64
import hashlib
import io
from collections.abc import Mapping
from urllib.parse import urlencode

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CSV = b"a,b\n1,2\n"


def sha256_field(content: bytes) -> str:
    """The Content-Digest of that content."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def post_raw(
    client: FlaskClient,
    content: bytes = CSV,
    media_type: str = "text/csv",
    *,
    query: Mapping[str, str] | str = "name=people.csv",
    announced: int | None = None,
    is_chunked: bool = False,
    headers: Mapping[str, str] | None = None,
) -> TestResponse:
    """Sends the content as it is; `announced` in place of its own length."""
    length = str(announced or len(content))
    framing = {"HTTP_TRANSFER_ENCODING": "chunked"} if is_chunked else {"CONTENT_LENGTH": length}
    return client.post(
        "/files/upload",
        query_string=query if isinstance(query, str) else urlencode(query),
        input_stream=io.BytesIO(content),
        # The client counts the bytes itself and knows no chunks.
        environ_overrides={"wsgi.input_terminated": True, **framing},
        headers={"Content-Type": media_type, **(headers or {})},
    )
