"""Real files, rules for them, and what must come out, counted without any code of ours."""

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, eq=False)
class RealFile:
    """A file, a schema that some of its rows violate, and which rows those are."""

    name: str
    schema: Mapping[str, object]
    is_good: Callable[[Mapping[str, Any]], bool]

    @property
    def content(self) -> bytes:
        return (DATA / self.name).read_bytes()

    @property
    def schema_name(self) -> str:
        return self.name.partition(".")[0]

    def rows(self) -> list[Mapping[str, Any]]:
        """All rows, as the standard library reads them."""
        text = self.content.decode()
        if self.name.endswith(".json"):
            rows: list[Mapping[str, Any]] = json.loads(text)
            return rows
        return list(csv.DictReader(text.splitlines()))


def _field(name: str, kind: str, **constraints: object) -> dict[str, object]:
    return {"name": name, "type": kind, "constraints": {"required": True, **constraints}}


AIRPORTS = RealFile(
    name="airports.csv",
    schema={
        "fields": [
            _field("iata", "string", unique=True, pattern="[0-9A-Z]{3,4}"),
            _field("name", "string"),
            _field("city", "string"),
            _field("state", "string"),
            _field("country", "string", enum=["USA"]),
            _field("latitude", "number", minimum=-90, maximum=90),
            _field("longitude", "number", minimum=-180, maximum=180),
        ],
        "missingValues": ["", "NA"],
    },
    is_good=lambda row: (
        row["country"] == "USA" and not {"", "NA"} & {row["city"], row["state"], row["name"]}
    ),
)
CARS = RealFile(
    name="cars.json",
    schema={
        "fields": [
            _field("Name", "string"),
            _field("Miles_per_Gallon", "number"),
            _field("Cylinders", "integer"),
            _field("Displacement", "number"),
            _field("Horsepower", "integer"),
            _field("Weight_in_lbs", "integer"),
            _field("Acceleration", "number"),
            _field("Year", "date"),
            _field("Origin", "string", enum=["USA", "Europe", "Japan"]),
        ],
    },
    is_good=lambda row: None not in (row["Miles_per_Gallon"], row["Horsepower"]),
)
WEATHER = RealFile(
    name="seattle-weather.csv",
    schema={
        "fields": [
            {"name": "date", "type": "date", "format": "%Y/%m/%d"},
            _field("precipitation", "number", minimum=0),
            _field("temp_max", "number", maximum=30),
            _field("temp_min", "number"),
            _field("wind", "number"),
            _field("weather", "string", enum=["drizzle", "rain", "sun", "snow"]),
        ],
    },
    is_good=lambda row: float(row["temp_max"]) <= 30 and row["weather"] != "fog",
)
REAL_FILES = (AIRPORTS, CARS, WEATHER)
