"""What is logged of the processes that the engine runs in."""

import structlog

log = structlog.get_logger()


class EngineLog:
    """Leaves a line for each start, for each end, and for what a process wrote."""

    def child_started(self, pid: int) -> None:
        """Of the first file, and of the first after a death or after a great many files."""
        log.info("engine_started", pid=pid)

    def child_ended(self, pid: int, code: int) -> None:
        """Why, is told by what becomes of the file."""
        log.info("engine_ended", pid=pid, exit_code=code)

    def child_said(self, pid: int, text: str) -> None:
        """Nothing is meant to be written, so that it is worth a look."""
        log.warning("engine_output", pid=pid, text=text)
