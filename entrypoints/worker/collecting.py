"""The collector's step, for a loop."""

import structlog

from application.use_cases.collect_garbage import CollectGarbage

log = structlog.get_logger()


class Collecting:
    """Removes what no record refers to, and leaves a line that counts it by its reason."""

    def __init__(self, collect_garbage: CollectGarbage) -> None:
        self._collect_garbage = collect_garbage

    def __call__(self) -> bool:
        """True when the collection goes on at once. Raises DependencyError."""
        collected = self._collect_garbage()
        if collected.objects or collected.abandoned:
            log.info(
                "garbage_collected",
                size_bytes=collected.size_bytes,
                abandoned_writes=collected.abandoned,
                **{reason.value: count for reason, count in sorted(collected.objects.items())},
            )
        # Last, for what was removed before it leaves no other trace.
        if collected.failure is not None:
            raise collected.failure
        return collected.has_more
