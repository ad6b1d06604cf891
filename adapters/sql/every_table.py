"""All tables there are, whichever module describes them."""

from sqlalchemy import MetaData

from adapters.sql import access_tables, tables

metadata: MetaData = tables.metadata
"""Complete, since the modules above have added theirs to it."""

assert access_tables.api_keys.metadata is metadata
