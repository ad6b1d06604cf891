"""A service with a file in every state that a route can meet, and requests to its routes."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.memory.direct_downloads import MemoryDirectDownloads
from adapters.memory.manual_clock import ManualClock
from application.errors import ConflictingSchemaVersionError, DatabaseUnavailableError
from application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from domain.access import Principal
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import (
    HttpService,
    upload,
)
from tests.entrypoints.http.test_problems import BrokenDatabase

NOWHERE = f"/files/{UUID(int=7 << 76 | 2 << 62)}"
SCHEMA = {"fields": [{"name": "a", "type": "string"}]}
OTHER_SCHEMA = {"fields": [{"name": "b", "type": "string"}]}


class Api:
    """A service in memory with a file in every state that a route can meet."""

    def __init__(self) -> None:
        self.service = HttpService(
            settings=HttpSettings(max_upload_bytes=1000, max_sample_bytes=1000)
        )
        self.client = self.service.app().test_client()
        self.client.put("/schemas/people", json=SCHEMA)
        self.done, self.changed, self.deleted = (self._uploaded() for _ in range(3))
        self.service.process()
        self.client.delete(self.deleted)
        self._change(self.changed)
        self.new = self._uploaded()

    @cached_property
    def linking(self) -> FlaskClient:
        """A client of the same service over a storage that makes links."""
        links = MemoryDirectDownloads(self.service.storage, self.service.clock)
        self.service.direct_downloads = links
        return self.service.app().test_client()

    @cached_property
    def down(self) -> FlaskClient:
        """A client of a service whose database does not answer."""
        broken = HttpService()
        broken.units_of_work = BrokenDatabase(DatabaseUnavailableError("locked"))
        return broken.app().test_client()

    @cached_property
    def racing(self) -> FlaskClient:
        """A client of a service where somebody else is always first to register a schema."""
        racing = HttpService()
        racing.units_of_work = RacingDatabase(racing.units_of_work)
        return racing.app().test_client()

    @cached_property
    def busy(self) -> FlaskClient:
        """A client of a service that has no place for a sample."""
        return HttpService(settings=HttpSettings(max_concurrent_samples=0)).app().test_client()

    @cached_property
    def full(self) -> FlaskClient:
        """A client of a service whose storage is full."""
        full = HttpService()
        full.storage.capacity_bytes = 1
        return full.app().test_client()

    @cached_property
    def locked(self) -> FlaskClient:
        """A client of a service that wants to know its callers; `nobody` has no scope."""
        nobody = Principal(tenant="default", scopes=frozenset())
        return HttpService(authenticator=KnownCallers({"nobody": nobody})).app().test_client()

    @cached_property
    def exhausted(self) -> FlaskClient:
        """A client that may ask no more."""
        service = HttpService(settings=HttpSettings(requests_per_minute=1))
        client = service.app().test_client()
        assert client.get("/limits").status_code == 200
        return client

    def _uploaded(self) -> str:
        link: str = upload(self.client, "a\n1\n1,2\n", schema="people")["links"]["self"]
        return link

    def _change(self, link: str) -> None:
        for key in self.service.storage.keys:
            if link.rpartition("/")[2] in key:
                self.service.storage.put(key, b"other", "text/csv")


class SlowBody(io.BytesIO):
    """A body that takes its time by the service's clock."""

    def __init__(self, content: bytes, clock: ManualClock, seconds: float) -> None:
        super().__init__(content)
        self._clock = clock
        self._seconds = seconds

    def read(self, size: int | None = -1, /) -> bytes:
        self._clock.advance(seconds=self._seconds)
        return super().read(size)


class RacingDatabase(UnitOfWorkFactory):
    """Where somebody else registers the same version, whenever one is to be committed."""

    def __init__(self, units_of_work: UnitOfWorkFactory) -> None:
        self._units_of_work = units_of_work

    def for_writing(self) -> UnitOfWork:
        raise ConflictingSchemaVersionError("people@2")

    def for_reading(self) -> UnitOfWork:
        return self._units_of_work.for_reading()


Ask = Callable[[Api], TestResponse]


@dataclass(frozen=True, slots=True)
class Case:
    """A request to a documented route, and the status that it is answered with."""

    method: str
    route: str
    status: int
    ask: Ask

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.status}"


def ask_for(method: str, path: str, *, at: str = "client", json: Any = None, **headers: str) -> Ask:
    """A request by one of the clients of Api; `{done}` and the like are its files."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def ask(api: Api) -> TestResponse:
        client: FlaskClient = getattr(api, at)
        filled = path.format(done=api.done, changed=api.changed, deleted=api.deleted, new=api.new)
        return client.open(filled, method=method.upper(), json=json, headers=named)

    return ask
