"""What a run plays: who submits what and when, what users want, what befalls the world."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.simulation.content import Content, Nature
from tests.simulation.decisions import CallPoint
from tests.simulation.fault import Fault

DAY_SECONDS = 86_400.0
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
    DEPLOY = "the workers are told to stop one by one, and start again"
    PAUSE = "a process stands still"
    CRASH = "a process dies"


@dataclass(frozen=True, kw_only=True)
class WeatherEvent:
    """One of them; `target` is a process or a port, where it is one."""

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
    mended_at: float = float("inf")
    """When a release comes out without the defect that shows on POISON."""
    ends_at: float = CHAOS_SECONDS

    @property
    def is_calm(self) -> bool:
        """True when nothing goes wrong and nobody changes his mind."""
        return not (self.actions or self.weather or self.fault_share or self.faults)


def random_scenario(seed: int) -> Scenario:
    """The scenario of that seed."""
    chance = random.Random(f"scenario of {seed}")
    return Scenario(
        seed=seed,
        submissions=tuple(_submissions(chance)),
        actions=tuple(_actions(chance)),
        weather=tuple(_weather(chance)),
        faults=None,
        fault_share=chance.choice((0.002, 0.01, 0.02, 0.04)),
        skews={name: chance.uniform(-300, 300) for name in (*APIS, *WORKERS)},
        is_strict=chance.random() < 0.5,
        is_reordered=chance.random() < 0.5,
        is_supervised=chance.random() < 0.3,
        mended_at=chance.choice((1200.0, float("inf"), float("inf"))),
    )


def calm_scenario(seed: int) -> Scenario:
    """Nothing goes wrong; work may outlast lease and visibility."""
    chance = random.Random(f"calm scenario of {seed}")
    submissions = tuple(
        Submission(
            at=chance.uniform(0, 30),
            client=number,
            content=Content(
                number,
                nature=chance.choice((Nature.GOOD, Nature.GOOD, Nature.BAD)),
                work_seconds=chance.choice((1, 5, 400, 700)),
            ),
            key=f"key-{number}",
        )
        for number in range(3)
    )
    return Scenario(seed=seed, submissions=submissions, is_reordered=chance.random() < 0.5)


def outage_scenario(port: str, seed: int) -> Scenario:
    """An hour without one dependency, and nothing else that goes wrong."""
    calm = calm_scenario(seed)
    outage = WeatherEvent(at=10.0, weather=Weather.OUTAGE, target=port, seconds=3600.0)
    return replace(calm, weather=(outage,), ends_at=3610.0)


def unanswered_scenario(seed: int) -> Scenario:
    """A database that often does not answer; else nothing goes wrong, and nobody dies."""
    return replace(calm_scenario(seed), faults=None, fault_share=0.08, has_errors_alone=True)


def deletion_scenario(seed: int) -> Scenario:
    """Everything goes wrong, and all files are deleted but the last, at any moment."""
    chance = random.Random(f"deletions of {seed}")
    anyhow = random_scenario(seed)
    deletions = tuple(
        UserAction(at=chance.uniform(0, 1200), wish=Wish.ERASE, choice=choice)
        for choice in range(len(anyhow.submissions) - 1)
    )
    return replace(anyhow, actions=deletions)


def collection_scenario(seed: int) -> Scenario:
    """Uploads on three days, of which some die halfway, with the collector at work."""
    chance = random.Random(f"collection of {seed}")
    anyhow = random_scenario(seed)
    submissions = tuple(
        replace(submission, at=submission.at + DAY_SECONDS * chance.randrange(3))
        for submission in anyhow.submissions
    )
    actions = tuple(
        replace(action, at=action.at + DAY_SECONDS * chance.randrange(3))
        for action in anyhow.actions
    )
    return replace(
        anyhow,
        submissions=submissions,
        actions=actions,
        has_collector=True,
        ends_at=2 * DAY_SECONDS + CHAOS_SECONDS,
    )


def _submissions(chance: random.Random) -> list[Submission]:
    natures = (*[Nature.GOOD] * 12, *[Nature.BAD] * 2, Nature.POISON, Nature.DEADLY)
    durations = (*[1] * 4, *[30] * 2, 200, 400, 700)
    submissions = []
    for number in range(chance.choice((1, 2, 2, 3, 3, 4))):
        key = f"key-{number}" if chance.random() < 0.8 else None
        content = Content(
            number, nature=chance.choice(natures), work_seconds=chance.choice(durations)
        )
        submissions.append(
            Submission(
                at=chance.uniform(0, 600),
                client=number % 2,
                content=content,
                key=key,
                tenant=chance.choice(("acme", "globex")),
                is_sent_twice=key is not None and chance.random() < 0.2,
                other_content=Content(100 + number) if key and chance.random() < 0.1 else None,
            )
        )
    return submissions


def _actions(chance: random.Random) -> list[UserAction]:
    wishes = (
        Wish.CANCEL,
        Wish.REDRIVE,
        Wish.REPROCESS,
        Wish.REPROCESS,
        Wish.ERASE,
        Wish.READ,
        Wish.READ,
    )
    return [
        UserAction(
            at=chance.uniform(5, 1800), wish=chance.choice(wishes), choice=chance.randrange(100)
        )
        for _ in range(chance.choice((0, 1, 2, 4)))
    ]


def _weather(chance: random.Random) -> list[WeatherEvent]:
    kinds = (
        *[Weather.DUPLICATE] * 3,
        *[Weather.PURGE] * 2,
        Weather.EXPIRE,
        Weather.EXPIRE_DEAD_LETTER,
        Weather.OUTAGE,
        *[Weather.DEPLOY] * 3,
        *[Weather.PAUSE] * 3,
        *[Weather.CRASH] * 3,
    )
    return [
        _weather_event(chance, chance.choice(kinds)) for _ in range(chance.choice((0, 1, 2, 4)))
    ]


def _weather_event(chance: random.Random, weather: Weather) -> WeatherEvent:
    at, target, seconds = chance.uniform(0, 700), "", 0.0
    if weather is Weather.OUTAGE:
        target = chance.choice(("database", "storage", "queue", "publisher"))
        seconds = chance.choice((20.0, 100.0, 310.0, 2500.0))
    elif weather in (Weather.PAUSE, Weather.CRASH):
        target = chance.choice((*WORKERS, *WORKERS, *APIS))
        seconds = chance.choice((10.0, 250.0, 310.0, 700.0))
    return WeatherEvent(at=at, weather=weather, target=target, seconds=seconds)
