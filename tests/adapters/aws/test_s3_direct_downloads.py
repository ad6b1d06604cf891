from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.aws.clients import AwsClients
from adapters.aws.s3_direct_downloads import S3DirectDownloads
from adapters.aws.s3_file_storage import S3FileStorage
from application.errors import ConfigurationError
from tests.contracts.steps import put
from tests.emulated_aws import EmulatedAws

KEY = "results/1/1/1/clean.csv"


def link(downloads: S3DirectDownloads, *, file_name: str = "clean.csv") -> str:
    return downloads.link(KEY, file_name=file_name, media_type="text/csv", expires_in_seconds=900)


def parameters(url: str) -> dict[str, str]:
    return {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}


class TestS3DirectDownloads:
    def test_a_link_answers_with_the_content_under_its_name(
        self, storage: S3FileStorage, clients: AwsClients
    ) -> None:
        put(storage, KEY, b"a,b\n1,2\n")

        answer = requests.get(link(S3DirectDownloads(clients, storage.bucket)), timeout=5)

        assert answer.content == b"a,b\n1,2\n"
        assert answer.headers["Content-Type"] == "text/csv"
        assert answer.headers["Content-Disposition"].startswith("attachment;")

    def test_a_link_is_signed_the_new_way_and_ends(self, clients: AwsClients) -> None:
        signed = parameters(link(S3DirectDownloads(clients, "bucket")))

        assert signed["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        assert signed["X-Amz-Expires"] == "900"
        assert signed["X-Amz-SignedHeaders"] == "host"
        assert signed["response-content-type"] == "text/csv"
        assert len(signed["X-Amz-Signature"]) == 64

    def test_a_link_bears_the_public_endpoint(self, clients: AwsClients) -> None:
        downloads = S3DirectDownloads(
            clients, "bucket", public_endpoint_url="https://files.example.org"
        )

        assert link(downloads).startswith(f"https://files.example.org/bucket/{KEY}?")

    def test_what_is_not_a_key_gets_no_link(self, clients: AwsClients) -> None:
        with pytest.raises(ValueError, match="key"):
            S3DirectDownloads(clients, "bucket").link(
                "../secret", file_name="x", media_type="text/csv", expires_in_seconds=1
            )

    def test_without_credentials_there_is_no_link(
        self, emulated_aws: EmulatedAws, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")

        with pytest.raises(ConfigurationError, match="NoCredentialsError"):
            link(S3DirectDownloads(emulated_aws.clients(), "bucket"))

    # A link is only computed: the clients are the same for all examples.
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(file_name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
    def test_any_file_name_travels_in_one_header_line(
        self, clients: AwsClients, file_name: str
    ) -> None:
        url = link(S3DirectDownloads(clients, "bucket"), file_name=file_name)

        disposition = parameters(url)["response-content-disposition"]
        assert disposition.isascii()
        assert disposition.isprintable()
        assert disposition.count('"') == 2
        assert unquote(disposition.partition("filename*=UTF-8''")[2]) == file_name
