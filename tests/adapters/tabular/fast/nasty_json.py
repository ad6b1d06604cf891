"""Made-up JSON arrays and NDJSON that go wrong in every way."""

import json
from collections.abc import Mapping, Sequence
from random import Random

from tests.adapters.tabular.fast.nasty import VALUES

RAW_VALUES: Sequence[str] = (
    "null", "true", "false", "True", "nul", "nulll", "tru", "NaN", "Infinity", "-Infinity", "",
    "0", "1", "-1", "+1", "007", "-0", "-", "12", "99", "100", "1e3", "1E2", "1e+2", "1.", ".5", "1.0",
    "1.50", "12.50", "-1.5", "-0.0", "0.1", "0.0000001", "0.000001", "1e400", "1e-400", "1.5e2",
    "9" * 18, "9" * 19, "9223372036854775807", "9223372036854775808", "-9223372036854775808",
    "9" * 400, "123456789.123456", "1234567890.1", "1999", "2024.0", "1 2", "1\n2", "0x1", "1_0",
    "[]", "{}", "[1,2]", "[01]", '{"x":NaN}', '[1 2]', '[{"x":1},{"x":2}]', '{"x":1,"x":1}', '[{"y":{"x":1,"x":1}}]',
    r'["\u0000"]', r'["\\u0000"]', r'{"\ud800":1}', r'["\u00e9\/"]', '["a\tb"]', "[-0,1.0,1e2,0.0000001]", "[1e400, 0e99999999999999999999]",
    '{"a":{"a":{"a":1}}}', "[[[[[[1]]]]]]", '{"a":[}', '{"a":]}', '{"x":1 {"y":2}}', '{"x":1,{"y":2}}', '[[],{"x":[]},{}]',
    '[1] [2]', '[1]x', '1 [2]', '"x" [1]', '[1] "x"', '{}{}', '[{"x":1}{"y":2}]', '[{"a":1},{"b":2}]', '["},{","a",":1"]', '{"a":1}', '{"a":{"b":[]}}', '[{"a":1},{"a":2}]', "[[[[", "]", "}", "{",
    r'"\u0000"', r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u00e9"', r'"a\u0062c"',
    r'"\x"', r'"\u12"', r'"\u+123"', r'"\""', r'"\\"', r'"\\\""', r'"\/\b\f\n\r\t"', r'"},{\"a\":1"', '"},{"',
    '"[{,:}]"', '"a\x00b"', '"a\x01"', '"a\tb"', '"a\nb"', '"\x7f"', '"never closed', r"\"", r'\"x"',
    '"1"', '"1.0"', '"x""y"', '"x" "y"', "'x'", '"' + "x" * 13 + '"', '"' + "é" * 6 + "x" + '"',
)  # fmt: skip
"""Values as they are written, not all of them JSON."""

_NAMES: Sequence[str] = ("a", "b", "c", "d")
# Under which some of the schemas know them, too.
_ALIASES: Mapping[str, str] = {"a": "y", "b": "B", "c": "x"}
_OTHER_NAMES: Sequence[str] = (
    "e", "", "a" * 9, "a" * 17, "a" * 16 + "b", "a" * 16 + "c", "é", "a b", "_row", "_raw", "_line",
    "B", "x", "y", "z", "n", "_errors", ",", ":", ":x", " ", "\\", 'a"b', "a\n", "\u2028", "\ufeff", "A",
)  # fmt: skip
_SPOILERS: Sequence[bytes] = (
    b'"', b'""', b"\\", b"\0", b"\xff", b"\xc3", b"\r", b"\n", b"\r\n", b",", b":", b"{", b"}", b"[",
    b"]", b"[[[[", b"},{", b'{"a":', b'"a":1', b" ", b"x", b"\x0b", b"null", b"/**/", b"\xef\xbb\xbf",
)  # fmt: skip
_SPACING: Sequence[tuple[str, str]] = (
    (",", ":"),
    (",", ":"),
    (", ", ": "),
    (" , ", " : "),
    (",\t", ":  "),
)


def nasty_json(chance: Random) -> bytes:
    """One array; the same for the same state of `chance`."""
    between = chance.choice([b",", b",\n", b",\r\n", b",\r", b" , ", b"\n,\n"])
    beginning = chance.choice([b"[", b"[", b" [\n", b"\n\r\n["])
    end = chance.choice([b"]", b"]", b"]", b"\n]\n", b"", b"]]", b"] x", b",]"])
    return beginning + _spoilt(chance, between) + end


def nasty_ndjson(chance: Random) -> bytes:
    """One file of lines; the same for the same state of `chance`."""
    between = chance.choice([b"\n", b"\n", b"\r\n", b"\r", b" \n ", b"\n\n", b","])
    beginning = chance.choice([b"", b"", b"", b"\n \n"])
    return beginning + _spoilt(chance, between) + chance.choice([b"", b"\n", b"\r\n \r\n"])


def _spoilt(chance: Random, between: bytes) -> bytes:
    spoilt = chance.choice([0.0, 0.0, 0.02, 0.2])
    content = bytearray()
    for at, record in enumerate(record.encode() for record in _records(chance)):
        if at and chance.random() >= spoilt / 3:
            content += between
        content += record
        if chance.random() < spoilt:
            place = len(content) - chance.randrange(len(record) + 1)
            content[place:place] = chance.choice(_SPOILERS)
        elif record and chance.random() < spoilt / 2:
            del content[len(content) - chance.randrange(1, len(record) + 1)]
    return bytes(content)


def _records(chance: Random) -> list[str]:
    names = [*_NAMES, *chance.sample(_OTHER_NAMES, chance.choice([0, 0, 1, 3]))]
    chance.shuffle(names)
    strings = chance.sample(VALUES, chance.choice([3, 10, 60]))
    raws = chance.sample(RAW_VALUES, chance.choice([3, 10, 60]))
    odd = chance.choice([0.0, 0.03, 0.3])
    nested = chance.choice([0.0, 0.0, 0.1, 0.5])
    aliased = chance.choice([0.0, 0.0, 0.3])
    style = _Style(chance)
    records = []
    for _ in range(chance.randint(0, 40)):
        kept = names if chance.random() >= odd else chance.choices(names, k=chance.randint(0, 6))
        if chance.random() < odd:
            kept = chance.sample(kept, len(kept))
        if chance.random() < aliased:
            kept = [_ALIASES.get(name, name) for name in kept]
        members = [
            (
                style.name(name),
                style.nested(strings, depth=chance.choice([1, 2, 4]))
                if chance.random() < nested
                else style.value(chance.choice(strings))
                if chance.random() < 0.6
                else chance.choice(raws),
            )
            for name in kept
        ]
        records.append(style.record(members) if chance.random() >= odd / 5 else chance.choice(raws))
    return records


class _Style:
    """How one file is written."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._comma, self._colon = chance.choice(_SPACING)
        self._indent = chance.choice(["", "", "", "\n  ", "\r\n\t", "\r"])
        self._escaped = chance.choice([0.0, 0.0, 0.05])
        self._is_ascii = chance.random() < 0.3

    def name(self, name: str) -> str:
        if self._chance.random() < self._escaped:
            return '"' + "".join(f"\\u{ord(character):04x}" for character in name) + '"'
        return json.dumps(name, ensure_ascii=False)

    def value(self, text: str) -> str:
        if text in ("true", "false", "null") or self._chance.random() < 0.1:
            return text
        is_number = text.lstrip("-").replace(".", "", 1).isdecimal() and text.isascii()
        if is_number and self._chance.random() < 0.7:
            return text
        return json.dumps(text, ensure_ascii=self._is_ascii)

    def nested(self, strings: Sequence[str], *, depth: int) -> str:
        """An array or an object, as a rule; now and then with one name twice, or a bracket wrong."""
        items = [
            self.value(self._chance.choice(strings))
            if depth == 1 or self._chance.random() < 0.6
            else self.nested(strings, depth=depth - 1)
            for _ in range(self._chance.randint(0, 3))
        ]
        if self._chance.random() < 0.5:
            return self._enclosed("[", items, self._bracket("]"))
        names = self._chance.sample([*_NAMES, "x", "y", "é", "z" * 17], len(items))
        if self._chance.random() < 0.05:
            names = [self._chance.choice(names) for _ in items]
        return self._enclosed(
            "{", [self._member(*it) for it in zip(names, items, strict=True)], self._bracket("}")
        )

    def record(self, members: Sequence[tuple[str, str]]) -> str:
        return self._enclosed("{", [f"{name}{self._colon}{value}" for name, value in members], "}")

    def _member(self, name: str, value: str) -> str:
        return f"{self.name(name)}{self._colon}{value}"

    def _bracket(self, right: str) -> str:
        return right if self._chance.random() < 0.99 else self._chance.choice(["]", "}", "", "]]"])

    def _enclosed(self, opening: str, items: Sequence[str], closing: str) -> str:
        inner = (self._comma + self._indent).join(items)
        return opening + self._indent + inner + self._indent + closing
