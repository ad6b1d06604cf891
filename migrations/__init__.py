"""The database's tables, revision by revision; installed with the service."""
