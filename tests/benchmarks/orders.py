"""Made-up orders: twelve mixed columns, one row in a hundred bad."""

import csv
import io
import json
from collections.abc import Iterator
from random import Random

HEADER = (
    "order_id", "placed_on", "placed_at", "customer", "email", "country",
    "quantity", "unit_price", "paid", "status", "sku", "note",
)  # fmt: skip

SCHEMA = {
    "fields": [
        {"name": "order_id", "type": "integer", "constraints": {"required": True}},
        {"name": "placed_on", "type": "date"},
        {"name": "placed_at", "type": "time"},
        {"name": "customer", "type": "string", "constraints": {"minLength": 3, "maxLength": 40}},
        {"name": "email", "type": "string", "format": "email"},
        {"name": "country", "type": "string", "constraints": {"enum": ["DE", "FR", "JP", "US"]}},
        {"name": "quantity", "type": "integer", "constraints": {"minimum": 1, "maximum": 99}},
        {"name": "unit_price", "type": "number", "constraints": {"minimum": 0}},
        {"name": "paid", "type": "boolean"},
        {"name": "status", "type": "string", "constraints": {"enum": ["open", "sent", "back"]}},
        {"name": "sku", "type": "string", "constraints": {"pattern": "[A-Z]{2}-[0-9]{4}"}},
        {"name": "note", "type": "string"},
    ]
}

BAD_EVERY = 100
"""Every so many rows the quantity is a word."""


def orders_as_csv(rows: int) -> Iterator[bytes]:
    """Each order as a record of CSV from its second cell on; the same for the same number."""
    for order in _orders(rows):
        text = io.StringIO()
        csv.writer(text, lineterminator="").writerow([_cell(value) for value in order])
        yield text.getvalue().encode()


def orders_as_json(rows: int) -> Iterator[bytes]:
    """Each order as a JSON object from its second member on; the same for the same number."""
    for order in _orders(rows):
        members = dict(zip(HEADER[1:], order, strict=True))
        yield json.dumps(members, separators=(",", ":")).removeprefix("{").encode()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.2f}" if isinstance(value, float) else value


def _orders(rows: int) -> Iterator[list[object]]:
    chance = Random(rows)
    for number in range(1, rows + 1):
        is_bad = number % BAD_EVERY == 0
        yield [
            f"2026-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
            f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}:00",
            f"Customer {chance.randint(1, 9999)}",
            f"buyer{number}@example.org",
            chance.choice(["DE", "FR", "JP", "US"]),
            "many" if is_bad else chance.randint(1, 99),
            chance.randint(1, 99999) / 100,
            chance.choice([True, False]),
            chance.choice(["open", "sent", "back"]),
            f"{chance.choice(['AB', 'XY'])}-{chance.randint(0, 9999):04}",
            chance.choice(["", "fragile", "leave it, please, at the door"]),
        ]
