"""Clients who upload, and users and operators who want something of files."""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from application.errors import (
    ApplicationError,
    DependencyError,
    IdempotencyKeyReusedError,
    UnknownFileError,
)
from application.ports.dead_lettered_files import DeadLetterFilter
from application.use_cases.upload_file import UploadDetails, UploadReceipt
from domain.errors import DomainError, FileErasedError
from domain.file_status import Outcome
from tests.simulation.api import ApiProcess, ConnectionLostError
from tests.simulation.broken_promise import BrokenPromiseError
from tests.simulation.content import FIELDS, SCHEMA, Content
from tests.simulation.scenario import Submission, UserAction, Wish
from tests.simulation.world import World

Result = TypeVar("Result")

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0


class Caller:
    """Somebody who calls the API, and calls once more when it gives no answer."""

    def __init__(self, world: World, apis: Sequence[ApiProcess]) -> None:
        self._world = world
        self._apis = apis
        self._turn = 0

    def ask(self, call: Callable[[ApiProcess], Result]) -> Result:
        """The answer; whichever API process gives it."""
        pause_seconds = FIRST_PAUSE_SECONDS
        while True:
            self._turn += 1
            try:
                return self._apis[self._turn % len(self._apis)].ask(call)
            except (DependencyError, ConnectionLostError):
                self._world.scheduler.sleep(pause_seconds)
                pause_seconds = min(LONGEST_PAUSE_SECONDS, pause_seconds * 2)


class Client:
    """Uploads until each upload is accepted."""

    def __init__(
        self, world: World, apis: Sequence[ApiProcess], submissions: Sequence[Submission]
    ) -> None:
        self._world = world
        self._caller = Caller(world, apis)
        self._submissions = sorted(submissions, key=lambda submission: submission.at)

    def run(self) -> None:
        """Sends everything at its time."""
        for submission in self._submissions:
            wait_seconds = submission.at - self._world.scheduler.now
            if wait_seconds > 0:
                self._world.scheduler.sleep(wait_seconds)
            self._submit(submission)

    def _submit(self, submission: Submission) -> None:
        self._upload(submission, submission.content)
        if submission.is_sent_twice:
            self._upload(submission, submission.content)
        if submission.other_content is not None:
            self._send_other(submission, submission.other_content)

    def _upload(self, submission: Submission, content: Content) -> None:
        try:
            receipt = self._caller.ask(lambda api: _upload(api, submission, content))
        except FileErasedError:
            return
        self._world.watch.accepted(submission, receipt, content)
        self._world.accepted.append((submission.tenant, receipt.file.id))
        if receipt.is_replay:
            self._world.sightings.add("replay")

    def _send_other(self, submission: Submission, other: Content) -> None:
        try:
            self._caller.ask(lambda api: _upload(api, submission, other))
        except (IdempotencyKeyReusedError, FileErasedError):
            return
        if self._world.scenario.has_retention:
            # The key may have been forgotten meanwhile.
            return
        self._world.scheduler.violation = BrokenPromiseError(
            "I7", "a key was taken for other content"
        )


class User:
    """Does one thing about one of the accepted files."""

    def __init__(self, world: World, apis: Sequence[ApiProcess], action: UserAction) -> None:
        self._world = world
        self._caller = Caller(world, apis)
        self._action = action

    def run(self) -> None:
        """Waits for its time and for a file, and gives up where the answer is no."""
        self._world.scheduler.sleep(self._action.at)
        accepted = self._world.accepted
        while not accepted:
            self._world.scheduler.sleep(LONGEST_PAUSE_SECONDS)
        tenant, file_id = accepted[self._action.choice % len(accepted)]
        try:
            self._do(tenant, file_id)
        except (ApplicationError, DomainError):
            return

    def _do(self, tenant: str, file_id: UUID) -> None:
        match self._action.wish:
            case Wish.CANCEL:
                self._world.watch.wished(file_id, Outcome.CANCELLED)
                self._caller.ask(lambda api: api.cancel_file(tenant, file_id))
            case Wish.ERASE:
                self._world.watch.wished(file_id, Outcome.CANCELLED)
                self._caller.ask(lambda api: api.delete_file(tenant, file_id))
                self._world.watch.erased(file_id)
            case Wish.REPROCESS:
                self._caller.ask(lambda api: api.reprocess_file(tenant, file_id))
            case Wish.REDRIVE:
                self._caller.ask(
                    lambda api: api.redrive_dead_letters(DeadLetterFilter(), past=None, limit=10)
                )
            case Wish.PRY:
                self._pry(tenant, file_id)
            case Wish.READ:
                self._caller.ask(lambda api: self._read(api, tenant, file_id))

    def _read(self, api: ApiProcess, tenant: str, file_id: UUID) -> None:
        state = self._world.database.tables.files.get(file_id)
        for result in () if state is None else state.results:
            assert state is not None
            stored = api.open_result(tenant, file_id, result.name)
            content = b"".join(stored.open())
            self._world.watch.result_served(state, result.name, content)

    def _pry(self, tenant: str, file_id: UUID) -> None:
        """Tries everything as another tenant, to whom the file must not even exist."""
        for stranger in FIELDS:
            if stranger != tenant:
                for ask in _ATTEMPTS:
                    self._expect_unknown(stranger, file_id, ask)

    def _expect_unknown(
        self, stranger: str, file_id: UUID, ask: Callable[[ApiProcess, str, UUID], object]
    ) -> None:
        try:
            self._caller.ask(lambda api: ask(api, stranger, file_id))
        except UnknownFileError:
            self._world.sightings.add("pried")
            return
        except (ApplicationError, DomainError):
            """Any other answer tells that there is such a file."""
        self._world.scheduler.violation = BrokenPromiseError(
            "I14", f"{stranger} was answered about another's file"
        )


_ATTEMPTS: Sequence[Callable[[ApiProcess, str, UUID], object]] = (
    lambda api, tenant, file_id: api.open_result(tenant, file_id, "report.json"),
    lambda api, tenant, file_id: api.reprocess_file(tenant, file_id),
    lambda api, tenant, file_id: api.cancel_file(tenant, file_id),
    lambda api, tenant, file_id: api.delete_file(tenant, file_id),
)


def _upload(api: ApiProcess, submission: Submission, content: Content) -> UploadReceipt:
    return api.upload_file(
        submission.tenant,
        name=content.name,
        chunks=[content.data],
        details=lambda: UploadDetails(
            idempotency_key=submission.key, schema=SCHEMA if submission.has_schema else None
        ),
    )
