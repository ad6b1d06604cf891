"""The checks of the orders' schema as one would write them for this file alone."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, time

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SKU = re.compile("[A-Z]{2}-[0-9]{4}")
_COUNTRIES = {"DE", "FR", "JP", "US"}
_STATUSES = {"open", "sent", "back"}


def check_by_hand(content: bytes) -> tuple[int, int]:
    """How many rows are good and how many bad; good ones are written out."""
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    clean = csv.writer(io.StringIO())
    good = bad = 0
    next(reader)
    for row in reader:
        if _is_good(row):
            clean.writerow(row)
            good += 1
        else:
            bad += 1
    return good, bad


def _is_good(row: Sequence[str]) -> bool:
    try:
        number, placed_on, placed_at, customer, email, country, *rest = row
        quantity, price, paid, status, sku, _ = rest
        int(number)
        date.fromisoformat(placed_on)
        time.fromisoformat(placed_at)
        return (
            3 <= len(customer) <= 40
            and _EMAIL.fullmatch(email) is not None
            and country in _COUNTRIES
            and 1 <= int(quantity) <= 99
            and float(price) >= 0
            and paid in ("true", "false")
            and status in _STATUSES
            and _SKU.fullmatch(sku) is not None
        )
    except ValueError:
        return False
