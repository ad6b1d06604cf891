"""Made-up files, so many that only the database itself can make them.

Six in ten are of one tenant, three in ten of a few, the rest of a thousand. There are statuses,
types, schemas, versions and beginnings of names that nearly all have, and some that hardly any
has; those of a dated name lie together in time. One old file in fifty is erased.
"""

from typing import Any

import psycopg

_AT_ONCE = 1_000_000

_MADE = """
SELECT n, gen_random_uuid() AS id, n < %(rows)s * 0.97 AND n %% 50 = 0 AS is_erased,
  timestamptz '2024-01-01 00:00:00Z' + n * interval '6 s' AS at,
  CASE WHEN n %% 10 < 6 THEN 'large' WHEN n %% 10 < 9 THEN 'medium-' || n %% 9
       ELSE 'small-' || n / 10 %% 1000 END AS tenant,
  CASE WHEN n %% 7 = 0 THEN 'orders-'
         || to_char(timestamp '2024-01-01' + n * interval '6 s', 'YYYY-MM-DD') || '.csv'
       WHEN n %% 1000003 = 0 THEN 'rare-' || n || '.csv'
       ELSE 'export_' || n::bigint * 7919 %% 10000019 || '.csv' END AS name,
  CASE WHEN n %% 500000 = 1 THEN 'ndjson' WHEN n %% 20 = 3 THEN 'json' ELSE 'csv' END AS file_type,
  CASE WHEN n > %(rows)s * 0.97 AND n %% 3 = 0 THEN 'PENDING'
       WHEN n > %(rows)s * 0.998 AND n %% 2999 = 0 THEN 'PROCESSING'
       WHEN n %% 2000003 = 2 THEN 'cancelled' WHEN n %% 30011 = 0 THEN 'dead_lettered'
       WHEN n %% 33 = 0 THEN 'rejected' WHEN n %% 12 = 0 THEN 'partial' ELSE 'clean' END AS kind,
  CASE WHEN n %% 2 = 0 THEN 'orders' WHEN n %% 17 = 0 THEN 'people'
       WHEN n %% 900001 = 0 THEN 'rare' END AS schema_name,
  CASE WHEN n < %(rows)s * 0.1 THEN 1 WHEN n %% 1000003 = 0 THEN 3 ELSE 2 END AS schema_version
FROM generate_series(%(first)s, %(last)s) AS n
"""

_INSERT = f"""
INSERT INTO files (
  id, tenant, original_name, bucket, key, etag, file_type, size_bytes, sha256, status, outcome,
  error_code, schema_name, schema_version, options, metadata, rows, results, bytes_read, rows_read,
  generation, attempt, failures, retries, starts, lease_owner, lease_expires_at,
  generation_started_at, next_attempt_at, published_at, processed_at, created_at, updated_at,
  erased_at, version)
SELECT id, tenant, CASE WHEN is_erased THEN '' ELSE name END, 'uploads',
  CASE WHEN is_erased THEN '' ELSE 'uploads/' || id || '/' || name END,
  CASE WHEN is_erased THEN '' ELSE md5(n::text) END, file_type, 1000 + n %% 100000,
  CASE WHEN is_erased THEN '' ELSE md5(n::text) || md5(name) END,
  CASE WHEN kind IN ('clean', 'partial') THEN 'COMPLETED'
       WHEN kind IN ('PENDING', 'PROCESSING') THEN kind ELSE 'FAILED' END,
  CASE WHEN kind NOT IN ('PENDING', 'PROCESSING') THEN kind END,
  CASE kind WHEN 'dead_lettered' THEN 'internal_error' WHEN 'rejected' THEN 'too_many_errors' END,
  schema_name, CASE WHEN schema_name IS NOT NULL THEN schema_version END,
  '{{"on_error": "skip_rows", "max_errors": null, "outputs": ["csv"], "encoding": null,
     "delimiter": null, "header": true}}', '{{}}',
  '{{"read": 100, "accepted": 99, "rejected": 1, "skipped": 0}}', '[]', 1000, 100, 1, 1, 0, 0, 1,
  CASE WHEN kind = 'PROCESSING' THEN 'worker-1' END, CASE WHEN kind = 'PROCESSING' THEN at END,
  at, at, at, CASE WHEN kind NOT IN ('PENDING', 'PROCESSING') THEN at END, at, at,
  CASE WHEN is_erased THEN at END, 3
FROM ({_MADE}) AS made
"""

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'files' AND indexname <> 'pk_files'
"""


def fill(database: psycopg.Connection[tuple[Any, ...]], *, rows: int) -> None:
    """Puts so many files into the table; its indexes are made anew behind them, which is faster."""
    indexes = database.execute(_INDEXES).fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}".encode())
    for first in range(1, rows + 1, _AT_ONCE):
        last = min(rows, first + _AT_ONCE - 1)
        database.execute(_INSERT.encode(), {"rows": rows, "first": first, "last": last})
    for _, definition in indexes:
        database.execute(definition.encode())
    database.execute("VACUUM (ANALYZE) files")
