"""What PostgreSQL's error codes mean to the service.

Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import re
from types import MappingProxyType

DISK_FULL = "53100"

MISCONFIGURED = MappingProxyType(
    {
        "28P01": "invalid_password",
        "28000": "invalid_authorization_specification",
        "3D000": "invalid_catalog_name",
        "42501": "insufficient_privilege",
    }
)
"""Refusals that no repetition overcomes, only an operator."""

OUTCOME_UNKNOWN = frozenset(
    {
        "08007",  # transaction_resolution_unknown
        "40003",  # statement_completion_unknown
    }
)
"""The server itself does not know whether the commit happened."""

CONTENDED = frozenset(
    {
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available
    }
)
"""Others were in the way: the server itself is well."""

READ_ONLY = "25006"
"""A write was refused, not for what it says, but because the server takes none."""

NOT_SUPPORTED = "0A000"
"""What a standby says of a transaction that is to write, and any server of other things."""

_UNDEFINED_TABLE = "42P01"
_REFUSALS = frozenset(
    {
        "0A",  # feature_not_supported
        "21",  # cardinality_violation
        "22",  # data_exception
        "23",  # integrity_constraint_violation
        "26",  # invalid_sql_statement_name
        "34",  # invalid_cursor_name
        "38",  # external_routine_exception
        "39",  # external_routine_invocation_exception
        "42",  # syntax_error_or_access_rule_violation
        "44",  # with_check_option_violation
        "54",  # program_limit_exceeded
        "P0",  # plpgsql_error
    }
)

_REFUSED_AT_THE_DOOR = re.compile(
    r"password authentication failed|no password supplied|no pg_hba\.conf entry"
    r"|authentication failed for user"
    r'|(database|role) ".*" does not exist|permission denied for database'
    r"|is not permitted to log in"
    # Of the driver itself, before it asks a server.
    r"|invalid connection option|bad value for connect_timeout"
    r"|invalid port number|invalid \w+ value"
)


def is_refusal(code: str) -> bool:
    """True when the statement or its values are at fault, so that a repetition fails too.

    Everything else, unknown codes too, counts as a failure that passes. A missing table does
    as well: the database is not the one that we began with, so a restore may be under way.
    """
    return code[:2] in _REFUSALS and code != _UNDEFINED_TABLE


def is_refused_at_the_door(message: str) -> bool:
    """True when a connection failed for its set-up: names, passwords, rights, options.

    The driver gives no code before a session exists, so the server's words are all there
    is. Unknown words, those of other languages too, count as a failure that passes.
    """
    return _REFUSED_AT_THE_DOOR.search(message) is not None
