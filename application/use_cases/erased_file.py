"""Erases a file within a transaction, whoever wants it."""

from application.ports.unit_of_work import UnitOfWork
from application.use_cases.file_messages import terminal_message
from domain.erasure import ErasedBy
from domain.file import File


def erase_file(file: File, work: UnitOfWork, *, by: ErasedBy) -> None:
    """Leaves the tombstone, and tells of the end that an unfinished file comes to thereby."""
    file.erase(at=work.now(), by=by)
    work.files.save(file)
    # Their bodies hold the key, and the key the name; and there is no more work to do.
    work.outbox.withdraw_work(file.id)
    for event in file.events:
        if event.is_terminal:
            work.outbox.add(terminal_message(file.state, event))
