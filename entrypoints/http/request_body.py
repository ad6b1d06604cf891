"""The bytes of a request, as they come in."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Protocol

from flask import Request

from application.ports.clock import Clock
from entrypoints.http.problems import InputFault, RequestError

CHUNK_BYTES = 64 * 1024

LEAST_DRAINED_BYTES = 4 * 1024 * 1024
"""Of a refused body this much is read and dropped, or as much as the body might have been."""

DRAIN_SECONDS = 30
"""After this time a refused body is cut off: its sender holds a thread of the server."""


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


class RequestBody:
    """A body that is read once, in order, and never held.

    Read past any form parser: straight from the server, no further than Content-Length, and
    to the end of a chunked body. A connection that breaks is an early end, as it is for servers
    that cannot tell the one from the other: whoever reads asks whether the body was whole.
    """

    def __init__(self, request: Request, *, max_bytes: int, clock: Clock) -> None:
        """`max_bytes` bounds the whole body, whatever it claims to be."""
        environ = request.environ
        self._read = environ["wsgi.input"].read
        self._max_bytes = max_bytes
        self._clock = clock
        self._received = 0
        self._announced = self._unread = request.content_length
        if self._unread is None and not environ.get("wsgi.input_terminated"):
            # Without either, reading would wait for bytes that nobody announced.
            self._unread = 0
        self._is_cut = False
        # Of a client that waits to be asked for its body, nothing is on its way yet.
        self._is_held_back = request.headers.get("Expect", "").lower() == "100-continue"
        self._digests = _expected_digests(request.headers.get("Content-Digest"))
        _refuse_coding(request.headers.get("Content-Encoding"))

    def check_end_is_known(self) -> None:
        """Raises RequestError `length_required` unless a body that was cut short can be told.

        A broken connection looks like the body's end, and where the body is the file itself no
        delimiter stands there.
        """
        if self._announced is None and not self._digests:
            raise RequestError(
                "length_required",
                "the body's length is not known: send Content-Length, or Content-Digest",
            )

    def __iter__(self) -> Iterator[bytes]:
        """Yields the rest of the body; raises RequestError `body_too_large`, `body_too_slow`."""
        while chunk := self._next_chunk():
            if self._received > self._max_bytes:
                raise RequestError(
                    "body_too_large", f"the body is larger than {self._max_bytes} bytes"
                )
            for content_hash, _ in self._digests:
                content_hash.update(chunk)
            yield chunk

    def read_whole(self) -> bytes:
        """The rest of the body at once; raises as iterating does."""
        return b"".join(self)

    def check_whole(self) -> None:
        """Raises RequestError `incomplete_body` when less was read than was announced."""
        if self._is_cut or (self._announced or 0) > self._received:
            announced = "" if self._announced is None else f" of the {self._announced} announced"
            raise RequestError("incomplete_body", f"{self._received} bytes arrived{announced}")

    def check_digest(self) -> None:
        """Raises RequestError `digest_mismatch` unless the bytes read so far are those meant."""
        for content_hash, expected in self._digests:
            if content_hash.digest() != expected:
                raise RequestError.in_header(
                    "digest_mismatch", "Content-Digest", "the body is not the one that was sent"
                )

    def drain(self) -> None:
        """Drops what is left, within bounds of size and time.

        Many a client sends its whole body before it reads a word of the answer: one that is
        cut off meanwhile never learns why.
        """
        if self._is_held_back:
            return
        most = max(self._max_bytes, LEAST_DRAINED_BYTES)
        ends_at = self._clock.monotonic() + DRAIN_SECONDS
        dropped = 0
        # Its sender has an answer coming, and it is not that one.
        with suppress(RequestError):
            while dropped < most and self._clock.monotonic() < ends_at:
                chunk = self._next_chunk()
                if not chunk:
                    return
                dropped += len(chunk)

    def _next_chunk(self) -> bytes:
        wanted = CHUNK_BYTES if self._unread is None else min(CHUNK_BYTES, self._unread)
        if wanted == 0:
            return b""
        chunk = self._read_some(wanted)
        self._received += len(chunk)
        if self._unread is not None:
            self._unread = self._unread - len(chunk) if chunk else 0
        return chunk

    def _read_some(self, wanted: int) -> bytes:
        self._is_held_back = False
        try:
            chunk: bytes = self._read(wanted)
        except ConnectionError:
            # Whoever needs the body to be whole asks `check_whole`, or its own delimiter.
            self._is_cut = True
            return b""
        except TimeoutError as error:
            raise RequestError(
                "body_too_slow", f"{self._received} bytes arrived, and then too little"
            ) from error
        return chunk


def _refuse_coding(coding: str | None) -> None:
    """What is compressed says so by the file's name; undone on the way, nothing would bound it."""
    if coding is not None and coding.strip().lower() != "identity":
        raise RequestError(
            "unsupported_media_type",
            f'Content-Encoding: "{coding[:100]}" is not taken; send a gzip file as name.csv.gz',
            headers={"Accept-Encoding": "identity"},
        )


_DIGEST = re.compile(r"([a-z0-9*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):")
_ALGORITHMS = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def _expected_digests(field: str | None) -> list[tuple[_Hash, bytes]]:
    """What RFC 9530's field promises in the algorithms that we know; others are passed over."""
    if field is None:
        return []
    found: list[tuple[_Hash, bytes]] = []
    for member in field.split(","):
        match = _DIGEST.fullmatch(member.strip())
        if match is None:
            raise _malformed_digest(f'"{member.strip()[:100]}" is not algorithm=:base64:')
        algorithm = _ALGORITHMS.get(match[1])
        if algorithm is not None:
            found.append((algorithm(), _decoded(match[2])))
    if not found:
        raise _malformed_digest("it names neither sha-256 nor sha-512")
    return found


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _malformed_digest(f'"{text[:100]}" is not base64') from error


def _malformed_digest(detail: str) -> RequestError:
    fault = InputFault(code="malformed_digest", detail=detail, parameter="Content-Digest")
    return RequestError("malformed_digest", f"Content-Digest: {detail}", faults=[fault])
