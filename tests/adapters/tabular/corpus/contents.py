"""Every bad content of the corpus; the schemas stand apart, since they are no contents."""

from tests.adapters.tabular.corpus.csv_cells import CSV_CELLS
from tests.adapters.tabular.corpus.csv_files import CSV_FILES
from tests.adapters.tabular.corpus.csv_records import CSV_RECORDS
from tests.adapters.tabular.corpus.gzip_files import GZIP_FILES
from tests.adapters.tabular.corpus.json_records import JSON_RECORDS
from tests.adapters.tabular.corpus.ndjson_records import NDJSON_RECORDS

BAD_CONTENTS = [
    *CSV_RECORDS,
    *CSV_CELLS,
    *CSV_FILES,
    *JSON_RECORDS,
    *NDJSON_RECORDS,
    *GZIP_FILES,
]
