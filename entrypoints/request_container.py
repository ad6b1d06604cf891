"""What requests and commands ask, over the ports of a process."""

from collections.abc import Callable

from dependency_injector import containers, providers

from application.ports.api_keys import ApiKeys
from application.ports.authenticator import Authenticator
from application.ports.clock import Clock
from application.ports.collection_log import CollectionLog
from application.ports.content_engine import ContentEngine
from application.ports.dead_letter_queue import DeadLetterQueue
from application.ports.direct_downloads import DirectDownloads
from application.ports.direct_uploads import DirectUploads
from application.ports.event_publisher import EventPublisher
from application.ports.exclusive_round import RoundLock
from application.ports.file_storage import FileStorage
from application.ports.id_generator import IdGenerator, Randomness
from application.ports.message_queue import MessageQueue
from application.ports.schema_inference import SchemaInference
from application.ports.secret_generator import SecretGenerator
from application.ports.spreadsheet_profile import SpreadsheetProfile
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.abort_upload import AbortUpload
from application.use_cases.accept_part import AcceptPart
from application.use_cases.begin_upload import BeginUpload
from application.use_cases.cancel_file import CancelFile
from application.use_cases.check_readiness import CheckReadiness
from application.use_cases.check_sample import CheckSample
from application.use_cases.complete_upload import CompleteUpload
from application.use_cases.create_api_key import CreateApiKey
from application.use_cases.delete_file import DeleteFile
from application.use_cases.get_file import GetFile
from application.use_cases.get_history import GetHistory
from application.use_cases.get_schema import GetSchema
from application.use_cases.get_stats import GetStats
from application.use_cases.get_upload import GetUpload
from application.use_cases.infer_schema import InferSchema
from application.use_cases.link_parts import LinkParts
from application.use_cases.list_api_keys import ListApiKeys
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
from application.use_cases.revoke_api_key import RevokeApiKey
from application.use_cases.upload_file import UploadFile
from domain.patterns import PatternMatcher
from entrypoints.relay_bell import RelayBell
from entrypoints.settings import Settings


def _itself(units_of_work: UnitOfWorkFactory) -> UnitOfWorkFactory:
    return units_of_work


def _nothing_is_open() -> None:
    """Profiles of one machine hold files, which end with the process."""


class RequestContainer(containers.DeclarativeContainer):
    """The ports of a process, and what requests and commands ask. Use cases hold no state."""

    settings = providers.Dependency(instance_of=Settings)
    bell = providers.Dependency(instance_of=RelayBell)

    authenticator = providers.Dependency(instance_of=Authenticator)
    api_keys = providers.Dependency(instance_of=ApiKeys)
    secrets = providers.Dependency(instance_of=SecretGenerator)
    pepper = providers.Dependency(instance_of=bytes)
    clock = providers.Dependency(instance_of=Clock)
    ids = providers.Dependency(instance_of=IdGenerator)
    randomness = providers.Dependency(instance_of=Randomness)
    patterns = providers.Dependency(instance_of=PatternMatcher)
    units_of_work = providers.Dependency(instance_of=UnitOfWorkFactory)
    storage = providers.Dependency(instance_of=FileStorage)
    engine = providers.Dependency(instance_of=ContentEngine)
    spreadsheet_profile = providers.Dependency(instance_of=SpreadsheetProfile)
    schema_inference = providers.Dependency(instance_of=SchemaInference)
    publisher = providers.Dependency(instance_of=EventPublisher)
    queue = providers.Dependency(instance_of=MessageQueue)
    dead_letters = providers.Dependency(instance_of=DeadLetterQueue)
    rounds = providers.Dependency(instance_of=RoundLock)
    collections = providers.Dependency(instance_of=CollectionLog)
    direct_downloads: providers.Provider[DirectDownloads | None] = providers.Object(None)
    """None, unless the profile's storage makes links."""
    direct_uploads: providers.Provider[DirectUploads | None] = providers.Object(None)
    """None, unless callers send the parts of an upload to the profile's storage."""
    sweeping_units_of_work: providers.Provider[UnitOfWorkFactory] = providers.Callable(
        _itself, units_of_work
    )
    """The same database for what tidies up, where a profile gives that more time."""
    close: providers.Provider[Callable[[], None]] = providers.Object(_nothing_is_open)
    """Ends what the profile holds open, when the process ends by itself."""

    upload_file = providers.Singleton(
        UploadFile,
        storage=storage,
        units_of_work=units_of_work,
        ids=ids,
        clock=clock,
        policy=settings.provided.upload_policy,
    )
    _recorded = {"units_of_work": units_of_work, "direct_uploads": direct_uploads}  # noqa: RUF012 (never changed)
    begin_upload = providers.Singleton(
        BeginUpload, ids=ids, policy=settings.provided.upload_sessions, **_recorded
    )
    link_parts = providers.Singleton(LinkParts, **_recorded)
    get_upload = providers.Singleton(GetUpload, storage=storage, **_recorded)
    accept_part = providers.Singleton(AcceptPart, units_of_work=units_of_work, storage=storage)
    complete_upload = providers.Singleton(CompleteUpload, storage=storage, ids=ids, **_recorded)
    abort_upload = providers.Singleton(AbortUpload, storage=storage, **_recorded)
    get_file = providers.Singleton(GetFile, units_of_work=units_of_work)
    list_files = providers.Singleton(ListFiles, units_of_work=units_of_work)
    get_history = providers.Singleton(GetHistory, units_of_work=units_of_work)
    open_content = providers.Singleton(
        OpenContent,
        units_of_work=units_of_work,
        storage=storage,
        direct_downloads=direct_downloads,
    )
    open_result = providers.Singleton(
        OpenResult,
        units_of_work=units_of_work,
        storage=storage,
        direct_downloads=direct_downloads,
    )
    open_spreadsheet = providers.Singleton(
        OpenSpreadsheet,
        units_of_work=units_of_work,
        storage=storage,
        profile=spreadsheet_profile,
    )
    list_row_errors = providers.Singleton(
        ListRowErrors, units_of_work=units_of_work, storage=storage
    )
    reprocess_file = providers.Singleton(ReprocessFile, units_of_work=units_of_work)
    cancel_file = providers.Singleton(CancelFile, units_of_work=units_of_work)
    delete_file = providers.Singleton(DeleteFile, units_of_work=units_of_work, storage=storage)
    register_schema = providers.Singleton(
        RegisterSchema, units_of_work=units_of_work, patterns=patterns
    )
    get_schema = providers.Singleton(GetSchema, units_of_work=units_of_work)
    list_schemas = providers.Singleton(ListSchemas, units_of_work=units_of_work)
    list_schema_versions = providers.Singleton(ListSchemaVersions, units_of_work=units_of_work)
    make_template = providers.Singleton(
        MakeTemplate, units_of_work=units_of_work, profile=spreadsheet_profile
    )
    infer_schema = providers.Singleton(
        InferSchema,
        inference=schema_inference,
        clock=clock,
        limits=settings.provided.samples.limits,
    )
    check_sample = providers.Singleton(
        CheckSample,
        units_of_work=units_of_work,
        engine=engine,
        patterns=patterns,
        clock=clock,
        limits=settings.provided.samples.limits,
    )
    list_dead_letters = providers.Singleton(ListDeadLetters, units_of_work=units_of_work)
    preview_redrive = providers.Singleton(PreviewRedrive, units_of_work=units_of_work)
    redrive_dead_letters = providers.Singleton(RedriveDeadLetters, units_of_work=units_of_work)
    get_stats = providers.Singleton(
        GetStats, units_of_work=units_of_work, queue=queue, dead_letters=dead_letters
    )
    create_api_key = providers.Singleton(
        CreateApiKey, api_keys=api_keys, secrets=secrets, clock=clock, pepper=pepper
    )
    list_api_keys = providers.Singleton(ListApiKeys, api_keys=api_keys)
    revoke_api_key = providers.Singleton(RevokeApiKey, api_keys=api_keys, clock=clock)
    check_readiness = providers.Singleton(CheckReadiness, units_of_work=units_of_work)
