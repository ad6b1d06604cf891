"""The reconciler's step, for a loop."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

import structlog

from application.use_cases.reconcile import Reconcile
from application.use_cases.republish_stranded import Republication

log = structlog.get_logger()

LISTED: Final = 100
"""How many ids one line names."""


class Reconciling:
    """Mends, and leaves a line for each repair; a republished file is the trace of a defect."""

    def __init__(self, reconcile: Reconcile) -> None:
        self._reconcile = reconcile

    def __call__(self) -> bool:
        """True when there is more to mend than one round takes. Raises DependencyError."""
        repairs = self._reconcile()
        for republication in repairs.republications:
            _log_republication(republication)
        if repairs.republished:
            log.warning("files_republished", count=repairs.republished)
        if repairs.outlived:
            log.info("files_erased_by_retention", **_listed(repairs.outlived_files))
        if repairs.removals:
            log.info("erased_bytes_removed", **_listed(repairs.emptied_files))
        # Last, for what was mended before it leaves no other trace.
        if repairs.failure is not None:
            raise repairs.failure
        return repairs.has_more


def _listed(files: Sequence[UUID]) -> Mapping[str, object]:
    """How many they are, and which: the first of them, so that a line stays one that is read."""
    return {
        "files": len(files),
        "file_ids": [str(file_id) for file_id in files[:LISTED]],
        "unlisted": max(0, len(files) - LISTED),
    }


def _log_republication(republication: Republication) -> None:
    published_at = republication.published_at
    log.warning(
        "file_republished",
        file_id=str(republication.file_id),
        tenant=republication.tenant,
        status=republication.status.value,
        stranded_since=republication.stranded_since.isoformat(),
        published_at=published_at.isoformat() if published_at else None,
        republications=republication.republications,
    )
