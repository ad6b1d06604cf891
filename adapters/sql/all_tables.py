"""The tables of all modules, for whoever makes or compares them: each knows its own alone."""

from adapters.sql.access_tables import api_keys
from adapters.sql.tables import metadata

__all__ = ["api_keys", "metadata"]
