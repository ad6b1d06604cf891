"""A message that is none of ours changes nothing, leaves evidence, and stops nobody."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.use_cases.delete_file import DeleteFile
from application.use_cases.file_messages import WorkRequest
from application.use_cases.foreign_message import ForeignMessage, ForeignReason
from application.use_cases.process_delivery import DeliveryResult
from application.use_cases.reprocess_file import ReprocessFile
from application.use_cases.watch_dead_letters import WatchDeadLetters
from domain.file_state import FileState
from domain.file_status import FileStatus, Outcome
from tests.application.conftest import TENANT, Story

NOWHERE = "01900000-0000-7000-8000-000000000000"
S3_EVENT = json.dumps(
    {"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": {"object": {}}}]}
)
CONFIRMATION = json.dumps(
    {
        "Type": "SubscriptionConfirmation",
        "MessageId": NOWHERE,
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:file-processing",
        "Token": "2336412f37",
        "SubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
    }
)
UNREADABLE = {
    "empty": "",
    "not JSON": "not json",
    "cut off": '{"version": 1, "fileId": "',
    "a list": "[]",
    "a number": "17",
    "nothing in it": "{}",
    "deeply nested": "[" * 100_000,
    "huge": json.dumps({"version": 1, "fill": "x" * 1_000_000}),
    "a number beyond all bounds": '{"version": 1, "generation": ' + "9" * 5000 + "}",
    "binary": "\x00\x1b[2J\u202e\ud800",
    "S3's own event": S3_EVENT,
    "SNS's question": CONFIRMATION,
}
BROKEN_MEMBERS: dict[str, dict[str, Any]] = {
    "a version to come": {"version": 2},
    "a version that only equals ours": {"version": True},
    "no file": {"fileId": None},
    "a number for an id": {"fileId": 7},
    "an id of another spelling": {"fileId": f"{{{NOWHERE}}}"},
    "no id at all": {"fileId": "../../etc/passwd"},
    "a generation in words": {"generation": "1"},
    "half a generation": {"generation": 1.5},
    "no key": {"s3Key": None},
    "no bucket": {"s3Bucket": ["memory"]},
}
FORGED: dict[str, dict[str, Any]] = {
    "another's key": {"s3Key": f"uploads/{NOWHERE}/people.csv"},
    "a key that leads out": {"s3Key": "../../etc/passwd"},
    "another bucket": {"s3Bucket": "somebody-elses"},
    "an empty key": {"s3Key": ""},
    "a generation to come": {"generation": 2},
    "a generation before the first": {"generation": 0},
}
BY_REASON = [
    *((ForeignReason.UNREADABLE, changes) for changes in BROKEN_MEMBERS.values()),
    *((ForeignReason.FORGED, changes) for changes in FORGED.values()),
    (ForeignReason.UNKNOWN_FILE, {"fileId": NOWHERE}),
]
NAMES = [*BROKEN_MEMBERS, *FORGED, "an unknown file"]


def changed(body: str, changes: dict[str, Any]) -> str:
    return json.dumps(json.loads(body) | changes)


def work_body(story: Story) -> tuple[FileState, str]:
    """A waiting file, and what its message says."""
    file = story.upload()
    story.relay()
    [body] = story.service.queue.bodies
    return file, body


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_message_that_cannot_be_read_is_deleted_and_kept_as_evidence(
    story: Story, body: str
) -> None:
    story.service.queue.put(body)

    report = story.process()

    assert (report.result, report.reason) == (DeliveryResult.FOREIGN, ForeignReason.UNREADABLE)
    assert report.foreign is not None
    content = body.encode("utf-8", "surrogatepass")
    assert report.foreign.sha256 == hashlib.sha256(content).hexdigest()
    assert report.foreign.size_bytes == len(content)
    assert report.foreign.detail
    assert story.queue_is_empty()


@pytest.mark.parametrize(("reason", "changes"), BY_REASON, ids=NAMES)
def test_a_message_that_is_not_quite_ours_leaves_the_file_alone(
    story: Story, reason: ForeignReason, changes: dict[str, Any]
) -> None:
    file, body = work_body(story)
    delivery = story.receive()

    report = story.process(replace(delivery, body=changed(body, changes)))

    assert (report.result, report.reason) == (DeliveryResult.FOREIGN, reason)
    assert story.queue_is_empty()
    untouched = story.file(file)
    assert (untouched.status, untouched.version) == (FileStatus.PENDING, file.version)


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_dead_letter_that_cannot_be_read_is_deleted_and_kept_as_evidence(
    story: Story, body: str
) -> None:
    story.service.dead_letters.put(body)

    watched = story.service.get(WatchDeadLetters)()

    assert [message.reason for message in watched.foreign] == [ForeignReason.UNREADABLE]
    assert watched.foreign[0] == ForeignMessage.of(
        body, ForeignReason.UNREADABLE, detail=watched.foreign[0].detail
    )
    assert story.service.dead_letters.bodies == ()


@pytest.mark.parametrize(("reason", "changes"), BY_REASON, ids=NAMES)
def test_a_dead_letter_that_is_not_quite_ours_leaves_the_file_alone(
    story: Story, reason: ForeignReason, changes: dict[str, Any]
) -> None:
    file, body = work_body(story)
    story.service.dead_letters.put(changed(body, changes))

    watched = story.service.get(WatchDeadLetters)()

    assert [message.reason for message in watched.foreign] == [reason]
    assert story.service.dead_letters.bodies == ()
    assert story.file(file).version == file.version
    assert story.relay() == 0


def test_the_letters_between_foreign_ones_are_looked_at_all_the_same(story: Story) -> None:
    file, body = work_body(story)
    story.process()
    story.service.get(ReprocessFile)(TENANT, file.id)
    for letter in ("nonsense", changed(body, {"generation": 2}), "more nonsense"):
        story.service.dead_letters.put(letter)

    watched = story.service.get(WatchDeadLetters)()

    assert (watched.looked_at, len(watched.foreign)) == (3, 2)
    assert story.service.dead_letters.bodies == ()


def test_a_message_of_an_erased_file_is_old_and_not_forged(story: Story) -> None:
    file, _ = work_body(story)
    story.service.get(DeleteFile)(TENANT, file.id)

    report = story.process()

    assert (report.result, report.reason) == (DeliveryResult.DROPPED, "erased")


def test_our_own_messages_are_not_foreign_in_any_generation(story: Story) -> None:
    file = story.finish(story.upload(name="../päople list.csv"))
    again = story.service.get(ReprocessFile)(TENANT, file.id)

    assert story.finish(again).outcome is Outcome.CLEAN


@given(body=st.text(max_size=400))
def test_the_evidence_of_any_body_is_one_short_line_of_ascii(body: str) -> None:
    message = ForeignMessage.of(body, ForeignReason.UNREADABLE)

    assert message.beginning.isascii()
    assert message.beginning.isprintable()
    assert len(message.beginning) <= 10 * 200 + 2


@given(body=st.text() | st.from_regex(r'\{"version": ?1, "[a-zA-Z3]{1,10}": ?.*\}'))
def test_any_other_text_is_refused_as_a_value(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- any of them; nothing else may get out
        WorkRequest.parse(body)
