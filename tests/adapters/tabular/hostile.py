"""Contents made to make a reader spin or swell, and a process of its own to read one in.

`python -m tests.adapters.tabular.hostile NAME` processes the content of that name and prints
what came of it as JSON. The kernel kills the process when it spins: a reader whose work grows
with the square of these contents is busy for hours.
"""

import gzip
import json
import resource
import sys
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from adapters.tabular.engine import TabularContentEngine
from adapters.tabular.limits import Limits
from application.ports.content_engine import EngineJob
from domain.file_type import FileType
from domain.processing_options import ProcessingOptions
from domain.schema import Schema
from tests.adapters.tabular.endless import NoSinks
from tests.adapters.tabular.mill import BytesSource, mill, schema_of

MOST_CPU_SECONDS = 60
_MERSENNE = 2**61 - 1
"""Python hashes a number by its rest to this, so all of its multiples have the hash 0."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A content by the function that makes it, and how it is to be read."""

    content: Callable[[], bytes]
    file_type: FileType = FileType.CSV
    schema: Callable[[], Schema | None] = lambda: None


def _pattern() -> Schema:
    evil = {"name": "a", "type": "string", "constraints": {"pattern": "(a+)+$|(a|aa)+|(.*a){12}"}}
    return schema_of(evil, {"name": "b"})


def _unique(field_type: str) -> Schema:
    return schema_of({"name": "a", "type": field_type, "constraints": {"unique": True}})


def _anything() -> Schema:
    return schema_of({"name": "a"})


def _colliding() -> list[bytes]:
    return [b"%d" % (number * _MERSENNE) for number in range(40_000)]


def _object_of(members: int) -> bytes:
    return b"{" + b",".join(b'"m%d":1' % number for number in range(members)) + b"}"


def _packed(piece: bytes, *, times: int) -> bytes:
    packer = zlib.compressobj(wbits=31)
    packed = [packer.compress(piece) for _ in range(times)]
    return b"".join([*packed, packer.flush()])


def _ndjson(content: Callable[[], bytes]) -> Hostile:
    return Hostile(content, FileType.NDJSON)


def _json(
    content: Callable[[], bytes], schema: Callable[[], Schema | None] = lambda: None
) -> Hostile:
    return Hostile(content, FileType.JSON, schema)


HOSTILE: Mapping[str, Hostile] = {
    "a quote never closed at the start": Hostile(lambda: b'a,b\n1,"2\n' + b"3,4\n" * 5_000_000),
    "a quote never closed in every row": Hostile(lambda: b"a,b\n" + b'1,"2\n' * 30_000),
    "a quote never closed in every other row": Hostile(lambda: b"a,b\n" + b'1,"2\n3,4\n' * 30_000),
    "quotes alone": Hostile(lambda: b'a,b\n' + b'"' * 1_000_001),
    "delimiters alone": Hostile(lambda: b"a,b\n" + b"," * 3_000_000),
    "carriage returns alone": Hostile(lambda: b"a,b\n" + b"\r" * 100_000),
    "NULs alone": Hostile(lambda: b"a,b\n" + b"\0" * 3_000_000),
    "a header of 100,000 columns": Hostile(lambda: b"a," * 100_000 + b"a\n" + b"1," * 100_000 + b"1\n"),
    "rows of 100,000 cells": Hostile(lambda: b"a,b\n" + (b"1," * 100_000 + b"1\n") * 10),
    "a cell of 5 MB": Hostile(lambda: b"a,b\n1," + b"x" * 5_000_000 + b"\n3,4\n"),
    "a quoted cell of 5 MB over lines": Hostile(lambda: b'a,b\n1,"' + (b"x" * 49 + b"\n") * 100_000 + b'"\n3,4\n'),
    "an evil pattern": Hostile(lambda: b"a,b\n" + (b"a" * 5000 + b"!,1\n") * 300, schema=_pattern),
    "40,000 colliding numbers as keys": Hostile(lambda: b"\n".join([b"a", *_colliding(), b"0"]), schema=lambda: _unique("number")),
    "a gigabyte of zeros in gzip": Hostile(lambda: _packed(b"0" * 1_000_000, times=1000)),
    "a hundred megabytes of rows in gzip": Hostile(lambda: _packed(b"0,0\n" * 250_000, times=100)),
    "thousands of empty streams in gzip": Hostile(lambda: b"".join([gzip.compress(b"a,b\n1,2\n"), *[gzip.compress(b"")] * 100_000])),
    "brackets without an end": _json(lambda: b"[" * 200_000),
    "objects in objects without an end": _json(lambda: b'[{"a":1},' + b'{"a":' * 40_000),
    "broken elements without an end": _json(lambda: b"[" + b'{"a":[{},' * 40_000),
    "strings never closed": _json(lambda: b"[" + b'{"a":"x},\n' * 30_000 + b"]"),
    "an array of three million items": _json(lambda: b'[{"a":[' + b"0," * 3_000_000 + b'0]},{"a":3}]', _anything),
    "arrays as deep as may be in every record": _json(lambda: b'[{"a":0}' + (b',{"a":' + b"[" * 63 + b"]" * 63 + b"}") * 30_000 + b"]"),
    "brackets that do not match in every record": _json(lambda: b'[{"a":0}' + b',{"a":[1}' * 30_000 + b"]"),
    "a name twice in an object in every record": _json(lambda: b'[{"a":0}' + b',{"a":{"b":1,"b":2}}' * 30_000 + b"]"),
    "objects that begin as the records do": _json(lambda: b'[{"a":0}' + (b',{"a":[0' + b',{"a":1}' * 1000 + b"]}") * 300 + b"]"),
    "an object of 16 MB": _json(lambda: b'[{"a":[' + b"1234567890," * 1_500_000 + b'0]},{"a":3}]'),
    "a string of 16 MB": _json(lambda: b'[{"a":"' + b"x" * 16_000_000 + b'"},{"a":3}]'),
    "an object of 100,000 members": _json(lambda: b"[" + _object_of(100_000) + b"]"),
    "two of 1,500 columns in every record": _ndjson(lambda: b"\n".join(b'{"a":%d,"c%d":1}' % (number, number % 1500) for number in range(60_000))),
    "records of 10,000 members": _json(lambda: b"[" + b",".join([_object_of(10_000)] * 30) + b"]", _anything),
    "brackets without an end on a line": _ndjson(lambda: b"[" * 500_000 + b'\n{"a":1}'),
    "lines of blanks": _ndjson(lambda: b'{"a":1}\n' + b" \n" * 100_000),
    "40,000 colliding numbers as keys in JSON": _json(lambda: b'[{"a":' + b'},{"a":'.join([*_colliding(), b"0"]) + b"}]", lambda: _unique("number")),
}  # fmt: skip


def read_hostile(name: str) -> dict[str, Any]:
    """How many rows and errors it had, and by how many mebibytes the process grew."""
    hostile = HOSTILE[name]
    source, schema = BytesSource(hostile.content(), chunk_bytes=1 << 18), hostile.schema()
    # What is loaded once, whatever the file, is no growth.
    small = b"a,b\n1,2\n" if hostile.file_type is FileType.CSV else b'[{"a":1}]'
    mill(small, hostile.file_type, limits=Limits(fast_from_bytes=0))
    before = _peak_mebibytes()
    report = TabularContentEngine().process(
        EngineJob(
            source=source,
            file_type=hostile.file_type,
            schema=schema,
            options=ProcessingOptions(delimiter=","),
            sinks=NoSinks(),
            progress=lambda _: None,
            should_stop=lambda: False,
        )
    )
    return {
        "rows": asdict(report.rows),
        "errors": {counted.code: counted.count for counted in report.error_counts},
        "file_error": report.file_error and report.file_error.code,
        "growth_mebibytes": _peak_mebibytes() - before,
    }


def _peak_mebibytes() -> int:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    print(json.dumps(read_hostile(sys.argv[1])))  # noqa: T201 - it is what the parent reads
