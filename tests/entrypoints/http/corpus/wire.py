"""Bytes that are no request, or that only a socket can bring: what the server says by itself.

An answer without a body, and so without a problem, is granian's own. README lists them.
"""

HOST = b" HTTP/1.1\r\nHost: x\r\n"
GET = b"GET /files" + HOST
POST = b"POST /files/upload" + HOST
END = b"Connection: close\r\n\r\n"

OF_THE_SERVER: dict[str, tuple[bytes, int]] = {
    "no request line": (b"hello\r\n\r\n", 400),
    "a greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 40, 400),
    "HTTP/0.9": (b"GET /files\r\n\r\n", 400),
    "HTTP/2.0 in words": (b"GET /files HTTP/2.0\r\nHost: x\r\n" + END, 400),
    "a method of no token": (b"G(T /files" + HOST + END, 400),
    "a blank in the target": (b"GET /a b" + HOST + END, 400),
    "NUL in the target": (b"GET /fi\0les" + HOST + END, 400),
    "a byte in the target": (b"GET /fi\xffles" + HOST + END, 400),
    "brackets in the target": (b'GET /files?q=<">' + HOST + END, 400),
    "a target without end": (b"GET /" + b"a" * 70_000 + HOST + END, 414),
    "a head without end": (GET + b"X-A: " + b"a" * 400_000 + b"\r\n" + END, 431),
    "a hundred fields and more": (GET + b"X-A: a\r\n" * 101 + END, 431),
    "NUL in a field": (GET + b"X-A: a\0b\r\n" + END, 400),
    "a folded field": (GET + b"X-A: a\r\n b\r\n" + END, 400),
    "a blank in a name": (GET + b"X A: a\r\n" + END, 400),
    "a blank before the colon": (GET + b"X-A : a\r\n" + END, 400),
    "a field without a colon": (GET + b"XA\r\n" + END, 400),
    "a field without a name": (GET + b": a\r\n" + END, 400),
    "a length of letters": (POST + b"Content-Length: abc\r\n" + END, 400),
    "a length below zero": (POST + b"Content-Length: -1\r\n" + END, 400),
    "a length with a plus": (POST + b"Content-Length: +5\r\n" + END, 400),
    "a length beyond 64 bits": (POST + b"Content-Length: 99999999999999999999999\r\n" + END, 400),
    "a list of lengths": (POST + b"Content-Length: 5, 5\r\n" + END + b"hello", 400),
    "two lengths": (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n" + END + b"hello", 400),
    "a transfer coding of gzip": (POST + b"Transfer-Encoding: gzip\r\n" + END, 400),
    "a transfer coding nearly chunked": (POST + b"Transfer-Encoding: xchunked\r\n" + END, 400),
    "chunks inside of gzip": (POST + b"Transfer-Encoding: chunked, gzip\r\n" + END, 400),
}

LENGTH = b"Content-Length: 5\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CSV = b"Content-Type: text/csv\r\n"
RAW = b"POST /files/upload?name=a.csv" + HOST + CSV

OF_THE_APPLICATION: dict[str, tuple[bytes, int, str]] = {
    "two hosts": (GET + b"Host: y\r\n" + END, 400, "bad_request"),
    "a target without a slash": (b"GET files" + HOST + END, 400, "bad_request"),
    "CONNECT to a host": (b"CONNECT x:80" + HOST + END, 400, "bad_request"),
    "a trace of everything": (b"TRACE *" + HOST + END, 400, "bad_request"),
    "nothing at another host": (b"GET http://other:8/nope" + HOST + END, 404, "not_found"),
    "a socket of the web": (
        GET + b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        400,
        "bad_request",
    ),
    "a length twice": (POST + LENGTH + LENGTH + END + b"hello", 415, "not_multipart"),
    "two media types": (POST + CSV + CSV + LENGTH + END + b"hello", 415, "not_multipart"),
    "two keys": (
        POST + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\n" + LENGTH + END + b"hello",
        400,
        "malformed_idempotency_key",
    ),
    "a length beside chunks": (RAW + LENGTH + CHUNKED + END + b"0\r\n\r\n", 411, "length_required"),
    "chunks of a file": (RAW + CHUNKED + END + b"5\r\na\n1\n\r\n0\r\n\r\n", 411, "length_required"),
    "a file without a length": (RAW + END, 411, "length_required"),
    "chunks that are none": (
        b"PUT /schemas/a"
        + HOST
        + b"Content-Type: application/json\r\n"
        + CHUNKED
        + END
        + b"zz\r\n",
        400,
        "incomplete_body",
    ),
}
