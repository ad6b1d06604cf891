"""How often each caller may ask (draft-ietf-httpapi-ratelimit-headers)."""

import math
import threading
from dataclasses import dataclass

from flask import Flask, Response, g, request

from application.ports.clock import Clock
from domain.token_bucket import Bucket, Quota
from entrypoints.http.problems import RequestError

POLICY = "requests"
WINDOW_SECONDS = 60
REMEMBERED_CALLERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a caller may still ask: so many requests now, one more after `seconds`."""

    is_granted: bool
    remaining: int
    seconds: int


class RateLimiter:
    """One bucket for each caller, in this process's memory alone.

    Each process counts for itself, and from nothing after its start: with several behind one
    address, a caller has so many times the quota.
    """

    def __init__(self, quota: Quota, clock: Clock) -> None:
        self.quota = quota
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self._guard = threading.Lock()

    def take(self, name: str) -> Allowance:
        """Takes one request off the caller's bucket, where there is one left."""
        now = self._clock.monotonic()
        with self._guard:
            known = self._buckets.get(name)
            if known is None:
                self._make_room(now)
                known = Bucket.full(self.quota, at=now)
            bucket = known.filled(self.quota, at=now)
            is_granted = bucket.whole_tokens > 0
            bucket = bucket.taken() if is_granted else bucket
            self._buckets[name] = bucket
        return Allowance(
            is_granted=is_granted,
            remaining=bucket.whole_tokens,
            seconds=math.ceil(bucket.seconds_to_next(self.quota)),
        )

    def _make_room(self, now: float) -> None:
        """Forgets whose bucket is full again; if that helps nobody, whoever came first."""
        if len(self._buckets) < REMEMBERED_CALLERS:
            return
        self._buckets = {
            name: bucket
            for name, bucket in self._buckets.items()
            if bucket.filled(self.quota, at=now).tokens < self.quota.count
        }
        while len(self._buckets) >= REMEMBERED_CALLERS:
            del self._buckets[next(iter(self._buckets))]


def limit_rates(app: Flask, limiter: RateLimiter) -> None:
    """Counts the requests of callers that `identify_callers` has let in, and tells them."""

    @app.before_request
    def count_request() -> None:
        if "caller" not in g:
            return
        allowance = limiter.take(_name())
        g.allowance = allowance
        if not allowance.is_granted:
            raise RequestError(
                "rate_limited",
                f"more than {limiter.quota.count} requests in {WINDOW_SECONDS} seconds; "
                f"there is room for one in {allowance.seconds} s",
                headers={"Retry-After": str(allowance.seconds)},
            )

    @app.after_request
    def tell_allowance(answer: Response) -> Response:
        allowance: Allowance | None = g.get("allowance")
        if allowance is not None:
            quota = limiter.quota
            answer.headers["RateLimit-Policy"] = f'"{POLICY}";q={quota.count};w={WINDOW_SECONDS}'
            answer.headers["RateLimit"] = (
                f'"{POLICY}";r={allowance.remaining};t={allowance.seconds}'
            )
        return answer


def allowance() -> Allowance | None:
    """What the caller of the present request has left; None without a limit."""
    left: Allowance | None = g.get("allowance")
    return left


def _name() -> str:
    """The key, so that one leaked or looping client harms no other; the address without keys."""
    key_id = g.caller.key_id
    return f"key {key_id}" if key_id is not None else f"address {request.remote_addr}"
