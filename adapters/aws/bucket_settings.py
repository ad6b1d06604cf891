"""Each thing about a bucket that has its own call."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from adapters.aws.errors import code_of
from adapters.aws.policies import (
    DENY_PLAIN_HTTP,
    canonical,
    comes_by_tls,
    policy_of,
    tls_only_bucket,
)
from application.ports.probe import PROBE_FOLDER

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import LifecycleRuleOutputTypeDef, LifecycleRuleTypeDef

Answer = TypeVar("Answer")

_PROBES = f"{PROBE_FOLDER}/"

# How S3 says that nobody has set the thing that was asked for.
_NEVER_SET = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
        "NoSuchBucketPolicy",
        "NoSuchLifecycleConfiguration",
    }
)


class BucketSetting(ABC):
    """One setting of one bucket; `name` is S3's word for it."""

    name: str

    def __init__(self, s3: "S3Client", bucket: str, arn: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._arn = arn

    @abstractmethod
    def is_right(self) -> bool:
        """True when there is nothing to do."""

    @abstractmethod
    def put_right(self) -> None:
        """Sets it, and leaves alone what an operator has added."""


class PublicAccessBlock(BucketSetting):
    """Nothing in the bucket can be made public, by nobody."""

    name = "PublicAccessBlock"

    def is_right(self) -> bool:
        answer = _unless_never_set(lambda: self._s3.get_public_access_block(Bucket=self._bucket))
        if answer is None:
            return False
        actual = answer["PublicAccessBlockConfiguration"]
        return bool(actual) and all(actual.get(name) for name in _PUBLIC_ACCESS_BLOCK)

    def put_right(self) -> None:
        self._s3.put_public_access_block(
            Bucket=self._bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )


_PUBLIC_ACCESS_BLOCK = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


class OwnershipControls(BucketSetting):
    """Policies alone decide who may do what; access lists are switched off."""

    name = "OwnershipControls"

    def is_right(self) -> bool:
        answer = _unless_never_set(
            lambda: self._s3.get_bucket_ownership_controls(Bucket=self._bucket)
        )
        rules = answer["OwnershipControls"]["Rules"] if answer else []
        return [rule["ObjectOwnership"] for rule in rules] == ["BucketOwnerEnforced"]

    def put_right(self) -> None:
        self._s3.put_bucket_ownership_controls(
            Bucket=self._bucket,
            OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        )


class Encryption(BucketSetting):
    """Objects are encrypted, by S3's own keys unless an operator has chosen others."""

    name = "Encryption"

    def is_right(self) -> bool:
        answer = _unless_never_set(lambda: self._s3.get_bucket_encryption(Bucket=self._bucket))
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
        return any(rule.get("ApplyServerSideEncryptionByDefault") for rule in rules)

    def put_right(self) -> None:
        self._s3.put_bucket_encryption(
            Bucket=self._bucket,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
        )


class Policy(BucketSetting):
    """Nobody gets in without TLS."""

    name = "Policy"

    def is_right(self) -> bool:
        return canonical(self._ours()) in [canonical(it) for it in self._statements()]

    def put_right(self) -> None:
        others = [it for it in self._statements() if it.get("Sid") != DENY_PLAIN_HTTP]
        policy = policy_of(*others, self._ours())
        self._s3.put_bucket_policy(Bucket=self._bucket, Policy=policy)

    def _ours(self) -> dict[str, object]:
        return tls_only_bucket(self._arn)

    def _statements(self) -> list[dict[str, Any]]:
        answer = _unless_never_set(lambda: self._s3.get_bucket_policy(Bucket=self._bucket))
        statements = json.loads(answer["Policy"])["Statement"] if answer else []
        return statements if isinstance(statements, list) else [statements]


class Lifecycle(BucketSetting):
    """What nobody will finish or fetch is gone after a day, and costs no more.

    That is the parts of uploads that broke off, and the objects of probes that did.
    """

    name = "Lifecycle"

    def is_right(self) -> bool:
        rules = self._rules()
        return any(map(_aborts_within_a_day, rules)) and any(map(_expires_probes, rules))

    def put_right(self) -> None:
        ours: list[LifecycleRuleTypeDef] = [
            {
                "ID": "AbortUnfinishedUploads",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            },
            {
                "ID": "ExpireProbes",
                "Status": "Enabled",
                "Filter": {"Prefix": _PROBES},
                "Expiration": {"Days": 1},
            },
        ]
        replaced = {rule["ID"] for rule in ours}
        others: list[Any] = [rule for rule in self._rules() if rule.get("ID") not in replaced]
        self._s3.put_bucket_lifecycle_configuration(
            Bucket=self._bucket, LifecycleConfiguration={"Rules": [*others, *ours]}
        )

    def _rules(self) -> "Sequence[LifecycleRuleOutputTypeDef]":
        answer = _unless_never_set(
            lambda: self._s3.get_bucket_lifecycle_configuration(Bucket=self._bucket)
        )
        return answer["Rules"] if answer else []


class Versioning(BucketSetting):
    """A deletion is one: no version stays behind."""

    name = "Versioning"

    def is_right(self) -> bool:
        return self._s3.get_bucket_versioning(Bucket=self._bucket).get("Status") != "Enabled"

    def put_right(self) -> None:
        self._s3.put_bucket_versioning(
            Bucket=self._bucket, VersioningConfiguration={"Status": "Suspended"}
        )


def bucket_settings(s3: "S3Client", bucket: str, arn: str) -> Sequence[BucketSetting]:
    """All of a bucket's settings; that it is closed to the public comes first."""
    kinds: list[type[BucketSetting]] = [
        *(PublicAccessBlock, OwnershipControls, Encryption, Lifecycle, Versioning)
    ]
    if comes_by_tls(s3.meta.endpoint_url):
        kinds.append(Policy)
    return [kind(s3, bucket, arn) for kind in kinds]


def _aborts_within_a_day(rule: "LifecycleRuleOutputTypeDef") -> bool:
    # An absent filter, an empty one and an empty prefix all mean the whole bucket.
    narrowing = (rule.get("Prefix"), *rule.get("Filter", {}).values())
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    return rule["Status"] == "Enabled" and not any(narrowing) and days == 1


def _expires_probes(rule: "LifecycleRuleOutputTypeDef") -> bool:
    prefixes = (rule.get("Prefix"), rule.get("Filter", {}).get("Prefix"))
    return (
        rule["Status"] == "Enabled"
        and _PROBES in prefixes
        and rule.get("Expiration", {}).get("Days") == 1
    )


def _unless_never_set(ask: Callable[[], Answer]) -> Answer | None:
    """The answer, or None when nobody has set the thing."""
    try:
        return ask()
    except ClientError as error:
        if code_of(error) in _NEVER_SET:
            return None
        raise
