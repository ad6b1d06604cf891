"""A topic and a subscription as they should be."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from adapters.aws.errors import code_of
from adapters.aws.policies import mean_the_same
from adapters.aws.refusals import Refusals
from adapters.aws.resource import MISSING, Resource

if TYPE_CHECKING:  # stubs, which only a developer has
    from mypy_boto3_sns import SNSClient

_NO_SUCH_TOPIC = "NotFound"


class Topic(Resource):
    """A topic; that it is there is all that is asked of it."""

    kind = "topic"

    def __init__(self, sns: "SNSClient", name: str, *, arn: str) -> None:
        self.name = name
        self._sns = sns
        self._arn = arn

    def differences(self, refusals: Refusals) -> tuple[str, ...]:
        try:
            self._sns.get_topic_attributes(TopicArn=self._arn)
        except ClientError as error:
            if code_of(error) == _NO_SUCH_TOPIC:
                return (MISSING,)
            raise
        return ()

    def put_right(self, differences: Sequence[str], refusals: Refusals) -> tuple[str, ...]:
        self._sns.create_topic(Name=self.name)
        return tuple(differences)


class Subscription(Resource):
    """A queue that gets a topic's messages as they are, without SNS's envelope around them.

    What cannot be delivered, say while the queue's policy is wrong, goes to `undelivered_arn`.
    """

    kind = "subscription"

    def __init__(
        self, sns: "SNSClient", *, topic_arn: str, queue_arn: str, undelivered_arn: str
    ) -> None:
        self.name = f"{_name_of(topic_arn)} to {_name_of(queue_arn)}"
        self._sns = sns
        self._topic_arn = topic_arn
        self._queue_arn = queue_arn
        self._attributes = {
            "RawMessageDelivery": "true",
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": undelivered_arn}),
        }

    def differences(self, refusals: Refusals) -> tuple[str, ...]:
        arn = self._arn()
        if arn is None:
            return (MISSING,)
        actual = self._sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        return tuple(
            name
            for name, desired in self._attributes.items()
            if not mean_the_same(actual.get(name), desired)
        )

    def put_right(self, differences: Sequence[str], refusals: Refusals) -> tuple[str, ...]:
        arn = self._arn()
        if arn is None:
            self._sns.subscribe(
                TopicArn=self._topic_arn,
                Protocol="sqs",
                Endpoint=self._queue_arn,
                Attributes=self._attributes,
            )
            return (MISSING,)
        # Another machine may have subscribed in between; then all of it is set again.
        to_set = self._attributes if MISSING in differences else differences
        for name in to_set:
            self._sns.set_subscription_attributes(
                SubscriptionArn=arn, AttributeName=name, AttributeValue=self._attributes[name]
            )
        return tuple(differences)

    def _arn(self) -> str | None:
        pages = self._sns.get_paginator("list_subscriptions_by_topic")
        try:
            for page in pages.paginate(TopicArn=self._topic_arn):
                for found in page["Subscriptions"]:
                    if found["Protocol"] == "sqs" and found["Endpoint"] == self._queue_arn:
                        return found["SubscriptionArn"]
        except ClientError as error:
            if code_of(error) != _NO_SUCH_TOPIC:
                raise
        return None


def _name_of(arn: str) -> str:
    return arn.rpartition(":")[2]
