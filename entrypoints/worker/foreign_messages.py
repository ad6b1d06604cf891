"""What a process's log says of messages that are none of ours."""

from application.use_cases.foreign_message import ForeignMessage
from entrypoints.worker.tally import Tally


class ForeignMessages:
    """Counts what the slots and the watcher of dead letters threw away; shared by all threads."""

    def __init__(self) -> None:
        self._tally = Tally()

    def noted(self, message: ForeignMessage) -> dict[str, str | int]:
        """The facts for the log's line; all that is kept of the message, which is gone.

        `foreign_total` is how many this process has met since it started, this one included.
        """
        return {
            "detail": message.detail,
            "body_sha256": message.sha256,
            "body_bytes": message.size_bytes,
            "body_beginning": message.beginning,
            "foreign_total": self._tally.count("foreign"),
        }
