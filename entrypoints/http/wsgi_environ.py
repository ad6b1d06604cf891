"""A request of ASGI in the words of WSGI."""

import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

_OWN_NAMES = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}


def wsgi_environ(scope: Mapping[str, Any], body: object) -> dict[str, Any]:
    """The environment (PEP 3333) in which the application answers; `body` is its input."""
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("", 0)
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # Bytes as Latin-1, as PEP 3333 says.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        # Not in PEP 3333, but Werkzeug's: the input ends by itself, chunked or not.
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **_fields(scope["headers"]),
    }


def _fields(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The header fields; one that is there twice has both values, with a comma between."""
    fields: dict[str, str] = {}
    for raw_name, raw_value in headers:
        # WSGI has one word for X-Name and X_Name: nobody shall pass for the other.
        if b"_" in raw_name:
            continue
        name = "HTTP_" + raw_name.decode("latin-1").upper().replace("-", "_")
        name = _OWN_NAMES.get(name, name)
        value = raw_value.decode("latin-1")
        fields[name] = f"{fields[name]},{value}" if name in fields else value
    return fields
