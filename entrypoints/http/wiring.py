"""What the HTTP API is made of and how it is set up."""

from collections.abc import Callable
from dataclasses import dataclass, field

from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.cancel_file import CancelFile
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.check_sample import CheckSample
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_history import GetHistory
from application.use_cases.get_schema import GetSchema
from application.use_cases.get_stats import GetStats
from application.use_cases.get_upload import GetUpload
from application.use_cases.infer_schema import InferSchema
from application.use_cases.link_parts import LinkParts
from application.use_cases.list_dead_letters import ListDeadLetters
from application.use_cases.list_files import ListFiles
from application.use_cases.list_row_errors import ListRowErrors
from application.use_cases.list_schema_versions import ListSchemaVersions
from application.use_cases.list_schemas import ListSchemas
from application.use_cases.make_template import MakeTemplate
from application.use_cases.open_content import OpenContent, OpenResult
from application.use_cases.open_spreadsheet import OpenSpreadsheet
from application.use_cases.preview_redrive import PreviewRedrive
from application.use_cases.redrive_dead_letters import RedriveDeadLetters
from application.use_cases.register_schema import RegisterSchema
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.upload_file import UploadFile
from domain.upload_session import UploadSessionPolicy


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpUseCases:
    """Every use case that the API calls; it knows nothing else of the service."""

    upload_file: UploadFile
    begin_upload: BeginUpload
    get_upload: GetUpload
    link_parts: LinkParts
    accept_part: AcceptPart
    complete_upload: CompleteUpload
    abort_upload: AbortUpload
    get_file: GetFile
    list_files: ListFiles
    get_history: GetHistory
    open_content: OpenContent
    open_result: OpenResult
    open_spreadsheet: OpenSpreadsheet
    list_row_errors: ListRowErrors
    reprocess_file: ReprocessFile
    cancel_file: CancelFile
    delete_file: DeleteFile
    register_schema: RegisterSchema
    get_schema: GetSchema
    list_schemas: ListSchemas
    list_schema_versions: ListSchemaVersions
    make_template: MakeTemplate
    infer_schema: InferSchema
    check_sample: CheckSample
    list_dead_letters: ListDeadLetters
    preview_redrive: PreviewRedrive
    redrive_dead_letters: RedriveDeadLetters
    get_stats: GetStats
    check_readiness: CheckReadiness


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """The API's limits.

    `max_concurrent_uploads` and `max_waiters` together must stay below the server's number of
    threads: a body that stalls and an answer that is waited for each hold one, and status and
    health have to be answered all the same; samples count as uploads, too. `max_upload_bytes` is
    the upload policy's, `upload_sessions` the policy of uploads in parts, `max_sample_bytes` that
    of samples, of which one may take `sample_seconds` to arrive and as long again to be looked at.
    `requests_per_minute` is one caller's, 0 for no limit.
    `is_draining` comes true when the process is about to end: nothing waits any longer then.
    """

    max_upload_bytes: int = 10 * 1024 * 1024
    max_concurrent_uploads: int = 8
    max_waiters: int = 4
    upload_sessions: UploadSessionPolicy = field(default_factory=UploadSessionPolicy)
    max_sample_bytes: int = 10 * 1024 * 1024
    sample_seconds: float = 20.0
    max_concurrent_samples: int = 2
    requests_per_minute: int = 0
    is_draining: Callable[[], bool] = _never
