"""How often a caller may ask, and what it is told of that."""

import pytest
from flask.testing import FlaskClient

from domain.access import Principal, Scope
from domain.token_bucket import Quota
from entrypoints.http.rate_limits import REMEMBERED_CALLERS, RateLimiter
from entrypoints.http.wiring import HttpSettings
from tests.entrypoints.http.known_callers import KnownCallers
from tests.entrypoints.http.service import HttpService, assert_problem

LIMITED = HttpSettings(requests_per_minute=2)
NAMES = ("one", "other")
KNOWN = KnownCallers(
    {name: Principal(tenant="t", scopes=frozenset(Scope), key_id=name) for name in NAMES}
)


@pytest.fixture
def service() -> HttpService:
    """A service that answers each caller twice a minute."""
    return HttpService(settings=LIMITED)


def test_each_answer_tells_what_is_left(client: FlaskClient) -> None:
    answers = [client.get("/files") for _ in range(2)]

    assert [answer.headers["RateLimit"] for answer in answers] == [
        '"requests";r=1;t=30',
        '"requests";r=0;t=30',
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"requests";q=2;w=60'}


def test_whoever_asks_too_often_is_told_when_to_come_again(
    client: FlaskClient, service: HttpService
) -> None:
    for _ in range(2):
        client.get("/files")

    refused = client.get("/files")
    service.clock.advance(float(refused.headers["Retry-After"]))

    assert_problem(refused, 429, "rate_limited")
    assert (refused.headers["Retry-After"], refused.headers["RateLimit"]) == (
        "30",
        '"requests";r=0;t=30',
    )
    assert client.get("/files").status_code == 200


def test_errors_tell_it_too(client: FlaskClient) -> None:
    assert client.get("/files?page=0").headers["RateLimit"] == '"requests";r=1;t=30'


def test_health_is_not_counted(client: FlaskClient) -> None:
    answers = [client.get("/health/live") for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_a_key_that_asks_too_often_harms_no_other() -> None:
    client = HttpService(settings=LIMITED, authenticator=KNOWN).app().test_client()

    seen = {
        name: [
            client.get("/files", headers={"Authorization": f"Bearer {name}"}).status_code
            for _ in range(times)
        ]
        for name, times in (("one", 3), ("other", 1))
    }

    assert seen == {"one": [200, 200, 429], "other": [200]}


def test_without_keys_each_address_is_counted(client: FlaskClient) -> None:
    statuses = [
        client.get("/files", environ_base={"REMOTE_ADDR": f"192.0.2.{number}"}).status_code
        for number in (1, 1, 1, 2)
    ]

    assert statuses == [200, 200, 429, 200]


def test_without_a_limit_nothing_is_told() -> None:
    client = HttpService().app().test_client()

    assert "RateLimit" not in client.get("/files").headers
    assert client.get("/limits").get_json()["rate"] is None


def test_the_limits_are_told_before_they_are_met(client: FlaskClient) -> None:
    limits = client.get("/limits").get_json()

    assert limits["rate"] == {
        "policy": "requests",
        "requests": 2,
        "windowSeconds": 60,
        "remaining": 1,
        "nextInSeconds": 30,
    }
    assert limits["upload"]["maxBytes"] == LIMITED.max_upload_bytes
    assert limits["uploadInParts"] == {
        "maxBytes": LIMITED.upload_sessions.max_bytes,
        "maxOpen": LIMITED.upload_sessions.max_open,
        "openForSeconds": 86_400,
    }
    assert limits["sample"] == {
        "maxBytes": LIMITED.max_sample_bytes,
        "maxSeconds": LIMITED.sample_seconds,
    }
    assert limits["concurrency"]["samples"] == LIMITED.max_concurrent_samples
    assert limits["page"] == {"defaultLimit": 20, "maxLimit": 100, "deepestItem": 10_000}


def test_any_number_of_callers_takes_so_much_memory_and_no_more(service: HttpService) -> None:
    limiter = RateLimiter(Quota(count=1, seconds=60), service.clock)

    for number in range(REMEMBERED_CALLERS + 10):
        assert limiter.take(f"address {number}").is_granted

    assert not limiter.take(f"address {REMEMBERED_CALLERS + 9}").is_granted
    assert limiter.take("address 0").is_granted
