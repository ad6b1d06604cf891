"""The checks of the orders' schema as one would write them for this file alone, and less."""

import csv
import json
import re
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SKU = re.compile("[A-Z]{2}-[0-9]{4}")
_COUNTRIES = {"DE", "FR", "JP", "US"}
_STATUSES = {"open", "sent", "back"}
_BLOCK_BYTES = 1024 * 1024


def check_csv(path: Path, folder: Path) -> int:
    """The number of good rows, which are written out."""
    good = 0
    with (
        path.open(newline="", encoding="utf-8") as file,
        (folder / "clean.csv").open("w", newline="", encoding="utf-8") as clean,
    ):
        reader, writer = csv.reader(file), csv.writer(clean)
        writer.writerow(next(reader))
        for row in reader:
            if _is_good(row):
                writer.writerow(row)
                good += 1
    return good


def check_json(path: Path, folder: Path) -> int:
    """The same of an array that is read at once, as the json module has it."""
    with path.open("rb") as file:
        orders = json.load(file)
    good = [order for order in orders if _is_good_order(order)]
    with (folder / "clean.json").open("w", encoding="utf-8") as clean:
        json.dump(good, clean)
    return len(good)


def count_newlines(path: Path, _: Path) -> None:
    """Looks at every byte once, which is the least that anyone has to do."""
    count = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            count += block.count(b"\n")


def _is_good(row: list[str]) -> bool:
    try:
        number, placed_on, placed_at, customer, email, country, *rest = row
        quantity, price, paid, status, sku, _ = rest
        int(number)
        return _holds(placed_on, placed_at, customer, email, country, status, sku) and (
            1 <= int(quantity) <= 99 and float(price) >= 0 and paid in ("true", "false")
        )
    except ValueError:
        return False


def _is_good_order(order: Mapping[str, Any]) -> bool:
    try:
        texts = ("placed_on", "placed_at", "customer", "email", "country", "status", "sku")
        return (
            _holds(*(order[name] for name in texts))
            and isinstance(order["order_id"], int)
            and isinstance(order["quantity"], int)
            and 1 <= order["quantity"] <= 99
            and order["unit_price"] >= 0
            and isinstance(order["paid"], bool)
        )
    except (KeyError, TypeError, ValueError):
        return False


def _holds(
    placed_on: str, placed_at: str, customer: str, email: str, country: str, status: str, sku: str
) -> bool:
    date.fromisoformat(placed_on)
    time.fromisoformat(placed_at)
    return (
        3 <= len(customer) <= 40
        and _EMAIL.fullmatch(email) is not None
        and country in _COUNTRIES
        and status in _STATUSES
        and _SKU.fullmatch(sku) is not None
    )
