"""Who calls, and what that caller may do."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_TENANT = "default"


class Scope(StrEnum):
    """One ability that a caller can have; none includes another."""

    FILES_WRITE = "files:write"
    """Upload, reprocess, cancel and delete."""

    FILES_READ = "files:read"
    """Files with their content, results, errors and history, and the schemas."""

    SCHEMAS_WRITE = "schemas:write"
    """Register schemas."""

    OPS = "ops"
    """Statistics, dead letters and their redrive: over all tenants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller who is known: everything it sees and makes is the tenant's.

    `key_id` names the API key, None where nobody has to show one.
    """

    tenant: str
    scopes: frozenset[Scope]
    key_id: str | None = None
