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
    """What a work message asks for, and where it says that the content is."""

    file_id: UUID
    generation: int
    bucket: str
    key: str

    @classmethod
    def parse(cls, body: str) -> Self:
        """Reads a work message's body; raises ValueError when it is none of ours."""
        content = _json_object(body)
        _check_version(content)
        return cls(
            file_id=_file_id(content),
            generation=_number(content, "generation"),
            bucket=_text(content, "s3Bucket"),
            key=_text(content, "s3Key"),
        )

    def contradicts(self, state: FileState) -> bool:
        """True when no message about the file, as its record has ever been, says such things.

        A key that was erased cannot be compared any more.
        """
        is_elsewhere = not state.is_erased and (self.bucket, self.key) != (state.bucket, state.key)
        return is_elsewhere or not 1 <= self.generation <= state.generation


def _json_object(body: str) -> dict[str, object]:
    try:
        content = json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deep for a work message") from error
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def _check_version(content: dict[str, object]) -> None:
    version = content.get("version")
    if type(version) is not int or version != BODY_VERSION:
        raise ValueError("not a work message of a known version")


def _file_id(content: dict[str, object]) -> UUID:
    text = _text(content, "fileId")
    file_id = UUID(text)
    if str(file_id) != text:
        raise ValueError("fileId is not written as we write ids")
    return file_id


def _text(content: dict[str, object], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")
    return value


def _number(content: dict[str, object], name: str) -> int:
    value = content.get(name)
    if type(value) is not int:
        raise ValueError(f"{name} is not a whole number")
    return value


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
