"""One pure parser and writer per type of the schema."""
