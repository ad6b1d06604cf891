"""Tells where parts of an upload are to be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.ports.direct_uploads import DirectUploads, PartLink
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.upload_session import UploadSession

LINK_SECONDS = 900
"""How long a part may be sent by a link; another can be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAddress:
    """Where one part goes, until `expires_at`; `link` is None where it goes to us."""

    number: int
    size_bytes: int
    sha256: str
    link: PartLink | None
    expires_at: datetime


class LinkParts:
    """Links for parts, as many times as they are asked for; `direct_uploads` as for BeginUpload."""

    def __init__(
        self, *, units_of_work: UnitOfWorkFactory, direct_uploads: DirectUploads | None = None
    ) -> None:
        self._units_of_work = units_of_work
        self._direct_uploads = direct_uploads

    def __call__(
        self, tenant: str, upload_id: UUID, digests: Mapping[int, str]
    ) -> Sequence[PartAddress]:
        """Where the parts of those numbers go that have these sha256.

        Raises UnknownUploadError, UploadEndedError, UploadCompletedError, UnknownPartError,
        ConfigurationError when nothing can be signed.
        """
        with self._units_of_work.for_reading() as work:
            session, now = work.upload_sessions.get(tenant, upload_id), work.now()
        session.check_takes(at=now)
        for number in digests:
            session.check_part(number)
        return [
            self._address(session, number, sha256, at=now) for number, sha256 in digests.items()
        ]

    def _address(
        self, session: UploadSession, number: int, sha256: str, *, at: datetime
    ) -> PartAddress:
        state = session.state
        size_bytes, link, expires_at = state.plan.bytes_of(number), None, state.expires_at
        if state.handle is not None and self._direct_uploads is not None:
            expires_at = at + timedelta(seconds=LINK_SECONDS)
            link = self._direct_uploads.link(
                state.key,
                state.handle,
                number=number,
                size_bytes=size_bytes,
                sha256=sha256,
                expires_in_seconds=LINK_SECONDS,
            )
        return PartAddress(
            number=number, size_bytes=size_bytes, sha256=sha256, link=link, expires_at=expires_at
        )
