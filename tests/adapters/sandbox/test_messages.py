"""Messages arrive as they were sent, and nothing else passes for one."""

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sandbox.frames import (
    MOST_HEADER_BYTES,
    MOST_PAYLOAD_BYTES,
    BrokenFrameError,
    Frame,
    FrameBuffer,
    prefix,
    read_sizes,
)
from adapters.sandbox.messages import (
    Finished,
    Job,
    Progressed,
    decode_from_child,
    decode_to_child,
    encode,
)
from domain.file_status import Outcome
from domain.file_type import FileType
from domain.processing_options import MaxErrors, ProcessingOptions
from domain.processing_report import (
    ErrorCount,
    FileError,
    ProcessingReport,
    ReportColumn,
    RowCounts,
)

COUNTS = st.integers(min_value=0, max_value=1 << 60)


@st.composite
def reports(draw: st.DrawFn) -> ProcessingReport:
    """Any report that holds together, whatever members reports may get."""
    outcome = draw(st.sampled_from(Outcome))
    accepted, rejected, skipped = draw(COUNTS), draw(COUNTS), draw(COUNTS)
    rejected = 0 if outcome is Outcome.CLEAN else rejected
    is_rejected = outcome is Outcome.REJECTED
    consistent: dict[str, Any] = {
        "outcome": st.just(outcome),
        "rows": st.just(
            RowCounts(
                read=accepted + rejected + skipped,
                accepted=accepted,
                rejected=rejected,
                skipped=skipped,
            )
        ),
        "file_error": st.from_type(FileError) if is_rejected else st.none(),
    }
    others = {field.name: ... for field in fields(ProcessingReport)}
    report: ProcessingReport = draw(st.builds(ProcessingReport, **(others | consistent)))
    return report


OPTIONS = st.builds(
    ProcessingOptions,
    on_error=...,
    max_errors=st.none()
    | st.builds(MaxErrors, count=COUNTS)
    | st.builds(MaxErrors, percent=st.floats(min_value=0, max_value=100)),
    outputs=...,
    encoding=...,
    delimiter=...,
    header=...,
)


@given(reports())
def test_a_report_arrives_as_it_was_sent(report: ProcessingReport) -> None:
    arrived = decode_from_child(encode(Finished(report=report)))

    assert arrived == Finished(report=report)
    assert isinstance(arrived, Finished)
    assert arrived.report.to_json() == report.to_json()


@given(OPTIONS, st.sampled_from(FileType), st.none() | st.text())
def test_a_job_arrives_as_it_was_sent(
    options: ProcessingOptions, file_type: FileType, schema: str | None
) -> None:
    job = Job(
        file_type=file_type,
        size_bytes=1,
        schema=schema,
        options=options,
        scratch="/a/folder",
        memory_bytes=2,
        cpu_seconds=3,
        scratch_bytes=4,
    )

    assert decode_to_child(encode(job)) == job


@given(st.lists(st.tuples(st.binary(), st.binary())), st.lists(st.integers(min_value=1)))
def test_frames_are_put_together_wherever_they_are_cut(
    sent: list[tuple[bytes, bytes]], cuts: list[int]
) -> None:
    stream = b"".join(prefix(header, payload) + payload for header, payload in sent)
    buffer = FrameBuffer()
    received: list[Frame] = []

    for size in [*cuts, len(stream) + 1]:
        received += buffer.frames(stream[:size])
        stream = stream[size:]

    assert received == sent
    assert buffer.is_empty


@given(st.binary())
def test_what_is_no_message_of_a_child_is_refused(header: bytes) -> None:
    with pytest.raises(BrokenFrameError):
        decode_from_child(header)


@pytest.mark.parametrize(
    "header",
    [
        b'{"type":"Chunk","source":1}',
        b'{"type":"Progressed","bytes_read":"1","rows_read":1}',
        b'{"type":"Progressed","bytes_read":1}',
        b'{"type":"Progressed","bytes_read":1,"rows_read":1,"more":1}',
        encode(Progressed(bytes_read=1, rows_read=1))[:-1],
        b"[" * 100_000,
        pytest.param(
            b'{"type":"Finished","report":{"outcome":"clean","rows":'
            b'{"read":2,"accepted":1,"rejected":0,"skipped":0}}}',
            id="rows that do not add up",
        ),
    ],
)
def test_what_is_almost_a_message_of_a_child_is_refused(header: bytes) -> None:
    with pytest.raises(BrokenFrameError):
        decode_from_child(header)


@pytest.mark.parametrize("sizes", [(MOST_HEADER_BYTES + 1, 0), (0, MOST_PAYLOAD_BYTES + 1)])
def test_a_frame_that_would_fill_the_memory_is_refused_by_its_sizes(
    sizes: tuple[int, int],
) -> None:
    announced = b"".join(size.to_bytes(4, "big") for size in sizes)

    with pytest.raises(BrokenFrameError):
        read_sizes(announced)
    with pytest.raises(BrokenFrameError):
        list(FrameBuffer().frames(announced))


def test_the_report_of_many_columns_with_long_names_is_no_broken_frame() -> None:
    names = [f"{at:04}" + "\x01" * 1020 for at in range(2000)]
    codes = ("enum", "maximum", "required", "type_error", "unique")
    report = ProcessingReport(
        outcome=Outcome.PARTIAL,
        rows=RowCounts(read=2, accepted=1, rejected=1, skipped=0),
        columns=tuple(ReportColumn(name=name, type="string") for name in names),
        error_counts=tuple(
            ErrorCount(code=code, column=name, count=1) for code in codes for name in names
        ),
    )
    header = encode(Finished(report=report))

    sizes = read_sizes(prefix(header, b""))

    assert sizes.header > 64 * 1024 * 1024
    assert decode_from_child(header) == Finished(report=report)
