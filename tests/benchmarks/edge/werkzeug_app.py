"""The same upload read by Werkzeug's form parser, for gunicorn: `werkzeug_app:make()`.

The whole API as it is, but for this one view; the folder is the one it is started in.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import Flask, Response, request

from application.use_cases.upload_file import UploadDetails
from entrypoints.cli.api import http_use_cases, load_application
from entrypoints.cli.composition import check_start, compose
from entrypoints.cli.options import read_settings
from entrypoints.http.answers import json_answer
from entrypoints.http.resources import file_resource
from entrypoints.thread_counts import api_threads

CHUNK_BYTES = 64 * 1024


def make() -> Flask:
    """The application over the embedded profile in the current folder."""
    settings = read_settings(data_dir=Path("gristmill-data"), log_level="WARNING")
    check_start(settings)
    container = compose(settings, threads=api_threads(settings))
    use_cases = http_use_cases(container)
    # With the relay beside it, whose work is a part of what an upload costs.
    app = load_application(settings, None, lambda: False)
    assert isinstance(app, Flask)

    def upload() -> Response:
        sent = request.files["file"]
        receipt = use_cases.upload_file(
            "default",
            name=sent.filename or "",
            chunks=_chunks(sent.stream),
            details=UploadDetails,
        )
        return json_answer(file_resource(receipt.file, now=container.clock().now()), 202)

    app.view_functions["upload.upload_file"] = upload
    return app


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk
