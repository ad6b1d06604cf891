"""The tables of all modules, for whoever makes or compares them: each knows its own alone."""

from adapters.sql.access_tables import api_keys
from adapters.sql.happenings_table import happenings
from adapters.sql.installation_table import installation
from adapters.sql.tables import metadata

__all__ = ["api_keys", "happenings", "installation", "metadata"]
