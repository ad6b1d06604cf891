"""What of a change to the OpenAPI document breaks the clients of the one before."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Each of them in words; none when every client of `old` gets on with `new`."""
    return list(_of_paths(old, new))


def _of_paths(old: Document, new: Document) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            place = f"{method.upper()} {path}"
            present = new["paths"].get(path, {}).get(method)
            if present is None:
                yield f"{place}: is gone"
                continue
            yield from _of_parameters(place, old, operation, new, present)
            yield from _of_bodies(place, old, operation, new, present)
            yield from _of_responses(place, old, operation, new, present)


def _of_parameters(
    place: str, old: Document, before: Document, new: Document, after: Document
) -> Iterator[str]:
    known, present = (
        {(found["in"], found["name"]): found for found in operation.get("parameters", [])}
        for operation in (before, after)
    )
    for key, parameter in present.items():
        if key not in known and parameter.get("required"):
            yield f"{place}: needs the new parameter {key[1]}"
    for key, parameter in known.items():
        if key not in present:
            yield f"{place}: the parameter {key[1]} is gone"
            continue
        if present[key].get("required") and not parameter.get("required"):
            yield f"{place}: needs the parameter {key[1]}"
        schemas = (parameter.get("schema", {}), present[key].get("schema", {}))
        yield from _narrowed(f"{place} {key[1]}", (old, schemas[0]), (new, schemas[1]))


def _of_bodies(
    place: str, old: Document, before: Document, new: Document, after: Document
) -> Iterator[str]:
    known, present = (operation.get("requestBody", {}) for operation in (before, after))
    if present.get("required") and not known.get("required"):
        yield f"{place}: needs a body"
    for media_type, content in known.get("content", {}).items():
        if media_type not in present.get("content", {}):
            yield f"{place}: takes no {media_type} any more"
            continue
        schemas = (content.get("schema", {}), present["content"][media_type].get("schema", {}))
        yield from _narrowed(f"{place} {media_type}", (old, schemas[0]), (new, schemas[1]))


def _of_responses(
    place: str, old: Document, before: Document, new: Document, after: Document
) -> Iterator[str]:
    for status, response in before["responses"].items():
        if status not in after["responses"]:
            yield f"{place}: answers {status} no more"
            continue
        known = _resolved(old, response)
        present = _resolved(new, after["responses"][status])
        for name, header in known.get("headers", {}).items():
            still = present.get("headers", {}).get(name)
            if header.get("required") and not (still and still.get("required")):
                yield f"{place} {status}: the header {name} may be missing"
        for media_type, content in known.get("content", {}).items():
            if media_type not in present.get("content", {}):
                yield f"{place} {status}: is no {media_type} any more"
                continue
            schemas = (content.get("schema", {}), present["content"][media_type].get("schema", {}))
            yield from _widened(f"{place} {status}", (old, schemas[0]), (new, schemas[1]))


Pair = tuple[Document, Document]
"""A document, and a schema of it."""


def _narrowed(place: str, before: Pair, after: Pair) -> Iterator[str]:
    """What was taken and is not any more."""
    known, present = _resolved(*before), _resolved(*after)
    yield from (f"{place}: takes no {kind} any more" for kind in _types(known) - _types(present))
    if "enum" in present:
        lost = set(map(str, known.get("enum", ["anything"]))) - set(map(str, present["enum"]))
        yield from (f"{place}: takes no {value} any more" for value in sorted(lost))
    for bound, sign in (("maximum", 1), ("maxLength", 1), ("minimum", -1), ("minLength", -1)):
        if bound in present:
            was = known.get(bound)
            if was is None or sign * present[bound] < sign * was:
                yield f"{place}: {bound} is {present[bound]} now"
    yield from (
        f"{place}: needs {name}"
        for name in set(present.get("required", [])) - set(known.get("required", []))
    )
    for name, member in known.get("properties", {}).items():
        if name in present.get("properties", {}):
            yield from _narrowed(
                f"{place}.{name}", (before[0], member), (after[0], present["properties"][name])
            )
        else:
            yield f"{place}: {name} is gone"


def _widened(
    place: str, before: Pair, after: Pair, seen: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What clients may be answered that they do not know, or no longer what they need."""
    reference = str(before[1].get("$ref"))
    if "$ref" in before[1] and reference in seen:
        return
    seen = seen | {reference}
    known, present = _resolved(*before), _resolved(*after)
    yield from (f"{place}: may be {kind} now" for kind in _types(present) - _types(known))
    if "enum" in known:
        added = set(map(str, present.get("enum", ["anything"]))) - set(map(str, known["enum"]))
        # A client that meets a code it does not know goes by the status.
        if not place.endswith(".code"):
            yield from (f"{place}: may be {value} now" for value in sorted(added))
    yield from (
        f"{place}: {name} may be missing"
        for name in set(known.get("required", [])) - set(present.get("required", []))
    )
    if "items" in known and "items" in present:
        yield from _widened(
            f"{place}[]", (before[0], known["items"]), (after[0], present["items"]), seen
        )
    for name, member in known.get("properties", {}).items():
        if name in present.get("properties", {}):
            pair = (after[0], present["properties"][name])
            yield from _widened(f"{place}.{name}", (before[0], member), pair, seen)
        else:
            yield f"{place}: {name} is gone"


def _types(schema: Document) -> set[str]:
    kinds = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _resolved(document: Document, schema: Document) -> Document:
    """What a reference leads to; of a choice with null, the other with null among its types."""
    if "anyOf" in schema:
        choices = [_resolved(document, choice) for choice in schema["anyOf"]]
        found = dict(next(choice for choice in choices if choice.get("type") != "null"))
        return {**found, "type": sorted(_types(found) | {"null"})}
    while "$ref" in schema:
        found = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
