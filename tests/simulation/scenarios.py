"""The scenarios that are played: calm ones, those where one thing goes wrong, and the others."""

import random
from dataclasses import replace

from tests.simulation.content import FIELDS, Content, Nature
from tests.simulation.scenario import (
    APIS,
    CHAOS_SECONDS,
    WORKERS,
    Scenario,
    Submission,
    UserAction,
    Weather,
    WeatherEvent,
    Wish,
)

DAY_SECONDS = 86_400.0
PORTS = ("database", "storage", "queue", "publisher")
TOPICS = ("file-processing", "file-events")
"""Each of which the broker may refuse alone."""
ABLE_TO_BE_AWAY = (*PORTS, *TOPICS, "storage_writes")
LAST_WEATHER_SECONDS = 700.0


def random_scenario(seed: int) -> Scenario:
    """The scenario of that seed."""
    chance = random.Random(f"scenario of {seed}")
    anyhow = Scenario(
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
        # Where the accidents end in the midst of the work, much still has to be made good.
        ends_at=chance.choice((CHAOS_SECONDS, chance.uniform(100, 900))),
    )
    weather = (*anyhow.weather, *_silences(random.Random(f"silences of {seed}")))
    return replace(anyhow, weather=tuple(_in_time(event, anyhow) for event in weather))


def calm_scenario(seed: int, *, files: int = 3) -> Scenario:
    """Nothing goes wrong; work may outlast lease and visibility."""
    chance = random.Random(f"calm scenario of {seed}")
    submissions = tuple(
        Submission(
            at=chance.uniform(0, 30),
            client=number,
            content=Content(
                number,
                nature=chance.choice((Nature.GOOD, Nature.MIXED, Nature.BAD)),
                work_seconds=chance.choice((1, 5, 400, 700)),
            ),
            key=f"key-{number}",
            tenant=chance.choice(tuple(FIELDS)),
            has_schema=chance.random() < 0.3,
        )
        for number in range(files)
    )
    return Scenario(seed=seed, submissions=submissions, is_reordered=chance.random() < 0.5)


def outage_scenario(port: str, seed: int) -> Scenario:
    """An hour without one port or one topic, and nothing else that goes wrong."""
    calm = calm_scenario(seed, files=6)
    outage = WeatherEvent(at=20.0, weather=Weather.OUTAGE, target=port, seconds=3600.0)
    return replace(calm, weather=(outage,), ends_at=3620.0)


def hanging_deploys_scenario(seed: int) -> Scenario:
    """Ten deploys in a row, while whoever calls the storage waits for an answer."""
    chance = random.Random(f"hanging deploys of {seed}")
    silence = WeatherEvent(
        at=chance.uniform(0.5, 30), weather=Weather.SILENCE, target="storage", seconds=1000
    )
    deploys = tuple(
        WeatherEvent(at=40.0 + 80.0 * number, weather=Weather.DEPLOY) for number in range(10)
    )
    return replace(calm_scenario(seed), weather=(silence, *deploys))


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


def long_outage_scenario(seed: int) -> Scenario:
    """Hours without one thing or another, while everything else goes wrong, too."""
    chance = random.Random(f"long outage of {seed}")
    anyhow = random_scenario(seed)
    outage = WeatherEvent(
        at=chance.uniform(0, 900),
        weather=Weather.OUTAGE,
        target=chance.choice((*PORTS, *TOPICS)),
        seconds=chance.uniform(2, 5) * 3600,
    )
    actions = tuple(replace(action, at=action.at * 6) for action in anyhow.actions)
    return replace(
        anyhow,
        actions=actions,
        weather=(*anyhow.weather, outage),
        fault_share=min(anyhow.fault_share, 0.01),
        ends_at=5 * 3600 + CHAOS_SECONDS,
    )


def replacement_scenario() -> Scenario:
    """A file is processed once more, an hour before the collector looks at its old results."""
    return Scenario(
        submissions=(Submission(at=0, client=1, content=Content(1), key=None),),
        actions=(UserAction(at=2 * DAY_SECONDS - CHAOS_SECONDS, wish=Wish.REPROCESS, choice=0),),
        has_collector=True,
        ends_at=4 * DAY_SECONDS,
    )


def ageing_scenario(seed: int) -> Scenario:
    """Two months in which files, keys and tombstones grow old, and a few accidents."""
    chance = random.Random(f"ageing of {seed}")
    anyhow = random_scenario(seed)
    first = [
        replace(submission, at=submission.at + DAY_SECONDS * chance.randrange(3))
        for submission in anyhow.submissions
    ]
    again = [
        replace(submission, at=submission.at + DAY_SECONDS * chance.choice((3.0, 9.0, 20.0)))
        for submission in first
    ]
    days = [
        replace(action, at=action.at + DAY_SECONDS * chance.randrange(30))
        for action in anyhow.actions
    ]
    # Somebody who comes back after two months keeps the run from being over before.
    late = UserAction(at=60 * DAY_SECONDS, wish=Wish.READ, choice=0)
    return replace(
        anyhow,
        submissions=(*first, *again),
        actions=(*days, late),
        fault_share=min(anyhow.fault_share, 0.002),
        has_collector=True,
        has_retention=True,
        ends_at=60 * DAY_SECONDS,
    )


def _submissions(chance: random.Random) -> list[Submission]:
    natures = (
        *[Nature.GOOD] * 7,
        *[Nature.MIXED] * 5,
        *[Nature.BAD] * 2,
        Nature.POISON,
        Nature.DEADLY,
    )
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
                tenant=chance.choice(tuple(FIELDS)),
                has_schema=chance.random() < 0.3,
                is_sent_twice=key is not None and chance.random() < 0.2,
                other_content=Content(100 + number) if key and chance.random() < 0.1 else None,
            )
        )
    if chance.random() < 0.2:
        submissions.append(_of_another_tenant(submissions[0]))
    return submissions


def _of_another_tenant(submission: Submission) -> Submission:
    """The same bytes and the same key, of somebody whom that does not concern."""
    [tenant] = [tenant for tenant in FIELDS if tenant != submission.tenant]
    return replace(submission, at=submission.at + 1.0, client=2, tenant=tenant)


def _actions(chance: random.Random) -> list[UserAction]:
    wishes = (
        Wish.CANCEL,
        Wish.REDRIVE,
        Wish.REPROCESS,
        Wish.REPROCESS,
        Wish.ERASE,
        Wish.READ,
        Wish.READ,
        Wish.PRY,
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


def _silences(chance: random.Random) -> list[WeatherEvent]:
    """Now and then a storage that hangs, and a deploy meanwhile."""
    if chance.random() >= 0.15:
        return []
    at = chance.uniform(0, LAST_WEATHER_SECONDS)
    seconds = chance.choice((30.0, 60.0, 310.0))
    silence = WeatherEvent(at=at, weather=Weather.SILENCE, target="storage", seconds=seconds)
    deploy_at = min(at + chance.uniform(0, 30), LAST_WEATHER_SECONDS)
    return [silence, WeatherEvent(at=deploy_at, weather=Weather.DEPLOY)]


def _in_time(event: WeatherEvent, scenario: Scenario) -> WeatherEvent:
    """Happens and ends before the last accident may: so much earlier as the end is sooner."""
    at = event.at * min(1.0, scenario.ends_at / LAST_WEATHER_SECONDS)
    return replace(event, at=at, seconds=min(event.seconds, scenario.ends_at - at))


def _weather_event(chance: random.Random, weather: Weather) -> WeatherEvent:
    at, target, seconds = chance.uniform(0, LAST_WEATHER_SECONDS), "", 0.0
    if weather is Weather.OUTAGE:
        target = chance.choice((*PORTS, *PORTS, *TOPICS))
        seconds = chance.choice((20.0, 100.0, 310.0, 2500.0))
    elif weather in (Weather.PAUSE, Weather.CRASH):
        target = chance.choice((*WORKERS, *WORKERS, *APIS))
        seconds = chance.choice((10.0, 250.0, 310.0, 700.0))
    return WeatherEvent(at=at, weather=weather, target=target, seconds=seconds)
