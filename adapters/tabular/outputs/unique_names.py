"""Column names for formats in which a name may be there only once."""

from collections.abc import Iterator, Sequence


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each repeated one with a number: `name`, `name_2`, `name_3`.

    A number that makes another column's name is passed over.
    """
    return tuple(_numbered(names))


def _numbered(names: Sequence[str]) -> Iterator[str]:
    taken, uses = set(names), dict[str, int]()
    for name in names:
        number = uses[name] = uses.get(name, 0) + 1
        unique = name
        while number > 1 and (unique := f"{name}_{number}") in taken:
            number = uses[name] = number + 1
        taken.add(unique)
        yield unique
