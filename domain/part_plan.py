"""How content is cut into the parts that it is uploaded in."""

from dataclasses import dataclass

MOST_PARTS = 10_000
"""S3 takes no more of one object."""

PART_BYTES = 8 * 1024 * 1024
"""S3 takes no part but the last below 5 MiB."""

_WHOLE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPlan:
    """Parts of one size, numbered from 1; the last one is what is left."""

    size_bytes: int
    part_bytes: int

    @classmethod
    def of(cls, size_bytes: int, *, part_bytes: int = PART_BYTES) -> "PartPlan":
        """The parts of that much content: of `part_bytes`, or larger where there would be too many.

        Larger ones are whole mebibytes.
        """
        least = -(-size_bytes // MOST_PARTS)
        if least > part_bytes:
            part_bytes = -(-least // _WHOLE) * _WHOLE
        return cls(size_bytes=size_bytes, part_bytes=part_bytes)

    @property
    def count(self) -> int:
        """How many parts there are."""
        return -(-self.size_bytes // self.part_bytes)

    def has(self, number: int) -> bool:
        """True when there is a part of that number."""
        return 1 <= number <= self.count

    def bytes_of(self, number: int) -> int:
        """How long the part of that number is, which there is."""
        return min(self.part_bytes, self.size_bytes - (number - 1) * self.part_bytes)
