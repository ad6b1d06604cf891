"""The tables of all modules, for whoever makes or compares them: each knows its own alone."""

from adapters.sql.access_tables import api_keys
from adapters.sql.happenings_table import happenings
from adapters.sql.installation_table import installation
from adapters.sql.message_tables import outbox
from adapters.sql.metadata import metadata
from adapters.sql.tables import files
from adapters.sql.upload_session_table import upload_sessions

__all__ = [
    "api_keys",
    "files",
    "happenings",
    "installation",
    "metadata",
    "outbox",
    "upload_sessions",
]
