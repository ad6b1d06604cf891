"""The application as a server loads it, with a window into what is stored."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from adapters.memory.seeded_ids import SequentialIds
from adapters.system.system_clock import SystemClock
from entrypoints.http.app import create_app
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.service import HttpService

STORED = "/-/stored"
SETTINGS = HttpSettings(max_upload_bytes=64 * 1024 * 1024, max_concurrent_uploads=4, max_waiters=2)


def load() -> Callable[..., Iterable[bytes]]:
    """A WSGI application over an empty service; STORED tells its files and objects."""
    service = HttpService(settings=SETTINGS)
    app = create_app(
        service.use_cases(),
        SETTINGS,
        authenticator=service.authenticator,
        clock=SystemClock(),
        ids=SequentialIds(seed=1),
    )

    def serve(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != STORED:
            return app(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        stored = {"files": len(service.files), "objects": len(service.storage.keys)}
        return [json.dumps(stored).encode()]

    return serve
