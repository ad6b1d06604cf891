"""What callers see of an inference and of a check."""

from dataclasses import asdict

from application.ports.schema_inference import Inference
from application.use_cases.check_sample import SampleVerdict
from entrypoints.http.problems import InputFault, RequestError

SHOWN_ERRORS = 100

_SHOWN_OF_REPORT = (
    "outcome",
    "fileError",
    "rows",
    "fileType",
    "compression",
    "encoding",
    "dialect",
    "headerFaults",
    "changes",
    "errorTotal",
    "errorCounts",
)


def inference_resource(inference: Inference) -> dict[str, object]:
    """The schema with its evidence; raises RequestError `unreadable_sample` when there is none."""
    error = inference.file_error
    if error is not None:
        fault = InputFault(code=error.code, detail=error.message, pointer="/file")
        raise RequestError("unreadable_sample", error.message, faults=[fault])
    return inference.to_json()


def verdict_resource(verdict: SampleVerdict) -> dict[str, object]:
    """What would become of the file, with the first of its errors."""
    report, schema = verdict.report, verdict.schema
    told = report.to_json()
    return {
        "schema": f"{schema.name}@{schema.version}",
        **{name: told[name] for name in _SHOWN_OF_REPORT},
        "errors": [asdict(error) for error in report.errors[:SHOWN_ERRORS]],
        "errorsTruncated": report.error_total > SHOWN_ERRORS,
    }
