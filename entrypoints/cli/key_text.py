"""API keys, as people and programs read them."""

from collections.abc import Sequence
from datetime import datetime

from domain.api_key import ApiKey

_HEAD = ("ID", "TENANT", "STATE", "EXPIRES", "LAST USED", "SCOPES", "NAME")


def key_lines(keys: Sequence[ApiKey], *, now: datetime) -> list[str]:
    """A table, the names last."""
    rows = [_HEAD, *(_row(key, now=now) for key in keys)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def key_members(key: ApiKey, *, now: datetime) -> dict[str, object]:
    """The members of a JSON object; nothing of the secret is in it."""
    return {
        "id": key.id,
        "tenant": key.tenant,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "state": _state(key, now=now),
        "createdAt": _moment(key.created_at),
        "expiresAt": _moment(key.expires_at),
        "revokedAt": _moment(key.revoked_at),
        "lastUsedAt": _moment(key.last_used_at),
    }


def _row(key: ApiKey, *, now: datetime) -> tuple[str, ...]:
    scopes = ",".join(sorted(key.scopes))
    return (
        *(key.id, key.tenant, _state(key, now=now)),
        *(_day(key.expires_at), _day(key.last_used_at), scopes, key.name),
    )


def _state(key: ApiKey, *, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.is_expired(at=now) else "good"


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d}"


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
