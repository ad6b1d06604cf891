"""All that the database says at one moment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, delete, select

from adapters.sql.engine import for_writing
from adapters.sql.file_mapping import file_event, file_state
from adapters.sql.message_tables import outbox, queue_messages
from adapters.sql.metadata import metadata
from adapters.sql.tables import file_history, files, idempotency_keys
from application.ports.outbox import Topic
from domain.events import FileEvent
from domain.file_state import FileState


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One message in the outbox, sent or not."""

    id: int
    topic: Topic
    file_id: UUID
    tenant: str
    generation: int | None
    """Of an unsent message; what has left keeps no body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Every file with its history, the outbox, the keys, and the messages of both queues."""

    files: Mapping[UUID, FileState]
    history: Mapping[UUID, Sequence[FileEvent]]
    outbox: Sequence[OutboxRow]
    keys: Mapping[tuple[str, str], UUID]
    messages: Sequence[tuple[UUID, int]]
    """The file and the generation that each message is of."""


def read_record(engine: Engine) -> Record:
    """The record as of now."""
    with engine.connect() as connection:
        states = {row.id: file_state(row) for row in connection.execute(select(files))}
        history: dict[UUID, list[FileEvent]] = {file_id: [] for file_id in states}
        for row in connection.execute(select(file_history).order_by(file_history.c.id)):
            history[row.file_id].append(file_event(row))
        rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
        keys = connection.execute(select(idempotency_keys)).all()
        bodies = connection.scalars(select(queue_messages.c.body)).all()
    return Record(
        files=states,
        history=history,
        outbox=[
            OutboxRow(
                id=row.id,
                topic=Topic(row.topic),
                file_id=row.file_id,
                tenant=row.tenant,
                generation=json.loads(row.body)["generation"] if row.sent_at is None else None,
            )
            for row in rows
        ],
        keys={(row.tenant, row.key): row.file_id for row in keys},
        messages=[_named(body) for body in bodies],
    )


def forget_everything(engine: Engine) -> None:
    """Empties every table, for the next example."""
    with for_writing(engine).connect() as connection, connection.begin():
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def lose_messages(engine: Engine) -> None:
    """Empties both queues, as a purge does."""
    with for_writing(engine).connect() as connection, connection.begin():
        connection.execute(delete(queue_messages))


def _named(body: str) -> tuple[UUID, int]:
    content = json.loads(body)
    return UUID(content["fileId"]), content["generation"]
