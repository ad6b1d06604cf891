"""A service with one tenant that owns much, and another one that tries to get at it."""

from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from domain.access import Principal, Scope
from domain.file_status import FileStatus, Outcome
from tests.builders import build_fault, build_lease
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import (
    TENANT,
    HttpService,
    csv_part,
    form,
    part,
    post_form,
    upload,
)

OWNER = {"Authorization": "Bearer owner"}
STRANGER = {"Authorization": "Bearer stranger"}
IDEMPOTENCY_KEY = "the-same-key"
SCHEMA_NAME = "owned-schema"
SCHEMA = {"fields": [{"name": "a", "type": "integer"}]}
EVERY_SCOPE_BUT_OPS = frozenset(Scope) - {Scope.OPS}


class TwoTenants:
    """`owned` has a file of the owner in every state by a name, and all that belongs to it."""

    def __init__(self) -> None:
        self.service = HttpService(
            authenticator=KnownCallers(
                {
                    "owner": Principal(tenant=TENANT, scopes=EVERY_SCOPE_BUT_OPS, key_id="owner"),
                    "stranger": Principal(
                        tenant="stranger", scopes=EVERY_SCOPE_BUT_OPS, key_id="stranger"
                    ),
                }
            )
        )
        self.client = self.service.app().test_client()
        self.client.put(f"/schemas/{SCHEMA_NAME}", json=SCHEMA, headers=OWNER)
        self.owned = self._finished() | self._unfinished()

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        """What the stranger is answered."""
        return self.client.open(path, method=method.upper(), headers=STRANGER, **more)

    def upload(
        self, fields: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        """What the stranger's upload is answered."""
        body = form(*(part(name, value) for name, value in (fields or {}).items()), csv_part())
        return post_form(self.client, body, headers={**STRANGER, **(headers or {})})

    def owners_files(self) -> list[object]:
        """All that is recorded of the owner's files and schemas."""
        tables = self.service.database.tables
        files = [state for state in tables.files.values() if state.tenant == TENANT]
        history = [tables.history[state.id] for state in files]
        schemas = [schema for schema in tables.schemas.values() if schema.tenant == TENANT]
        return [files, history, schemas, sorted(self.service.storage.keys)]

    def _finished(self) -> dict[str, str]:
        contents = {"clean": "a\n1\n", "partial": "a\n1\nx\n", "rejected": "b\n1\n"}
        ids = {name: self._uploaded(name, content) for name, content in contents.items()}
        ids["deleted"] = self._uploaded("deleted", "a\n1\n")
        self.service.process()
        self.client.delete(f"/files/{ids['deleted']}", headers=OWNER)
        return ids

    def _unfinished(self) -> dict[str, str]:
        ids = {
            name: self._uploaded(name, "a\n1\n")
            for name in ("pending", "processing", "dead-lettered", "cancelled")
        }
        now = self.service.clock.now()
        self.service.change(ids["processing"], lambda file: file.start(build_lease(), at=now))
        self.service.change(ids["dead-lettered"], lambda file: file.bury(build_fault(), at=now))
        self.service.change(ids["cancelled"], lambda file: file.cancel(at=now))
        return ids

    def _uploaded(self, name: str, content: str) -> str:
        headers = {**OWNER, **({"Idempotency-Key": IDEMPOTENCY_KEY} if name == "clean" else {})}
        file = upload(
            self.client, content, filename=f"owned-{name}.csv", headers=headers, schema=SCHEMA_NAME
        )
        return str(file["id"])


def states_there_are(tenants: TwoTenants) -> set[tuple[FileStatus, Outcome | None]]:
    """In which statuses and outcomes the owner's files are."""
    return {(state.status, state.outcome) for state in tenants.service.files}
