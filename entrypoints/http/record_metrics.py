"""How the service does, as metrics: what `GET /stats` tells, seldom enough to cost nothing."""

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from application.errors import DependencyError
from application.ports.clock import Clock
from application.use_cases.get_stats import COUNTED_UP_TO, GetStats, Stats
from entrypoints.dependency_log import log_dependency_error

CACHE_SECONDS = 5.0


class RecordMetrics(Collector):
    """Gauges over all tenants. Every process of the API tells the same; take their maximum.

    Without the database there are none but `gristmill_database_up`, which is 0 then.
    """

    def __init__(self, get_stats: GetStats, clock: Clock) -> None:
        self._get_stats = get_stats
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Stats | None = None
        self._good_until = float("-inf")

    def describe(self) -> Iterator[Metric]:
        """Nothing: else the registry would ask the database when the application is made."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges as of at most CACHE_SECONDS ago."""
        stats = self._stats()
        up = "Whether the database answered."
        yield GaugeMetricFamily("gristmill_database_up", up, value=float(stats is not None))
        if stats is not None:
            yield from _of_files(stats)
            yield from _of_messages(stats)

    def _stats(self) -> Stats | None:
        with self._lock:
            now = self._clock.monotonic()
            if now >= self._good_until:
                self._known = self._looked_up()
                self._good_until = now + CACHE_SECONDS
            return self._known

    def _looked_up(self) -> Stats | None:
        try:
            return self._get_stats()
        except DependencyError as error:
            log_dependency_error("metrics_not_counted", error)
            return None


def _of_files(stats: Stats) -> Iterator[Metric]:
    bound = f"counted up to {COUNTED_UP_TO}"
    yield _by_label(
        "gristmill_files_unfinished",
        f"Unfinished files by status, {bound}.",
        "status",
        {status.value: count for status, count in stats.unfinished.items()},
    )
    yield _by_label(
        "gristmill_files_ended",
        f"Finished files by outcome, erased ones apart, each {bound}.",
        "outcome",
        {outcome.value: count for outcome, count in stats.ended.items()},
    )
    oldest = stats.oldest_unfinished
    yield _age(
        "gristmill_oldest_unfinished_file_age_seconds",
        "For how long the file has waited that waits the longest; 0 when none does.",
        oldest.generation_started_at if oldest else None,
        stats.at,
    )


def _of_messages(stats: Stats) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "gristmill_outbox_unsent_messages",
        f"Messages that have not left, counted up to {COUNTED_UP_TO}.",
        value=stats.outbox.unsent,
    )
    yield _age(
        "gristmill_outbox_oldest_message_age_seconds",
        "How old the oldest message is that has not left; 0 when all have.",
        stats.outbox.oldest_at,
        stats.at,
    )
    if stats.queues is not None:
        yield _by_label(
            "gristmill_queue_messages",
            "About how many messages lie in each queue; absent while it cannot be asked.",
            "queue",
            {"work": stats.queues.work, "dead_letters": stats.queues.dead_letters},
        )


def _by_label(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for value, count in values.items():
        family.add_metric((value,), count)
    return family


def _age(name: str, text: str, moment: datetime | None, now: datetime) -> Metric:
    # A clock may have been set back meanwhile.
    seconds = max(0.0, (now - moment).total_seconds()) if moment else 0.0
    return GaugeMetricFamily(name, text, value=seconds)
