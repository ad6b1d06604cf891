"""Speaks to a running service over HTTP, with the standard library alone."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

# Whatever proxy the environment names, it is not on the way to this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
BOUNDARY = "gristmill-8d1f6d0c5b0e4c1f"
TIMEOUT_SECONDS = 10.0
LONG_SECONDS = 120.0

# No answer, one that is no HTTP or is cut short, and one that is not what was asked for.
_FAILURES = (OSError, http.client.HTTPException, ValueError, RecursionError)


class ServiceError(Exception):
    """The service did not answer, or answered with a problem, whose code is `code`."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class ServiceClient:
    """The few calls that the command line needs, with `api_key` where the service asks for one."""

    def __init__(self, url: str, *, api_key: str | None = None) -> None:
        self._url = url
        self._api_key = api_key

    def is_ready(self) -> bool:
        """True when the service can answer."""
        try:
            self._call("GET", "/health/ready")
        except ServiceError:
            return False
        return True

    def has_schema(self, name: str) -> bool:
        """True when there is a schema of that name. Raises ServiceError."""
        try:
            self._call("GET", f"/schemas/{name}")
        except ServiceError as error:
            if error.code == "schema_not_found":
                return False
            raise
        return True

    def put_schema(self, name: str, descriptor: bytes) -> None:
        """Registers a schema; the same one again changes nothing. Raises ServiceError."""
        self._call("PUT", f"/schemas/{name}", descriptor, {"Content-Type": "application/json"})

    def upload(
        self, name: str, content: bytes, *, schema: str, idempotency_key: str
    ) -> dict[str, Any]:
        """The accepted file, the same for the same key. Raises ServiceError."""
        headers = {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Idempotency-Key": f'"{idempotency_key}"',
        }
        body = _form(name, content, {"schema": schema})
        return self._call("POST", "/files/upload", body, headers)

    def get(self, path: str) -> dict[str, Any]:
        """The JSON object at `path`. Raises ServiceError."""
        return self._call("GET", path)

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON object that `path` answers to `body` with. Raises ServiceError.

        May take a while: many transactions, for one.
        """
        content = json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        return self._call("POST", path, content, headers, timeout_seconds=LONG_SECONDS)

    def download(self, path: str) -> bytes:
        """The bytes at `path`, held in memory. Raises ServiceError."""
        return self._fetch("GET", path)

    def _call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> dict[str, Any]:
        content = self._fetch(method, path, body, headers, timeout_seconds=timeout_seconds)
        try:
            return _object(content)
        except _FAILURES as error:
            raise ServiceError(f"{method} {path}: {error}") from error

    def _fetch(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> bytes:
        request = urllib.request.Request(
            self._url + path, data=body, headers=dict(headers or {}), method=method
        )
        if self._api_key is not None:
            # Not for whoever else a redirect may lead to.
            request.add_unredirected_header("Authorization", f"Bearer {self._api_key}")
        try:
            with _OPENER.open(request, timeout=timeout_seconds) as answer:
                content: bytes = answer.read()
                return content
        except urllib.error.HTTPError as error:
            with error:
                problem = _problem(error)
            detail = f"{error.code} {problem.get('detail', '')}".rstrip()
            code = problem.get("code")
            if code == "missing_api_key":
                detail += "; the commands take it from GRISTMILL_API_KEY or GRISTMILL_API_KEY_FILE"
            raise ServiceError(f"{method} {path}: {detail}", code=code) from error
        except _FAILURES as error:
            raise ServiceError(f"{method} {path}: {str(error) or type(error).__name__}") from error


def _form(name: str, content: bytes, fields: Mapping[str, str]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields.items()
    ]
    parts.append(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode()
    )
    return b"".join(parts) + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def _object(content: bytes) -> dict[str, Any]:
    value = json.loads(content)
    if not isinstance(value, dict):
        raise ValueError("the answer is not a JSON object")
    return value


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        return _object(error.read())
    except _FAILURES:
        return {}
