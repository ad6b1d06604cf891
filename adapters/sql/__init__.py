"""Files, outbox, schemas, idempotency keys and the laptop queue in one SQL database.

SQLite and PostgreSQL run the same statements: row locks are asked for where PostgreSQL needs
them, and SQLite, whose writers take turns, ignores the words. What differs between the two
stands in `sqlite` and `postgresql`, and what their errors mean in `errors`.
"""
