"""The resource policies, and when two texts of one mean the same."""

import json
from collections.abc import Mapping

VERSION = "2012-10-17"
DENY_PLAIN_HTTP = "DenyPlainHttp"


def tls_only_bucket(bucket_arn: str) -> dict[str, object]:
    """The statement that refuses requests for a bucket which come without TLS."""
    return _deny_plain_http("s3:*", [bucket_arn, f"{bucket_arn}/*"])


def tls_only_queue(queue_arn: str) -> dict[str, object]:
    """The statement that refuses requests for a queue which come without TLS."""
    return _deny_plain_http("sqs:*", queue_arn)


def topic_may_send(queue_arn: str, *, topic_arn: str, account: str) -> dict[str, object]:
    """The statement that lets that topic of this account send, and so nobody else from outside."""
    return {
        "Sid": "OnlyTheTopicSends",
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {
            "ArnEquals": {"aws:SourceArn": topic_arn},
            "StringEquals": {"aws:SourceAccount": account},
        },
    }


def comes_by_tls(endpoint_url: str) -> bool:
    """True unless the endpoint is an emulator's, or a store's in the next room, without TLS.

    A policy that demands TLS there would lock out the service itself.
    """
    return endpoint_url.startswith("https:")


def policy_of(*statements: Mapping[str, object]) -> str:
    """The text of a policy of those statements."""
    return json.dumps({"Version": VERSION, "Statement": statements})


def mean_the_same(actual: str | None, desired: str) -> bool:
    """True when two attributes differ in writing only: order, spaces, `3` or `"3"`, `x` or `["x"]`.

    Amazon gives JSON back in its own writing, and other texts as they were.
    """
    return actual is not None and canonical(_parsed(actual)) == canonical(_parsed(desired))


def canonical(value: object) -> object:
    """One form for all writings of the same JSON."""
    if isinstance(value, Mapping):
        return {key: canonical(member) for key, member in value.items()}
    if isinstance(value, list):
        members = sorted((canonical(member) for member in value), key=repr)
        return members[0] if len(members) == 1 else members
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _deny_plain_http(action: str, resource: str | list[str]) -> dict[str, object]:
    return {
        "Sid": DENY_PLAIN_HTTP,
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
