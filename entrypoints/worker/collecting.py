"""The collector's step, for a loop."""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from application.use_cases.collect_garbage import Collected, CollectGarbage
from application.use_cases.compare_epochs import Comparison
from domain.epoch import Belonging

log = structlog.get_logger()

LISTED: Final = 100
"""How many folders one line names."""


class Collecting:
    """Removes what no record refers to, and leaves a line that counts it by its reason.

    So it does when nothing may be removed, because the records are not those of the storage.
    """

    def __init__(self, collect_garbage: CollectGarbage) -> None:
        self._collect_garbage = collect_garbage

    def __call__(self) -> bool:
        """True when the collection goes on at once. Raises DependencyError."""
        collected = self._collect_garbage()
        if collected.objects or collected.abandoned:
            _log_removals(collected)
        if collected.comparison is not None:
            _log_comparison(collected.comparison)
        # Last, for what was removed before it leaves no other trace.
        if collected.failure is not None:
            raise collected.failure
        return collected.has_more


def _log_removals(collected: Collected) -> None:
    log.info(
        "garbage_collected",
        size_bytes=collected.size_bytes,
        abandoned_writes=collected.abandoned,
        **_listed(collected.folders),
        **{reason.value: count for reason, count in sorted(collected.objects.items())},
    )


def _listed(folders: Sequence[str]) -> Mapping[str, object]:
    return {"folders": list(folders[:LISTED]), "unlisted": max(0, len(folders) - LISTED)}


def _log_comparison(comparison: Comparison) -> None:
    until = comparison.epoch.paused_until
    match comparison.belonging:
        case Belonging.SET_BACK:
            log.warning(
                "records_were_set_back",
                meaning="the storage knows later records than the database, as after a backup"
                " was restored, or forgot its own number: nothing is collected for a while",
                paused_until=until.isoformat() if until else None,
            )
        case Belonging.SHARED:
            log.error(
                "storage_is_shared",
                others=list(comparison.others),
                todo="give each installation a storage of its own; if the other one is gone for"
                " good, delete its object: nothing is collected until then",
            )
