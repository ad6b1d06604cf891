"""What a run plays: who submits what and when, what users want, what befalls the world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from tests.simulation.content import Content
from tests.simulation.decisions import CallPoint
from tests.simulation.fault import Fault
from tests.simulation.timings import ATTEMPT_LIMIT

CHAOS_SECONDS = 3600.0
WORKERS = ("worker-1", "worker-2")
APIS = ("api-1", "api-2")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One upload that a client wants accepted; with a key it is tried until it is."""

    at: float
    client: int
    content: Content
    key: str | None
    tenant: str = "acme"
    has_schema: bool = False
    """Judged by its tenant's schema of the name that all tenants use."""
    is_sent_twice: bool = False
    """The client sends it once more although it was accepted."""
    other_content: Content | None = None
    """What the client then sends under the same key, by mistake."""


class Wish(StrEnum):
    """What a user or an operator asks for."""

    CANCEL = "cancel"
    REPROCESS = "reprocess"
    REDRIVE = "redrive"
    ERASE = "erase"
    READ = "read"
    PRY = "ask for what is another tenant's"


@dataclass(frozen=True, kw_only=True)
class UserAction:
    """A wish about one of the accepted files, chosen by `choice`."""

    at: float
    wish: Wish
    choice: int


class Weather(StrEnum):
    """What befalls what all processes share, or a whole process."""

    DUPLICATE = "a message is there twice"
    PURGE = "the queue is emptied"
    EXPIRE = "a message is gone after its retention"
    EXPIRE_DEAD_LETTER = "a dead letter is gone after its retention"
    OUTAGE = "a dependency is away"
    SILENCE = "a dependency leaves every call waiting"
    DEPLOY = "the workers are told to stop one by one, and start again"
    PAUSE = "a process stands still"
    CRASH = "a process dies"


@dataclass(frozen=True, kw_only=True)
class WeatherEvent:
    """One of them; `target` is a process, a port or a topic, where it is one."""

    at: float
    weather: Weather
    target: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """All of it. With `faults` those are the only ones; else calls fail by chance.

    `ends_at` is when the last accident may happen.
    """

    seed: int = 0
    submissions: tuple[Submission, ...] = ()
    actions: tuple[UserAction, ...] = ()
    weather: tuple[WeatherEvent, ...] = ()
    faults: Mapping[CallPoint, Fault] | None = field(default_factory=dict)
    fault_share: float = 0.0
    has_errors_alone: bool = False
    """The worst that befalls a call is an error of the database."""
    skews: Mapping[str, float] = field(default_factory=dict)
    apis: tuple[str, ...] = APIS
    workers: tuple[str, ...] = WORKERS
    is_strict: bool = True
    is_reordered: bool = False
    is_supervised: bool = False
    """A supervisor frees at once what a dead worker held."""
    has_collector: bool = False
    """Workers remove once a day what no record names."""
    has_retention: bool = False
    """Files are erased when they are old, and tombstones forgotten."""
    attempt_limit: timedelta = ATTEMPT_LIMIT
    mended_at: float = float("inf")
    """When a release comes out without the defect that shows on POISON."""
    ends_at: float = CHAOS_SECONDS

    @property
    def is_calm(self) -> bool:
        """True when nothing goes wrong and nobody changes his mind."""
        is_quiet = not (self.actions or self.weather or self.fault_share or self.faults)
        return is_quiet and not any(sent.content.is_defective for sent in self.submissions)

    @property
    def outages(self) -> tuple[WeatherEvent, ...]:
        """What is away, and when."""
        return tuple(event for event in self.weather if event.weather is Weather.OUTAGE)

    @property
    def has_deploys_alone(self) -> bool:
        """True when workers are told to stop, and nothing worse happens than a silence."""
        kinds = {event.weather for event in self.weather}
        is_quiet = not (self.actions or self.fault_share or self.faults)
        is_quiet = is_quiet and not any(sent.content.is_defective for sent in self.submissions)
        return is_quiet and Weather.DEPLOY in kinds <= {Weather.DEPLOY, Weather.SILENCE}

    @property
    def has_outages_alone(self) -> bool:
        """True when nothing else goes wrong."""
        is_quiet = not (self.fault_share or self.faults)
        return is_quiet and self.outages == self.weather != ()
