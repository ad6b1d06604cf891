"""The limits of the engine, as they are set."""

from dataclasses import asdict

from adapters.tabular.limits import Limits
from entrypoints.content_settings import ContentSettings


def engine_limits(settings: ContentSettings) -> Limits:
    """What the settings say, and for the rest the engine's own choice."""
    return Limits(**asdict(settings))
