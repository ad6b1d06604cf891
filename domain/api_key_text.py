"""How an API key is written: `gm_<8 id>_<43 secret>_<6 checksum>`.

All of it are letters, digits and underscores, so that a double click marks the whole. The
checksum is CRC-32 of what stands before it, which tells a typo from a stranger without a look
into the database, and lets scanners for leaked secrets be sure.
"""

import hashlib
import hmac
import re
import zlib
from dataclasses import dataclass, field

ID_BYTES = 6
SECRET_BYTES = 32

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH, _SECRET_LENGTH, _CHECKSUM_LENGTH = 8, 43, 6
_FORM = re.compile(r"(gm_([0-9a-z]{8})_[0-9A-Za-z]{43}_)([0-9A-Za-z]{6})")


@dataclass(frozen=True, slots=True)
class ApiKeyText:
    """A key as its holder has it; never shown by accident."""

    id: str
    whole: str = field(repr=False)

    @classmethod
    def make(cls, id_bytes: bytes, secret_bytes: bytes) -> "ApiKeyText":
        """A new key out of bytes that nobody can guess, as many as are named above."""
        if (len(id_bytes), len(secret_bytes)) != (ID_BYTES, SECRET_BYTES):
            raise ValueError("too few or too many bytes for a key")
        # Ids are in lower case: they are read out and typed.
        key_id = _written(int.from_bytes(id_bytes), length=_ID_LENGTH, base=36)
        secret = _written(int.from_bytes(secret_bytes), length=_SECRET_LENGTH)
        head = f"gm_{key_id}_{secret}_"
        return cls(key_id, head + _checksum(head))

    @classmethod
    def parse(cls, text: str) -> "ApiKeyText | None":
        """The key that is written there; None when it cannot be one, after a typo for one."""
        match = _FORM.fullmatch(text)
        if match is None or _checksum(match[1]) != match[3]:
            return None
        return cls(match[2], text)

    def hashed(self, pepper: bytes) -> str:
        """HMAC-SHA256 in hexadecimal: worth nothing to who has the database alone.

        The secret has 256 bits of chance, so it needs no hash that is slow.
        """
        return hmac.new(pepper, self.whole.encode(), hashlib.sha256).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Whether they are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(one, other)


def _checksum(head: str) -> str:
    return _written(zlib.crc32(head.encode()), length=_CHECKSUM_LENGTH)


def _written(number: int, *, length: int, base: int = len(_DIGITS)) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, base)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
