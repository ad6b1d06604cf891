"""Objects with some of their methods done otherwise."""

from collections.abc import Callable
from typing import Any, TypeVar

Kind = TypeVar("Kind")


class _Changed:
    def __init__(self, original: object, changes: dict[str, Callable[..., object]]) -> None:
        self._original = original
        self._changes = changes

    def __getattr__(self, name: str) -> Any:  # whatever the original has
        return self._changes.get(name) or getattr(self._original, name)


def changed(original: Kind, **changes: Callable[..., object]) -> Kind:
    """Acts like `original` but for the named methods."""
    stand_in: Any = _Changed(original, changes)
    result: Kind = stand_in
    return result


def calling(kind: type[Kind], call: Callable[..., object]) -> Kind:
    """A use case of that kind, done as `call` does it."""
    stand_in: Any = call
    result: Kind = stand_in
    return result
