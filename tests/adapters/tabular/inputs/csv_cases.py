"""Every nasty CSV file of which some rows may be good."""

from tests.adapters.tabular.inputs.csv_dialects import CSV_DIALECTS
from tests.adapters.tabular.inputs.csv_records import CSV_RECORDS
from tests.adapters.tabular.inputs.csv_texts import CSV_TEXTS

CASES = [*CSV_RECORDS, *CSV_TEXTS, *CSV_DIALECTS]
