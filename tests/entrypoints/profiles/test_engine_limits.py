"""What the settings say of the engine's limits holds in every profile."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from application.ports.content_engine import EngineJob
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from entrypoints.cli import composition
from entrypoints.container import Container
from entrypoints.settings import Settings
from tests.adapters.tabular.mill import BytesSource, KeptSinks
from tests.entrypoints.profiles.steps import Compose

MAX_BYTES = 20_000
VARIABLE = "GRISTMILL_MAX_DECOMPRESSED_BYTES"


def _file_code(container: Container, *, size_bytes: int) -> str | None:
    """What the engine says of gzip that holds so much."""
    job = EngineJob(
        source=BytesSource(gzip.compress(b"a,b\n" + b"1,2\n" * (size_bytes // 4 - 1))),
        file_type=FileType.CSV,
        schema=None,
        options=ProcessingOptions(),
        sinks=KeptSinks(),
        progress=lambda _: None,
        should_stop=lambda: False,
    )
    file_error = container.engine().process(job).file_error
    return None if file_error is None else file_error.code


@pytest.fixture(params=["embedded", "memory"])
def local_container(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Container]:
    monkeypatch.setenv("GRISTMILL_PROFILE", request.param)
    monkeypatch.setenv("GRISTMILL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv(VARIABLE, str(MAX_BYTES))
    settings = Settings.from_environment()
    composition.migrate(settings)
    container = composition.compose(settings, threads=1)
    yield container
    container.close()()
    structlog.reset_defaults()


def test_gzip_may_hold_what_the_setting_says_on_one_machine(local_container: Container) -> None:
    assert _file_code(local_container, size_bytes=MAX_BYTES) is None
    assert _file_code(local_container, size_bytes=MAX_BYTES + 4) == "decompression_limit"


def test_gzip_may_hold_what_the_setting_says_on_many(compose: Compose) -> None:
    container = compose(**{VARIABLE: str(MAX_BYTES)})

    assert _file_code(container, size_bytes=MAX_BYTES) is None
    assert _file_code(container, size_bytes=MAX_BYTES + 4) == "decompression_limit"
