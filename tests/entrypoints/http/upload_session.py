"""The steps of an upload in parts, as a client takes them."""

from hashlib import sha256
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

CONTENT = b"id,name\n1,Ada\n2,Bob\n"
PART = 8
PARTS = [CONTENT[start : start + PART] for start in range(0, len(CONTENT), PART)]
UPLOAD: dict[str, Any] = {"name": "people.csv", "size": len(CONTENT)}


def begin(client: FlaskClient, *, key: str | None = None, **members: Any) -> TestResponse:
    """The answer to a request for an upload of CONTENT, or of what `members` say."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/uploads", json=UPLOAD | members, headers=headers)


def begun(client: FlaskClient, **members: Any) -> str:
    """Where the new upload is."""
    answer = begin(client, **members)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.headers["Location"]


def digest(number: int, content: bytes) -> dict[str, Any]:
    """A part, as links are asked for."""
    return {"number": number, "sha256": sha256(content).hexdigest()}


def send(client: FlaskClient, link: str, number: int, content: bytes) -> TestResponse:
    """Sends a part as its link tells."""
    answer = client.post(f"{link}/parts", json={"parts": [digest(number, content)]})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    [address] = answer.get_json()["items"]
    return client.open(
        address["url"], method=address["method"], data=content, headers=address["headers"]
    )


def send_all(client: FlaskClient, link: str, content: bytes = CONTENT) -> str:
    """Sends every part, and gives back where the upload is."""
    for number, start in enumerate(range(0, len(content), PART), start=1):
        assert send(client, link, number, content[start : start + PART]).status_code == 200
    return link
