"""Schema definitions that are none, with the place and the code of each fault."""

from dataclasses import dataclass
from typing import Any

Fault = tuple[str, str]
"""JSON pointer and code."""


@dataclass(frozen=True, slots=True)
class BadSchema:
    """A descriptor, and all of its faults."""

    name: str
    descriptor: Any
    faults: tuple[Fault, ...]


def _bad(name: str, descriptor: Any, *faults: Fault) -> BadSchema:
    return BadSchema(name, descriptor, faults)


def _with(name: str, fault: Fault, **keywords: Any) -> BadSchema:
    """A good field `a`, and those keywords beside it."""
    return BadSchema(name, {"fields": [{"name": "a"}], **keywords}, (fault,))


def _field(name: str, fault: Fault, **members: Any) -> BadSchema:
    """A field of those members; the fault's pointer begins at the field."""
    pointer, code = fault
    return BadSchema(name, {"fields": [{"name": "a", **members}]}, ((f"/fields/0{pointer}", code),))


def _constraint(name: str, field_type: str, fault: Fault, **constraints: Any) -> BadSchema:
    """The same, from the constraints on."""
    pointer, code = fault
    return _field(
        name, (f"/constraints{pointer}", code), type=field_type, constraints=constraints
    )  # fmt: skip


WHOLE = [
    _bad("a list for a schema", [], ("", "wrong_type")),
    _bad("a string for a schema", "id,name", ("", "wrong_type")),
    _bad("null for a schema", None, ("", "wrong_type")),
    _bad("no fields", {}, ("", "missing_keyword")),
    _bad("fields by name", {"fields": {"a": "string"}}, ("/fields", "wrong_type")),
    _bad("an empty list of fields", {"fields": []}, ("/fields", "invalid_value")),
    _bad("more fields than a file may have columns", {"fields": [{"name": f"f{n}"} for n in range(2001)]}, ("/fields", "invalid_value")),
    _bad("half of a surrogate pair in a name", {"fields": [{"name": "\ud800"}]}, ("", "invalid_value")),
    _bad("several faults at once", {"fields": [{"name": "a", "type": "point"}, {"name": "b", "type": "date", "constraints": {"minimum": "x", "pattern": "y"}}], "primaryKey": "c", "foreignKeys": []},
         ("/foreignKeys", "unsupported_keyword"), ("/fields/0/type", "unsupported_type"), ("/fields/1/constraints/pattern", "unsupported_constraint"), ("/fields/1/constraints/minimum", "invalid_value"), ("/primaryKey", "unknown_field")),
    _with("a foreign key", ("/foreignKeys", "unsupported_keyword"), foreignKeys=[]),
    _with("a keyword misspelt", ("/primarykey", "unsupported_keyword"), primarykey="a"),
    _with("a keyword with a slash and a tilde", ("/a~1b~0c", "unsupported_keyword"), **{"a/b~c": 1}),
    _with("a match that does not exist", ("/fieldsMatch", "invalid_value"), fieldsMatch="loose"),
    _with("two matches", ("/fieldsMatch", "invalid_value"), fieldsMatch=["exact", "equal"]),
    _with("a number for a match", ("/fieldsMatch", "invalid_value"), fieldsMatch=1),
    _with("one missing value outside a list", ("/missingValues", "wrong_type"), missingValues="-"),
    _with("a number for a missing value", ("/missingValues/1", "wrong_type"), missingValues=["", 0]),
    _with("a missing value with a colour", ("/missingValues/0", "wrong_type"), missingValues=[{"value": "", "colour": "red"}]),
    _with("a primary key of no field", ("/primaryKey", "unknown_field"), primaryKey="b"),
    _with("a primary key of nothing", ("/primaryKey", "wrong_type"), primaryKey=[]),
    _with("a primary key of a number", ("/primaryKey", "wrong_type"), primaryKey=[1]),
    _with("a primary key that names a field twice", ("/primaryKey", "invalid_value"), primaryKey=["a", "a"]),
    _with("a unique key outside a list", ("/uniqueKeys", "wrong_type"), uniqueKeys="a"),
    _with("a unique key of no field", ("/uniqueKeys/1", "unknown_field"), uniqueKeys=[["a"], ["b"]]),
]  # fmt: skip

FIELDS = [
    _bad("a name for a field", {"fields": ["a"]}, ("/fields/0", "wrong_type")),
    _bad("a field without a name", {"fields": [{"type": "string"}]}, ("/fields/0", "missing_keyword")),
    _bad("a number for a name", {"fields": [{"name": 1}]}, ("/fields/0/name", "wrong_type")),
    _bad("a name of blanks", {"fields": [{"name": " "}]}, ("/fields/0/name", "invalid_value")),
    _bad("a name with a NUL", {"fields": [{"name": "a\0"}]}, ("/fields/0/name", "invalid_value")),
    _bad("a name twice", {"fields": [{"name": "a"}, {"name": "b"}, {"name": "a"}]}, ("/fields/2/name", "duplicate_field")),
    _field("a type of SQL", ("/type", "unsupported_type"), type="varchar"),
    _field("a type in capitals", ("/type", "unsupported_type"), type="Integer"),
    _field("a type of the standard that is not read", ("/type", "unsupported_type"), type="geopoint"),
    _field("two types", ("/type", "wrong_type"), type=["string", "integer"]),
    _field("a format of the standard that is not read", ("/format", "unsupported_format"), type="string", format="binary"),
    _field("a format for integers", ("/format", "unsupported_format"), type="integer", format="x"),
    _field("any date", ("/format", "unsupported_format"), type="date", format="any"),
    _field("a date without its day", ("/format", "unsupported_format"), type="date", format="%Y-%m"),
    _field("a date with a month's name", ("/format", "unsupported_format"), type="date", format="%d %B %Y"),
    _field("a date without leading zeros", ("/format", "unsupported_format"), type="date", format="%-d/%m/%Y"),
    _field("a date with an hour", ("/format", "unsupported_format"), type="date", format="%d/%m/%Y %H"),
    _field("a date with its year twice", ("/format", "unsupported_format"), type="date", format="%d/%m/%Y%Y"),
    _field("a date in letters for its parts", ("/format", "unsupported_format"), type="date", format="YYYY-MM-DD"),
    _field("a time without its half of the day", ("/format", "unsupported_format"), type="time", format="%I:%M"),
    _field("a time without minutes", ("/format", "unsupported_format"), type="time", format="%H:%S"),
    _field("a date and time without a time", ("/format", "unsupported_format"), type="datetime", format="%Y-%m-%d"),
    _field("a decimal character for integers", ("/decimalChar", "unsupported_keyword"), type="integer", decimalChar=","),
    _field("no decimal character", ("/decimalChar", "invalid_value"), type="number", decimalChar=""),
    _field("a digit for a decimal character", ("/decimalChar", "invalid_value"), type="number", decimalChar="5"),
    _field("a sign between groups", ("/groupChar", "invalid_value"), type="number", groupChar="-"),
    _field("one character for decimals and groups", ("/groupChar", "contradiction"), type="number", groupChar="."),
    _field("a word for a flag", ("/bareNumber", "wrong_type"), type="number", bareNumber="no"),
    _field("one word for true outside a list", ("/trueValues", "wrong_type"), type="boolean", trueValues="yes"),
    _field("true among the words for true", ("/trueValues/1", "wrong_type"), type="boolean", trueValues=["yes", True]),
    _field("one word for true and false", ("/falseValues", "contradiction"), type="boolean", trueValues=["0"]),
    _field("null among a field's missing values", ("/missingValues/0", "wrong_type"), missingValues=[None]),
    _field("a constraint beside the constraints", ("/required", "unsupported_keyword"), type="string", required=True),
    _field("a list of constraints", ("/constraints", "wrong_type"), constraints=["required"]),
]  # fmt: skip

CONSTRAINTS = [
    _constraint("a constraint of the standard that is not read", "string", ("/jsonSchema", "unsupported_constraint"), jsonSchema={}),
    _constraint("a constraint misspelt", "string", ("/maxlength", "unsupported_constraint"), maxlength=3),
    _constraint("a lower bound of strings", "string", ("/minimum", "unsupported_constraint"), minimum="a"),
    _constraint("a pattern of integers", "integer", ("/pattern", "unsupported_constraint"), pattern="1"),
    _constraint("a length of dates", "date", ("/minLength", "unsupported_constraint"), minLength=1),
    _constraint("an upper bound of booleans", "boolean", ("/maximum", "unsupported_constraint"), maximum=True),
    _constraint("a word for required", "string", ("/required", "wrong_type"), required="yes"),
    _constraint("one for unique", "string", ("/unique", "wrong_type"), unique=1),
    _constraint("a length below nothing", "string", ("/minLength", "wrong_type"), minLength=-1),
    _constraint("a length and a half", "string", ("/maxLength", "wrong_type"), maxLength=1.5),
    _constraint("a length in quotes", "string", ("/maxLength", "wrong_type"), maxLength="3"),
    _constraint("lengths that exclude each other", "string", ("/minLength", "contradiction"), minLength=3, maxLength=2),
    _constraint("a pattern with an open bracket", "string", ("/pattern", "invalid_pattern"), pattern="("),
    _constraint("a pattern that looks ahead", "string", ("/pattern", "invalid_pattern"), pattern="(?=a)b"),
    _constraint("a pattern that looks behind", "string", ("/pattern", "invalid_pattern"), pattern="(?<!a)b"),
    _constraint("a pattern that refers back", "string", ("/pattern", "invalid_pattern"), pattern=r"(a)\1"),
    _constraint("a pattern that gives nothing back", "string", ("/pattern", "invalid_pattern"), pattern="a++"),
    _constraint("a pattern that repeats too often", "string", ("/pattern", "invalid_pattern"), pattern="(a{1000}){1000}"),
    _constraint("a number for a pattern", "string", ("/pattern", "wrong_type"), pattern=1),
    _constraint("nothing allowed", "string", ("/enum", "invalid_value"), enum=[]),
    _constraint("one allowed value outside a list", "string", ("/enum", "wrong_type"), enum="a"),
    _constraint("a number among the allowed strings", "string", ("/enum/1", "invalid_value"), enum=["a", 1]),
    _constraint("a fraction among the allowed integers", "integer", ("/enum/1", "invalid_value"), enum=[1, 1.5]),
    _constraint("null among the allowed dates", "date", ("/enum/0", "invalid_value"), enum=[None]),
    _constraint("a word for a lower bound", "integer", ("/minimum", "invalid_value"), minimum="a"),
    _constraint("null for a lower bound", "integer", ("/minimum", "invalid_value"), minimum=None),
    _constraint("a bound that is no number", "number", ("/maximum", "invalid_value"), maximum=float("nan")),
    _constraint("a day that does not exist for a bound", "date", ("/maximum", "invalid_value"), maximum="2024-02-30"),
    _constraint("bounds that exclude each other", "integer", ("/minimum", "contradiction"), minimum=2, maximum=1),
    _constraint("bounds that leave nothing", "integer", ("/minimum", "contradiction"), minimum=1, exclusiveMaximum=1),
    _constraint("days that leave nothing", "date", ("/exclusiveMinimum", "contradiction"), exclusiveMinimum="2024-01-01", exclusiveMaximum="2024-01-01"),
]  # fmt: skip


def _rules(name: str, fault: Fault, *, field_type: str = "string", **rules: Any) -> BadSchema:
    """A field with those rules under our own key; the pointer from there on."""
    pointer, code = fault
    return _field(name, (f"/gristmill{pointer}", code), type=field_type, gristmill=rules)


RULES = [
    _field("one for rules", ("/gristmill", "wrong_type"), gristmill=1),
    _with("rules over rows, which come later", ("/gristmill", "unsupported_keyword"), gristmill={"rules": ["a < b"]}),
    _rules("a rule misspelt", ("/strip", "unsupported_keyword"), strip=True),
    _rules("a value derived, which comes later", ("/derive", "unsupported_keyword"), derive="a + b"),
    _rules("a side for trim", ("/trim", "wrong_type"), trim="left"),
    _rules("a case that is none", ("/case", "invalid_value"), case="title"),
    _rules("a case of dates", ("/case", "unsupported_keyword"), field_type="date", case="upper"),
    _rules("a default of another type", ("/default", "invalid_value"), field_type="integer", default="x"),
    _rules("a default that is missing itself", ("/default", "contradiction"), default=""),
    _rules("a default that the case would change", ("/default", "contradiction"), case="lower", default="A"),
    _rules("one alias outside a list", ("/aliases", "wrong_type"), aliases="X"),
    _rules("an alias of blanks", ("/aliases/1", "invalid_value"), aliases=["X", " "]),
    _rules("an alias twice", ("/aliases/1", "contradiction"), aliases=["X", "X"]),
    _rules("a new name of nothing", ("/rename", "invalid_value"), rename=""),
    _bad("a new name that another field has", {"fields": [{"name": "a", "gristmill": {"rename": "b"}}, {"name": "b"}]}, ("/fields/0/gristmill/rename", "contradiction")),
    _bad("a new name for what is dropped", {"fields": [{"name": "a", "gristmill": {"rename": "x", "drop": True}}, {"name": "b"}]}, ("/fields/0/gristmill/rename", "contradiction")),
    _bad("every field dropped", {"fields": [{"name": "a", "gristmill": {"drop": True}}]}, ("/fields", "contradiction")),
    _bad("a default of a unique field", {"fields": [{"name": "a", "gristmill": {"default": "x"}}], "primaryKey": "a"}, ("/fields/0/gristmill/default", "contradiction")),
]  # fmt: skip

BAD_SCHEMAS = [*WHOLE, *FIELDS, *CONSTRAINTS, *RULES]
