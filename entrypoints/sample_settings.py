"""The settings of looks at samples, which an API process does while the caller waits."""

from dataclasses import dataclass

from environs import Env, validate

from application.use_cases.sample import SampleLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSettings:
    """What one sample may take, and how many are looked at by one process at a time."""

    limits: SampleLimits
    max_concurrent: int


def read_samples(env: Env) -> SampleSettings:
    """What the environment says of them; raises EnvError."""
    return SampleSettings(
        limits=SampleLimits(
            max_bytes=env.int(
                "GRISTMILL_MAX_SAMPLE_BYTES",
                10 * 1024 * 1024,
                validate=validate.Range(1, 1024 * 1024 * 1024),
            ),
            seconds=env.float("GRISTMILL_SAMPLE_SECONDS", 20.0, validate=validate.Range(1, 600)),
        ),
        max_concurrent=env.int(
            "GRISTMILL_MAX_CONCURRENT_SAMPLES", 2, validate=validate.Range(0, 64)
        ),
    )
