"""Tells what a schema would make of a sample."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from application.ports.clock import Clock
from application.ports.content_engine import ContentEngine, EngineJob
from application.ports.schema_repository import SchemaVersion
from application.ports.unit_of_work import UnitOfWorkFactory
from application.use_cases.sample import Sample, SampleLimits, receive_sample, time_limit
from application.use_cases.unkept_results import UnkeptResults
from domain.patterns import PatternMatcher
from domain.processing_options import ProcessingOptions
from domain.processing_report import ProcessingReport
from domain.schema_descriptor import parse_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleVerdict:
    """The version that the sample was held against, and what would become of such a file."""

    schema: SchemaVersion
    report: ProcessingReport


class CheckSample:
    """Processes a file as an upload of it would be, and keeps nothing."""

    def __init__(
        self,
        *,
        units_of_work: UnitOfWorkFactory,
        engine: ContentEngine,
        patterns: PatternMatcher,
        clock: Clock,
        limits: SampleLimits,
    ) -> None:
        self._units_of_work = units_of_work
        self._engine = engine
        self._patterns = patterns
        self._clock = clock
        self._limits = limits

    def __call__(
        self,
        tenant: str,
        schema: str,
        version: int | None,
        /,
        *,
        name: str,
        chunks: Iterable[bytes],
        options: Callable[[], ProcessingOptions],
    ) -> SampleVerdict:
        """The verdict by that version of the schema, or by the latest when None.

        Raises UnknownSchemaError before the sample is read, what `receive_sample` raises,
        InvalidOptionError, ResourceLimitError for a sample that takes too long or too much,
        DatabaseUnavailableError, StorageUnavailableError, EngineUnavailableError.
        """
        with self._units_of_work.for_reading() as work:
            wanted = work.schemas.get(tenant, schema, version)
        sample = receive_sample(name=name, chunks=chunks, options=options, limits=self._limits)
        with time_limit(self._clock, self._limits) as is_over:
            report = self._engine.process(self._job(wanted, sample, is_over))
        return SampleVerdict(schema=wanted, report=report)

    def _job(self, schema: SchemaVersion, sample: Sample, is_over: Callable[[], bool]) -> EngineJob:
        return EngineJob(
            source=sample.source,
            file_type=sample.file_type,
            schema=parse_schema(schema.descriptor, patterns=self._patterns),
            options=sample.options,
            sinks=UnkeptResults(),
            progress=lambda _: None,
            should_stop=is_over,
        )
