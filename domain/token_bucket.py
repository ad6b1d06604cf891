"""How often somebody may do something: a bucket of tokens that fills again with time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """`count` at once, and as many again in each `seconds`, evenly."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How many tokens there were at one moment; it starts full."""

    tokens: float
    at: float

    @classmethod
    def full(cls, quota: Quota, *, at: float) -> "Bucket":
        """As it is for whoever was not seen for long."""
        return cls(tokens=float(quota.count), at=at)

    def filled(self, quota: Quota, *, at: float) -> "Bucket":
        """The same at a later moment, when it holds more; never more than the quota."""
        gained = max(0.0, at - self.at) * quota.count / quota.seconds
        return Bucket(tokens=min(float(quota.count), self.tokens + gained), at=at)

    @property
    def whole_tokens(self) -> int:
        """How many can be taken now."""
        return int(self.tokens)

    def taken(self) -> "Bucket":
        """With one token less; for a bucket that has one."""
        return Bucket(tokens=self.tokens - 1, at=self.at)

    def seconds_to_next(self, quota: Quota) -> float:
        """After how long there is one token more that can be taken; 0 for a full bucket."""
        if self.tokens >= quota.count:
            return 0.0
        return (self.whole_tokens + 1 - self.tokens) * quota.seconds / quota.count
