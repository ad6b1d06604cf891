"""Files, outbox, schemas, idempotency keys and the laptop queue in one SQL database.

SQLite today. PostgreSQL runs the same statements: row locks are asked for where it needs
them and SQLite, whose writers take turns, ignores the words. What differs between the two
stands in `engine`, `database_clock` and `errors`, and nowhere else.
"""
