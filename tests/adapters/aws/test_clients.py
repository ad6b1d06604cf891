import subprocess
import sys
from typing import Any

import pytest

from adapters.aws.clients import AwsClients, AwsSettings
from tests.emulated_aws import EmulatedAws


class TestAwsClients:
    @pytest.mark.parametrize(
        ("service", "read_seconds", "attempts"),
        [("s3", 10, 3), ("sns", 5, 3), ("sqs", 5, 3), ("sqs_long_poll", 25, 1), ("sts", 5, 3)],
    )
    def test_every_call_has_a_deadline_and_one_retry_layer(
        self, clients: AwsClients, service: str, read_seconds: int, attempts: int
    ) -> None:
        config = getattr(clients, service).meta.config

        assert config.connect_timeout == 2
        assert config.read_timeout == read_seconds
        assert config.retries == {"mode": "standard", "total_max_attempts": attempts}

    def test_the_pool_has_a_connection_for_every_thread(self, emulated_aws: EmulatedAws) -> None:
        clients = emulated_aws.clients(connections=33)

        config: Any = clients.s3.meta.config
        assert config.max_pool_connections == 33

    def test_a_client_is_made_once(self, clients: AwsClients) -> None:
        assert clients.s3 is clients.s3

    def test_another_endpoint_is_addressed_by_path(self, emulated_aws: EmulatedAws) -> None:
        clients = emulated_aws.clients(endpoint_url="http://storage.example:9000")

        url = clients.s3.generate_presigned_url(
            "get_object", Params={"Bucket": "bucket", "Key": "key"}
        )

        assert url.startswith("http://storage.example:9000/bucket/key?")

    @pytest.mark.usefixtures("emulated_aws")
    def test_the_endpoint_of_the_environment_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example:9000")

        clients = AwsClients(AwsSettings(region="eu-west-1"))

        assert clients.sqs.meta.endpoint_url == "http://storage.example:9000"
        config: Any = clients.s3.meta.config
        assert config.s3 == {"addressing_style": "path"}

    @pytest.mark.usefixtures("emulated_aws")
    def test_amazon_itself_is_addressed_by_the_buckets_host(self) -> None:
        clients = AwsClients(AwsSettings(region="eu-west-1"))

        url = clients.s3.generate_presigned_url(
            "get_object", Params={"Bucket": "bucket", "Key": "key"}
        )

        assert url.startswith("https://bucket.s3.eu-west-1.amazonaws.com/key?")

    def test_who_needs_no_amazon_imports_no_boto3(self) -> None:
        script = "import sys, entrypoints.profiles.embedded; print('boto3' in sys.modules)"

        ran = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )

        assert ran.stdout == "False\n"
