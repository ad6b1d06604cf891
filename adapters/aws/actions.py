"""Which permission each call needs, in the words that IAM's policies use.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from types import MappingProxyType

# Most actions bear their call's name; these do not.
_OTHER_NAMES = MappingProxyType(
    {
        "HeadBucket": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "DeleteObjects": "DeleteObject",
        "CreateMultipartUpload": "PutObject",
        "UploadPart": "PutObject",
        "ListParts": "ListMultipartUploadParts",
        "CompleteMultipartUpload": "PutObject",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "PublishBatch": "Publish",
        "DeleteMessageBatch": "DeleteMessage",
    }
)
_WORDS_OF_SERVICE = MappingProxyType(
    {
        "sns": ("Topic", "Subscri", "Publish"),
        "sqs": ("Queue", "Message"),
        "sts": ("CallerIdentity",),
    }
)


def action_of(operation: str) -> str:
    """The action that allows the call, such as `s3:ListBucket` for `HeadBucket`."""
    return f"{_service_of(operation)}:{_OTHER_NAMES.get(operation, operation)}"


def _service_of(operation: str) -> str:
    for service, words in _WORDS_OF_SERVICE.items():
        if any(word in operation for word in words):
            return service
    return "s3"
