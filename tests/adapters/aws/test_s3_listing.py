"""What a bucket's list says of its objects, and what it does not say."""

from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from botocore.stub import Stubber

from adapters.aws.clients import AwsClients
from adapters.aws.s3_file_storage import S3FileStorage
from adapters.system.system_clock import SystemClock
from application.errors import ConfigurationError, StorageUnavailableError
from tests.adapters.aws.conftest import Calls
from tests.contracts.aws_world import make_s3_object_older
from tests.contracts.steps import put
from tests.emulated_aws import EmulatedAws

KEY = "uploads/018f3c2e-7a4b/people.csv"


def test_a_thousand_objects_are_one_call_to_list_and_one_to_delete(
    storage: S3FileStorage, calls: Calls
) -> None:
    put(storage, KEY, b"content")
    calls.clear()

    keys = [found.key for found in storage.list_below("uploads")]
    storage.delete_all([*keys, *(f"uploads/{number}/a.csv" for number in range(999))])

    assert calls.names == ["ListObjectsV2", "DeleteObjects"]


def test_where_no_time_is_told_every_object_is_new(
    storage: S3FileStorage, emulated_aws: EmulatedAws
) -> None:
    put(storage, KEY, b"content")
    make_s3_object_older(storage.bucket, KEY, timedelta(days=2))

    def forget_time(parsed: dict[str, Any], **_: object) -> None:
        del parsed["ResponseMetadata"]["HTTPHeaders"]["date"]

    with closing(emulated_aws.clients()) as clients:
        clients.s3.meta.events.register("after-call.s3.ListObjectsV2", forget_time)
        [timeless] = S3FileStorage(clients, storage.bucket, clock=SystemClock()).list_below(
            "uploads"
        )
    [timed] = storage.list_below("uploads")

    assert timed.age >= timedelta(days=2)
    assert timeless.age == timedelta()


def test_what_no_key_can_name_is_left_out(storage: S3FileStorage, clients: AwsClients) -> None:
    put(storage, KEY, b"content")
    for name in ("uploads/a b", "uploads//x", "uploads/über"):
        clients.s3.put_object(Bucket=storage.bucket, Key=name, Body=b"theirs")

    assert [found.key for found in storage.list_below("uploads")] == [KEY]


@pytest.mark.parametrize(
    ("code", "error"),
    [("AccessDenied", ConfigurationError), ("SlowDown", StorageUnavailableError)],
)
def test_a_list_that_is_refused_is_an_error(
    lonely_clients: AwsClients, code: str, error: type[Exception]
) -> None:
    with Stubber(lonely_clients.s3) as stub:
        stub.add_client_error("list_objects_v2", code)

        with pytest.raises(error):
            next(S3FileStorage(lonely_clients, "bucket", clock=SystemClock()).list_below("uploads"))
