"""A schema that was made from a sample, and what speaks for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A narrower type that a column does not have, with a value that shows why."""

    type: str
    example: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEvidence:
    """What was seen of one column.

    Of `values` rows there was a value, of `missing` none; `examples` are the first of the
    `distinct` ones, cut where they are long. `doubts` are what should be looked at by someone
    who knows the data.
    """

    name: str
    values: int
    missing: int
    distinct: int
    examples: tuple[str, ...]
    reason: str
    alternatives: tuple[Alternative, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredSchema:
    """A Table Schema descriptor, and the evidence for each of its fields.

    `key_candidates` are the fields that have a value in every row of the sample, and no value
    twice. `omitted` are columns that no field can stand for: without a name, or with one that
    is there twice.
    """

    descriptor: Mapping[str, object]
    rows: int
    fields: tuple[FieldEvidence, ...]
    key_candidates: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()

    def evidence(self) -> dict[str, object]:
        """Everything but the descriptor, as plain JSON values."""
        return {
            "rows": self.rows,
            "keyCandidates": list(self.key_candidates),
            "omittedColumns": list(self.omitted),
            "fields": [_plain(found) for found in self.fields],
        }


def _plain(found: FieldEvidence) -> dict[str, object]:
    return asdict(found) | {
        "examples": list(found.examples),
        "alternatives": [asdict(alternative) for alternative in found.alternatives],
        "doubts": list(found.doubts),
    }
