"""Makes a schema from a sample."""

from collections.abc import Callable, Iterable

from application.ports.clock import Clock
from application.ports.schema_inference import Inference, InferenceJob, SchemaInference
from application.use_cases.sample import SampleLimits, receive_sample, time_limit
from domain.processing_options import ProcessingOptions


class InferSchema:
    """Guesses the schema of a file that somebody shows us; nothing of it is kept."""

    def __init__(self, *, inference: SchemaInference, clock: Clock, limits: SampleLimits) -> None:
        self._inference = inference
        self._clock = clock
        self._limits = limits

    def __call__(
        self, *, name: str, chunks: Iterable[bytes], options: Callable[[], ProcessingOptions]
    ) -> Inference:
        """The schema with the evidence for it, or why there is none.

        Raises what `receive_sample` raises, InvalidOptionError, ResourceLimitError for a sample
        that takes too long or too much, StorageUnavailableError, EngineUnavailableError.
        """
        sample = receive_sample(name=name, chunks=chunks, options=options, limits=self._limits)
        with time_limit(self._clock, self._limits) as is_over:
            return self._inference.infer(
                InferenceJob(
                    source=sample.source,
                    file_type=sample.file_type,
                    options=sample.options,
                    should_stop=is_over,
                )
            )
