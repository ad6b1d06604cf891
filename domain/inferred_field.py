"""One field of a schema, guessed from the values of its column."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile
from typing import Any, Final, TypeAlias

from domain.counted import counted
from domain.inferred_schema import Alternative, FieldEvidence
from domain.row_error import excerpt
from domain.schema import FieldType
from domain.type_guesses import (
    ANY_NUMBER,
    MISSING_MARKERS,
    STRING,
    Family,
    Guess,
    families,
    loss_of_a_code,
    string_families,
    temporal_families,
)
from domain.values.base import Misfit, Value, json_kind
from domain.values.boolean import BooleanType
from domain.values.text import AnyType, json_text

MOST_ENUM_VALUES: Final = 20
LEAST_ENUM_COUNT: Final = 5
"""Strings of which each is seen that often are taken for all there are."""

_MOST_EXAMPLES: Final = 3
_ANY = Guess(type=FieldType.ANY, value_type=AnyType())
_BOOLEAN = Guess(type=FieldType.BOOLEAN, value_type=BooleanType())

_Verdict: TypeAlias = tuple[Guess, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InferredField:
    """The field's descriptor, its evidence, and the typed values of the sample; None is missing."""

    descriptor: dict[str, object]
    evidence: FieldEvidence
    type: FieldType
    values: Sequence[Value]

    @property
    def has_all_values(self) -> bool:
        """True when no row of the sample lacks a value, and there are rows."""
        return bool(self.values) and None not in self.values


def infer_from_texts(name: str, texts: Sequence[str | None]) -> InferredField:
    """The field of a CSV column; None is an empty cell."""
    guess, doubts, markers = _of_cells(_distinct(texts))
    texts = [None if text in markers else text for text in texts]
    field = _field(name, guess, [None if it is None else guess.read(it) for it in texts], texts)
    tried = takewhile(lambda it: it != guess, _plain_guesses())
    evidence = replace(
        field.evidence,
        alternatives=tuple(_alternatives(tried, _distinct(texts))),
        doubts=doubts,
    )
    if markers:
        evidence = replace(evidence, reason=f"{evidence.reason}, but for {', '.join(markers)}")
        field.descriptor["missingValues"] = ["", *markers]
    return replace(field, evidence=evidence)


def infer_from_json(name: str, values: Sequence[Any]) -> InferredField:
    """The field of a member of JSON objects; None is null, or no member at all."""
    present = [value for value in values if value is not None]
    kinds = {json_kind(value) for value in present}
    guess: Guess = _ANY
    doubts: tuple[str, ...] = ()
    if kinds == {"a boolean"}:
        guess = _BOOLEAN
    elif kinds == {"a number"}:
        guess = next((it for it in ANY_NUMBER if _all_read(it, present)), _ANY)
    elif kinds == {"a string"}:
        distinct = list(dict.fromkeys(present))
        guess, doubts = _choose([*temporal_families(), *string_families()], distinct)
    elif len(kinds) > 1:
        doubts = (f"there are values of different kinds: {', '.join(sorted(kinds))}",)
    typed = [None if it is None else guess.value_type.parse_json(it) for it in values]
    shown = [None if it is None else it if isinstance(it, str) else json_text(it) for it in values]
    field = _field(name, guess, typed, shown)
    return replace(field, evidence=replace(field.evidence, doubts=doubts))


def _of_cells(distinct: Sequence[str]) -> tuple[Guess, tuple[str, ...], Sequence[str]]:
    """The guess, what is in doubt, and the markers that are missing values by it."""
    guess, doubts = _of_texts(distinct)
    markers = [marker for marker in MISSING_MARKERS if marker in distinct]
    rest = [text for text in distinct if text not in markers]
    if guess is not STRING or not markers or not rest:
        return guess, doubts, ()
    guess, doubts = _of_texts(rest)
    # Where the other values are mere strings, "NA" may be one of them.
    return guess, doubts, () if guess is STRING else markers


def _of_texts(distinct: Sequence[str]) -> _Verdict:
    if not distinct:
        return _ANY, ()
    return _choose(families(distinct), distinct)


def _choose(candidates: Iterator[Family] | Sequence[Family], distinct: Sequence[str]) -> _Verdict:
    """The first guess that fits all texts and leaves no doubt about what they mean."""
    doubts: dict[str, str] = {}
    for family in candidates:
        fitting = [
            next((guess for guess in reading if guess.misfit(distinct) is None), None)
            for reading in family
        ]
        found = [guess for guess in fitting if guess is not None]
        loss = loss_of_a_code(found[0], distinct) if len(found) == 1 else None
        if loss is not None:
            doubts.setdefault(loss[1], _doubt_of_a_code(found[0], *loss))
        elif len(found) == 1:
            return found[0], ()
        elif found:
            doubt = _doubt(found, distinct)
            doubts[doubt] = doubt
    return STRING, tuple(doubts.values())


def _doubt(found: Sequence[Guess], distinct: Sequence[str]) -> str:
    meanings = " or ".join(_described(guess) for guess in found)
    return f'"{excerpt(distinct[0])}" and all others could be {meanings}; it is left a string'


def _doubt_of_a_code(guess: Guess, text: str, lost: str) -> str:
    shown = f'"{excerpt(text)}"'
    return f"{shown} could be a code, and as {_described(guess)} would lose {lost}; it is left a string"


def _field(
    name: str, guess: Guess, typed: Sequence[Value | Misfit], texts: Sequence[str | None]
) -> InferredField:
    values = [None if isinstance(value, Misfit) else value for value in typed]
    counts = Counter(text for text in texts if text is not None)
    missing = sum(text is None for text in texts)
    descriptor: dict[str, object] = {"name": name, "type": str(guess.type), **guess.members}
    constraints: dict[str, object] = {}
    if texts and not missing:
        constraints["required"] = True
    is_enum = guess is STRING and _are_few(counts)
    if is_enum:
        constraints["enum"] = sorted(counts)
    if constraints:
        descriptor["constraints"] = constraints
    evidence = FieldEvidence(
        name=name,
        values=len(texts) - missing,
        missing=missing,
        distinct=len(counts),
        examples=tuple(map(excerpt, [*counts][:_MOST_EXAMPLES])),
        reason=_reason(guess, counts, is_enum=is_enum),
    )
    return InferredField(descriptor=descriptor, evidence=evidence, type=guess.type, values=values)


def _are_few(counts: Counter[str]) -> bool:
    return 0 < len(counts) <= MOST_ENUM_VALUES and min(counts.values()) >= LEAST_ENUM_COUNT


def _reason(guess: Guess, counts: Counter[str], *, is_enum: bool) -> str:
    if not counts:
        return "there is no value"
    if guess is _ANY:
        return "no single type fits all values"
    if is_enum:
        return f"{counted(len(counts), 'string')}, each seen {LEAST_ENUM_COUNT} times or more"
    if counts.total() == 1:
        return f"the only value reads as {_described(guess)}"
    return f"all {counts.total()} values read as {_described(guess)}"


def _described(guess: Guess) -> str:
    """`date %d/%m/%Y`, for one."""
    members = [
        str(value) if name == "format" else f"{name} {_shown(value)}"
        for name, value in guess.members.items()
    ]
    return " ".join([str(guess.type), *members])


def _shown(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else f'"{value}"'


def _plain_guesses() -> Iterator[Guess]:
    yield from ANY_NUMBER
    yield _BOOLEAN
    for family in temporal_families():
        for reading in family:
            yield from (guess for guess in reading if not guess.members)


def _alternatives(tried: Iterable[Guess], distinct: Sequence[str]) -> Iterator[Alternative]:
    for guess in tried:
        found = guess.misfit(distinct)
        if found is not None:
            text, misfit = found
            yield Alternative(type=str(guess.type), example=excerpt(text), reason=misfit.reason)


def _distinct(texts: Sequence[str | None]) -> list[str]:
    return list(dict.fromkeys(text for text in texts if text is not None))


def _all_read(guess: Guess, present: Sequence[int | float | Decimal]) -> bool:
    return not any(isinstance(guess.value_type.parse_json(it), Misfit) for it in present)
