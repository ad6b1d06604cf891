"""What is wrong with a schema's descriptor, all of it at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaFault:
    """One fault; `pointer` is the RFC 6901 JSON pointer of the place.

    Codes: `missing_keyword`, `wrong_type` and `invalid_value` for what the standard forbids,
    `duplicate_field`, `unknown_field` and `contradiction` for what does not fit together,
    `invalid_pattern`, and `unsupported_keyword`, `unsupported_type`, `unsupported_format` and
    `unsupported_constraint` for what is not understood here.
    """

    pointer: str
    code: str
    detail: str


class InvalidSchemaError(DomainError):
    """The descriptor is not a schema that can be kept; `faults` says everything about it."""

    code = "invalid_schema"

    def __init__(self, faults: tuple[SchemaFault, ...]) -> None:
        first = faults[0]
        more = f" (and {len(faults) - 1} more faults)" if len(faults) > 1 else ""
        super().__init__(f'schema, at "{first.pointer}": {first.detail}{more}')
        self.faults = faults


class Section:
    """One object of a descriptor, read member by member; faults gather in one list.

    A member that is absent or wrong reads as its default, so that reading can go on.
    """

    def __init__(
        self, members: Mapping[str, object], *, pointer: str, faults: list[SchemaFault]
    ) -> None:
        self.members = members
        self._pointer = pointer
        self._faults = faults

    def fault(self, code: str, detail: str, *path: str | int) -> None:
        """Notes a fault of this section, or of what `path` leads to from here."""
        tokens = (str(token).replace("~", "~0").replace("/", "~1") for token in path)
        pointer = "/".join((self._pointer, *tokens))
        self._faults.append(SchemaFault(pointer=pointer, code=code, detail=detail))

    def child(self, *path: str | int, members: Mapping[str, object]) -> "Section":
        """The section of an object in this one."""
        tokens = (str(token).replace("~", "~0").replace("/", "~1") for token in path)
        return Section(members, pointer="/".join((self._pointer, *tokens)), faults=self._faults)

    def refuse_others(self, known: Collection[str], *, code: str, where: str) -> None:
        """Notes every member that is not `known`, by name."""
        for name in self.members:
            if name not in known:
                self.fault(code, f'"{name}" is not supported {where}', name)

    def text(self, name: str, default: str) -> str:
        """A string member."""
        value = self.members.get(name, default)
        if isinstance(value, str):
            return value
        self.fault("wrong_type", f'"{name}" must be a string', name)
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean member."""
        value = self.members.get(name, default)
        if isinstance(value, bool):
            return value
        self.fault("wrong_type", f'"{name}" must be true or false', name)
        return default

    def count(self, name: str) -> int | None:
        """A member that is a whole number, 0 or more; None when there is none."""
        value = self.members.get(name)
        if name not in self.members:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self.fault("wrong_type", f'"{name}" must be a whole number, 0 or more', name)
        return None

    def array(self, name: str, default: Sequence[object]) -> Sequence[object]:
        """An array member."""
        value = self.members.get(name, default)
        if is_array(value):
            return value  # type: ignore[return-value]
        self.fault("wrong_type", f'"{name}" must be an array', name)
        return default

    def texts(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """An array member of strings alone."""
        texts = []
        for at, value in enumerate(self.array(name, default)):
            if isinstance(value, str):
                texts.append(value)
            else:
                self.fault("wrong_type", f'"{name}" must hold strings', name, at)
        return tuple(texts)


def is_array(value: object) -> bool:
    """True for a JSON array."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)
