"""What every SchemaInference promises, in this process and in one of its own."""

from collections.abc import Generator, Iterator

import pytest

from adapters.tabular.schema_inference import TabularSchemaInference
from application.errors import ProcessingStoppedError, StorageUnavailableError
from application.ports.content_engine import ContentSource
from application.ports.schema_inference import InferenceJob, SchemaInference
from domain.errors import InvalidOptionError
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from tests.adapters.sandbox.sandboxes import REAL, sandbox
from tests.adapters.tabular.mill import BytesSource

TABLE = b"id;born;note\n" + b"".join(b"%d;2001-02-03;x\n" % number for number in range(500))


@pytest.fixture(params=["in this process", "in a process of its own"], scope="module")
def inference(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SchemaInference]:
    """One for all tests, so that each works after what went wrong in those before it."""
    if request.param == "in this process":
        yield TabularSchemaInference()
        return
    with sandbox(tmp_path_factory.mktemp("scratch"), command=REAL) as made:
        yield made.engine
        assert list(made.scratch.iterdir()) == []


class BrokenSource(ContentSource):
    """Breaks off after its first bytes."""

    size_bytes = 1_000_000

    def open(self) -> Generator[bytes]:
        yield TABLE
        raise StorageUnavailableError("it broke off")


class TestSchemaInference:
    @pytest.mark.parametrize(
        ("content", "file_type"),
        [
            (TABLE, FileType.CSV),
            (b'[{"id": 1, "born": "2001-02-03", "note": ["x"]}]', FileType.JSON),
            (b'{"id": 1, "born": "2001-02-03"}\n{"id": 2}\n{', FileType.NDJSON),
        ],
    )
    def test_the_same_is_found_in_every_process(
        self, inference: SchemaInference, content: bytes, file_type: FileType
    ) -> None:
        job = InferenceJob(source=BytesSource(content), file_type=file_type)

        found = inference.infer(job)

        assert found == TabularSchemaInference().infer(job)
        assert found.schema is not None
        assert found.schema.fields[1].examples == ("2001-02-03",)

    def test_no_more_rows_are_looked_at_than_were_asked_for(
        self, inference: SchemaInference
    ) -> None:
        found = inference.infer(
            InferenceJob(source=BytesSource(TABLE), file_type=FileType.CSV, sample_rows=10)
        )

        assert found.schema is not None
        assert (found.schema.rows, found.is_whole) == (10, False)

    def test_a_file_that_no_schema_can_be_made_of_is_told(self, inference: SchemaInference) -> None:
        found = inference.infer(InferenceJob(source=BytesSource(b"{"), file_type=FileType.JSON))

        assert found.schema is None
        assert found.file_error is not None
        assert found.file_error.code == "no_header"

    def test_what_the_source_raises_passes_through(self, inference: SchemaInference) -> None:
        with pytest.raises(StorageUnavailableError, match="it broke off"):
            inference.infer(InferenceJob(source=BrokenSource(), file_type=FileType.CSV))

    def test_a_delimiter_that_is_none_is_refused(self, inference: SchemaInference) -> None:
        options = ProcessingOptions(delimiter="x")

        with pytest.raises(InvalidOptionError):
            inference.infer(
                InferenceJob(source=BytesSource(TABLE), file_type=FileType.CSV, options=options)
            )

    def test_it_stops_when_it_is_told_to(self, inference: SchemaInference) -> None:
        job = InferenceJob(
            source=BytesSource(TABLE), file_type=FileType.CSV, should_stop=lambda: True
        )

        with pytest.raises(ProcessingStoppedError):
            inference.infer(job)

    def test_it_asks_again_while_it_reads_rows(self, inference: SchemaInference) -> None:
        # A row at a time, and far fewer bytes than after which the reading itself would ask.
        looks = iter([False, False])
        job = InferenceJob(
            source=BytesSource(TABLE * 40),
            file_type=FileType.CSV,
            should_stop=lambda: next(looks, True),
        )

        with pytest.raises(ProcessingStoppedError):
            inference.infer(job)
