"""What the settings say of the engine's limits holds in every profile."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

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


def _codes(container: Container, content: bytes, file_type: FileType) -> set[str]:
    """What the engine finds wrong with the content."""
    job = EngineJob(
        source=BytesSource(content),
        file_type=file_type,
        schema=None,
        options=ProcessingOptions(),
        sinks=KeptSinks(),
        progress=lambda _: None,
        should_stop=lambda: False,
    )
    report = container.engine().process(job)
    of_file = {report.file_error.code} if report.file_error else set()
    return of_file | {counted.code for counted in report.error_counts}


def _codes_of_gzip(container: Container, *, size_bytes: int) -> set[str]:
    """What the engine says of gzip that holds so much."""
    content = gzip.compress(b"a,b\n" + b"1,2\n" * (size_bytes // 4 - 1))
    return _codes(container, content, FileType.CSV)


class ComposeLocal(Protocol):
    """Composes a profile of one machine."""

    def __call__(self, profile: str, **variables: str) -> Container:
        """The container with those settings, closed when the test is over."""


@pytest.fixture
def compose_local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ComposeLocal]:
    composed: list[Container] = []

    def compose_with(profile: str, **variables: str) -> Container:
        with monkeypatch.context() as patched:
            for name, value in variables.items():
                patched.setenv(name, value)
            patched.setenv("GRISTMILL_PROFILE", profile)
            patched.setenv("GRISTMILL_DATA_DIR", str(tmp_path))
            settings = Settings.from_environment()
        composition.migrate(settings)
        composed.append(composition.compose(settings, threads=1))
        return composed[-1]

    yield compose_with
    for container in composed:
        container.close()()
    structlog.reset_defaults()


@pytest.mark.parametrize("profile", ["embedded", "memory"])
def test_gzip_may_hold_what_the_setting_says_on_one_machine(
    compose_local: ComposeLocal, profile: str
) -> None:
    container = compose_local(profile, **{VARIABLE: str(MAX_BYTES)})

    assert _codes_of_gzip(container, size_bytes=MAX_BYTES) == set()
    assert _codes_of_gzip(container, size_bytes=MAX_BYTES + 4) == {"decompression_limit"}


def test_gzip_may_hold_what_the_setting_says_on_many(compose: Compose) -> None:
    container = compose(**{VARIABLE: str(MAX_BYTES)})

    assert _codes_of_gzip(container, size_bytes=MAX_BYTES) == set()
    assert _codes_of_gzip(container, size_bytes=MAX_BYTES + 4) == {"decompression_limit"}


LIMITS = [
    ("GRISTMILL_MAX_COLUMNS", FileType.CSV, b"a,b\n1,2\n", "too_many_columns"),
    ("GRISTMILL_MAX_CELL_BYTES", FileType.CSV, b"a\n1\n23\n", "cell_too_long"),
    ("GRISTMILL_MAX_RECORD_BYTES", FileType.CSV, b"a\n1\n23\n", "record_too_long"),
    ("GRISTMILL_MAX_RESULT_BYTES", FileType.CSV, b"a,b\n" + b"1\n" * 100, "results_too_large"),
    ("GRISTMILL_MAX_JSON_DEPTH", FileType.JSON, b'[{"a":1},{"a":[1]}]', "too_deep"),
]


@pytest.mark.parametrize("profile", ["embedded", "memory"])
@pytest.mark.parametrize(("variable", "file_type", "content", "code"), LIMITS)
def test_a_file_may_measure_what_the_settings_say(
    compose_local: ComposeLocal,
    profile: str,
    variable: str,
    file_type: FileType,
    content: bytes,
    code: str,
) -> None:
    container = compose_local(profile, **{variable: "1"})

    assert code in _codes(container, content, file_type)
    assert code not in _codes(compose_local(profile), content, file_type)
