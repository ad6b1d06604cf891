"""A client that uploads in parts, as the README tells it to."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

PartContent = Callable[[int], bytes]
"""The bytes of a part, by its number."""


@dataclass
class PartedUpload:
    """One upload, which was begun; `content` gives its parts, so that none need be held."""

    url: str
    http: requests.Session
    content: PartContent
    upload: dict[str, Any]

    @classmethod
    def begin(
        cls, url: str, content: PartContent, *, http: requests.Session, **members: Any
    ) -> "PartedUpload":
        """Begins it with these members."""
        answer = http.post(f"{url}/uploads", json=members, timeout=30)
        assert answer.status_code == 201, answer.text
        return cls(url=url, http=http, content=content, upload=answer.json())

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""
        return range(1, self.upload["partCount"] + 1)

    def arrived(self) -> list[int]:
        """The numbers of the parts that have arrived."""
        answer = self.http.get(self.url + self.upload["links"]["self"], timeout=30)
        assert answer.status_code == 200, answer.text
        return [part["number"] for part in answer.json()["parts"]]

    def addresses(self, numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
        """Where these parts go; asked for one by one, so that their digests are not waited for."""
        for number in numbers:
            digest = hashlib.sha256(self.content(number)).hexdigest()
            answer = self.http.post(
                self.url + self.upload["links"]["parts"],
                json={"parts": [{"number": number, "sha256": digest}]},
                timeout=30,
            )
            assert answer.status_code == 200, answer.text
            yield from answer.json()["items"]

    def send(self, address: dict[str, Any]) -> None:
        """Sends one part to where it goes."""
        answer = requests.request(
            address["method"],
            urljoin(self.url, address["url"]),
            data=self.content(address["number"]),
            headers=address["headers"],
            timeout=60,
        )
        assert answer.status_code == 200, answer.text

    def send_parts(self, numbers: Iterable[int], *, at_once: int = 3) -> None:
        """Sends these parts, some at the same time."""
        with ThreadPoolExecutor(at_once) as pool:
            for _ in pool.map(self.send, self.addresses(numbers)):
                pass

    def complete(self, url: str | None = None, *, seconds: float = 60) -> requests.Response:
        """The answer to a completion, by the API at `url` if it is another."""
        link = self.upload["links"]["complete"]
        return requests.post((url or self.url) + link, timeout=seconds)
