"""The messages about a file, as other systems read them."""

import json
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from application.ports.outbox import OutgoingMessage, Topic
from domain.events import FileEvent
from domain.file_state import FileState

BODY_VERSION = 1


def work_message(state: FileState) -> OutgoingMessage:
    """Says *look at this file*; whoever reads it acts on what the record says."""
    return _message(
        Topic.FILE_PROCESSING,
        state,
        event_type="file_processing_requested",
        body={"s3Key": state.key, "s3Bucket": state.bucket},
    )


def terminal_message(state: FileState, event: FileEvent) -> OutgoingMessage:
    """Says that a file came to its end, and to which."""
    return _message(
        Topic.FILE_EVENTS,
        state,
        event_type=event.name,
        body={"status": state.status, "outcome": state.outcome, "at": event.at.isoformat()},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRequest:
    """What a work message asks for."""

    file_id: UUID
    generation: int

    @classmethod
    def parse(cls, body: str) -> Self:
        """Reads a work message's body; raises ValueError when it is none of ours."""
        try:
            content = json.loads(body)
        except RecursionError as error:
            raise ValueError("nested too deep for a work message") from error
        if not isinstance(content, dict) or content.get("version") != BODY_VERSION:
            raise ValueError("not a work message of a known version")
        file_id, generation = content.get("fileId"), content.get("generation")
        if not isinstance(file_id, str) or type(generation) is not int:
            raise ValueError("a work message without fileId and generation")
        return cls(file_id=UUID(file_id), generation=generation)


def _message(
    topic: Topic, state: FileState, *, event_type: str, body: dict[str, str | None]
) -> OutgoingMessage:
    content = {
        "version": BODY_VERSION,
        "fileId": str(state.id),
        "generation": state.generation,
        **body,
    }
    attributes = {"eventType": event_type, "fileType": state.file_type, "tenant": state.tenant}
    if state.trace_parent is not None:
        attributes["traceparent"] = state.trace_parent
    return OutgoingMessage(
        topic=topic,
        file_id=state.id,
        tenant=state.tenant,
        body=json.dumps(content),
        attributes=tuple((name, str(value)) for name, value in attributes.items()),
    )
