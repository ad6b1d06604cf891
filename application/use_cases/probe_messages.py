"""The message by which an operator's probe asks the workers, and where they answer."""

import json
from uuid import UUID

from application.ports.outbox import OutgoingMessage, Topic
from application.ports.probe import PROBE_FOLDER
from application.use_cases.file_messages import BODY_VERSION


def probe_message(probe_id: UUID, *, topic: Topic = Topic.FILE_PROCESSING) -> OutgoingMessage:
    """Asks whichever worker gets it for an answer; it is about no file."""
    return OutgoingMessage(
        topic=topic,
        file_id=probe_id,
        tenant="",
        body=json.dumps({"version": BODY_VERSION, "probe": str(probe_id)}),
        attributes=(("eventType", "probe"),),
    )


def probe_in(body: str) -> UUID | None:
    """The probe that asks by that body; None when it is the body of anything else."""
    try:
        content = json.loads(body)
        return UUID(content["probe"])
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def answer_key(probe_id: UUID) -> str:
    """Where the answer to the probe is looked for."""
    return f"{PROBE_FOLDER}/{probe_id}/answer"
