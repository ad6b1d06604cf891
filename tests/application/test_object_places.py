"""Keys tell whose an object is; those that we never make tell nothing."""

from uuid import UUID

import pytest

from adapters.memory.seeded_ids import SequentialIds
from application.use_cases.arrived_parts import part_key
from application.use_cases.object_places import FOLDERS, is_of_a_probe, place_of
from application.use_cases.probe_messages import answer_key
from domain.garbage import ContentPlace, PartPlace, ResultPlace
from tests.application.conftest import Story

FILE_ID = UUID("019c0000-abcd-7000-8000-00000000000f")


def test_every_object_that_the_service_makes_is_told_apart(story: Story) -> None:
    file = story.finish(story.upload())

    assert place_of(file.key) == ContentPlace(key=file.key, file_id=file.id)
    for result in file.results:
        assert place_of(result.key) == ResultPlace(
            key=result.key, file_id=file.id, generation=1, attempt=1
        )
    part = part_key(FILE_ID, 1, "ab" * 32)
    assert place_of(part) == PartPlace(key=part, file_id=FILE_ID)
    assert is_of_a_probe(answer_key(SequentialIds().new_id()))


def test_the_folders_are_all_that_there_are_and_in_the_order_of_their_keys(story: Story) -> None:
    story.finish(story.upload())
    keys = [*story.service.storage.keys, answer_key(FILE_ID), part_key(FILE_ID, 1, "ab" * 32)]

    assert {key.partition("/")[0] for key in keys} == set(FOLDERS)
    assert sorted(FOLDERS) == list(FOLDERS)


@pytest.mark.parametrize(
    "key",
    [
        f"uploads/{FILE_ID}",
        f"uploads/{FILE_ID}/folder/people.csv",
        f"uploads/{str(FILE_ID).upper()}/people.csv",
        "uploads/backup/people.csv",
        f"results/{FILE_ID}/clean.csv",
        f"results/{FILE_ID}/1/clean.csv",
        f"results/{FILE_ID}/0/1/clean.csv",
        f"results/{FILE_ID}/1/one/clean.csv",
        f"results/{FILE_ID}/01/1/clean.csv",
        f"archive/{FILE_ID}/1/1/clean.csv",
        f"doctors/{FILE_ID}/answer",
    ],
)
def test_what_we_never_make_is_nobodys(key: str) -> None:
    assert place_of(key) is None
    assert not is_of_a_probe(key)
