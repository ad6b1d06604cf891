"""One request that is refused, for the test client and for a socket alike."""

import io
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPResponse

from flask.testing import FlaskClient
from werkzeug.test import run_wsgi_app

from entrypoints.http.wsgi_environ import wsgi_environ

Told = tuple[int, str | None, str | None]
"""An answer's status, the media type of its body, and the code of the problem in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRequest:
    """What is sent, and what has to come back: a problem of that status and code."""

    status: int
    code: str
    method: str = "GET"
    target: str = "/files"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> Told:
        """What has to be answered. A HEAD has no body, and so no code."""
        media_type = "application/problem+json"
        return self.status, media_type, None if self.method == "HEAD" else self.code

    def ask_client(self, client: FlaskClient) -> tuple[Told, Mapping[str, str]]:
        """What the application itself answers, and its header fields."""
        path, _, query = self.target.partition("?")
        fields = {"Host": "localhost", "Content-Length": str(len(self.body)), **self.headers}
        scope = {
            "method": self.method,
            "raw_path": path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "http_version": "1.1",
            "scheme": "http",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in fields.items()],
        }
        # Past the client's own builder, which would set right what is wrong here.
        environ = wsgi_environ(scope, io.BytesIO(self.body))
        chunks, status, headers = run_wsgi_app(client.application, environ)
        told = int(status[:3]), headers["Content-Type"], _code(b"".join(chunks))
        return told, {name.lower(): value for name, value in headers.items()}

    def ask_server(self, port: int) -> tuple[Told, Mapping[str, str]]:
        """What comes back over a socket, and its header fields."""
        fields = {"Host": "localhost", "Content-Length": str(len(self.body)), **self.headers}
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in fields.items()]
        head = "\r\n".join((*lines, "", "")).encode("latin-1")
        return ask(port, head + self.body, method=self.method)


def ask(port: int, request: bytes, *, method: str = "GET") -> tuple[Told, Mapping[str, str]]:
    """What comes back for these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        response = HTTPResponse(connection, method=method)
        response.begin()
        content = response.read()
    told = response.status, response.headers["Content-Type"], _code(content)
    return told, {name.lower(): value for name, value in response.headers.items()}


def _code(content: bytes) -> str | None:
    return json.loads(content).get("code") if content else None
