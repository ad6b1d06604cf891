"""A queue as it should be."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.aws.errors import code_of
from adapters.aws.policies import mean_the_same
from adapters.aws.refusals import Refusals
from adapters.aws.resource import MISSING, Resource

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.literals import QueueAttributeNameType

_ENCRYPTED_BY_SQS = "SqsManagedSseEnabled"
_NO_SUCH_QUEUE = frozenset({"NonExistentQueue", "QueueDoesNotExist"})
_MADE_OTHERWISE = frozenset({"QueueNameExists", "QueueAlreadyExists"})


class Queue(Resource):
    """A queue with those attributes; the others are the operator's to choose.

    So is a key of KMS's, in place of the encryption by SQS's own keys.
    """

    kind = "queue"

    def __init__(
        self, sqs: "SQSClient", name: str, attributes: "Mapping[QueueAttributeNameType, str]"
    ) -> None:
        self.name = name
        self._sqs = sqs
        self._attributes = dict(attributes)

    def differences(self, refusals: Refusals) -> tuple[str, ...]:
        try:
            url = self._url()
        except ClientError as error:
            if code_of(error) in _NO_SUCH_QUEUE:
                return (MISSING,)
            raise
        actual = self._actual(url)
        return tuple(
            name
            for name, desired in self._desired(actual).items()
            if not mean_the_same(actual.get(name), desired)
            and (name in actual or self._is_known(url, name))
        )

    def put_right(self, differences: Sequence[str], refusals: Refusals) -> tuple[str, ...]:
        if MISSING not in differences or not self._is_created():
            # All of them, in one call: to set one is to forget the policy, where an emulator
            # plays SQS.
            url = self._url()
            self._sqs.set_queue_attributes(
                QueueUrl=url, Attributes=self._desired(self._actual(url))
            )
        return tuple(differences)

    def _is_created(self) -> bool:
        """False when another machine was faster, and made it with other attributes."""
        try:
            self._sqs.create_queue(QueueName=self.name, Attributes=self._attributes)
        except ClientError as error:
            if code_of(error) in _MADE_OTHERWISE:
                return False
            raise
        return True

    def _url(self) -> str:
        return self._sqs.get_queue_url(QueueName=self.name)["QueueUrl"]

    def _actual(self, url: str) -> "Mapping[QueueAttributeNameType, str]":
        return self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    def _desired(
        self, actual: "Mapping[QueueAttributeNameType, str]"
    ) -> "dict[QueueAttributeNameType, str]":
        """What is asked of the queue as it is; SQS encrypts it by one kind of key only."""
        if not actual.get("KmsMasterKeyId"):
            return self._attributes
        return {name: it for name, it in self._attributes.items() if name != _ENCRYPTED_BY_SQS}

    def _is_known(self, url: str, name: "QueueAttributeNameType") -> bool:
        """False for what this SQS has never heard of: an emulator takes it and keeps nothing."""
        try:
            self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        except ClientError as error:
            if code_of(error) == "InvalidAttributeName":
                return False
            raise
        return True
