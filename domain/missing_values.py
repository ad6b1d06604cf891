"""Which texts of a cell stand for no value at all."""

from collections.abc import Mapping

from domain.schema_faults import Section


def read_missing_values(section: Section, *, default: tuple[str, ...]) -> tuple[str, ...]:
    """The `missingValues` of a schema or field: strings, or objects of `value` and `label`.

    They are about text. JSON has null, so there they mean only values that are written like
    them, and no strings.
    """
    texts = []
    for at, item in enumerate(section.array("missingValues", default)):
        value = item.get("value") if isinstance(item, Mapping) else item
        is_known = not isinstance(item, Mapping) or set(item) <= {"value", "label"}
        if isinstance(value, str) and is_known:
            texts.append(value)
        else:
            detail = '"missingValues" must hold strings, or objects of "value" and "label"'
            section.fault("wrong_type", detail, "missingValues", at)
    return tuple(dict.fromkeys(texts))
