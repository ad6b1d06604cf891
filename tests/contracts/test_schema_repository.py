import pytest

from application.errors import ConflictingSchemaVersionError, UnknownSchemaError
from application.ports.schema_repository import SchemaVersion
from tests.builders import TENANT, build_schema_version
from tests.contracts.worlds import World

DESCRIPTOR = {
    "fields": [
        {"name": "größe", "type": "number", "constraints": {"minimum": 0.5, "required": True}},
        {"name": "b", "type": "string", "constraints": {"enum": ["x", None, 3]}},
    ],
    "missingValues": ["", "-"],
}


def add(world: World, *schemas: SchemaVersion) -> None:
    for schema in schemas:
        with world.units_of_work.for_writing() as work:
            work.schemas.add(schema)
            work.commit()


def get(world: World, name: str, version: int | None = None) -> SchemaVersion:
    with world.units_of_work.for_reading() as work:
        return work.schemas.get(TENANT, name, version)


class TestSchemaRepository:
    def test_a_stored_schema_comes_back_whole(self, world: World) -> None:
        schema = build_schema_version(descriptor=DESCRIPTOR)

        add(world, schema)

        assert get(world, "people", 1) == schema

    def test_the_order_of_the_fields_and_keys_is_kept(self, world: World) -> None:
        add(world, build_schema_version(descriptor={"z": 1, "a": 2, "fields": [3, 1, 2]}))

        assert list(get(world, "people").descriptor) == ["z", "a", "fields"]
        assert get(world, "people").descriptor["fields"] == [3, 1, 2]

    def test_a_caller_cannot_change_what_is_stored(self, world: World) -> None:
        fields: list[object] = []
        add(world, build_schema_version(descriptor={"fields": fields}))

        fields.append("later")

        assert get(world, "people").descriptor == {"fields": []}

    def test_without_a_version_the_latest_is_meant(self, world: World) -> None:
        add(world, *(build_schema_version(version=version) for version in (1, 2, 10, 9)))

        assert get(world, "people").version == 10
        assert get(world, "people", 2).version == 2

    @pytest.mark.parametrize(("name", "version"), [("people", 2), ("people", 0), ("pets", None)])
    def test_an_unknown_schema_or_version_is_an_error(
        self, world: World, name: str, version: int | None
    ) -> None:
        add(world, build_schema_version())

        with pytest.raises(UnknownSchemaError) as caught:
            get(world, name, version)

        assert name in caught.value.reference

    @pytest.mark.parametrize("name", ["", "people\x00", "\x00", "\ud800", "x" * 10_000])
    @pytest.mark.parametrize("version", [None, 1])
    def test_a_text_that_can_be_no_name_is_unknown(
        self, world: World, name: str, version: int | None
    ) -> None:
        add(world, build_schema_version())

        with pytest.raises(UnknownSchemaError):
            get(world, name, version)

    def test_another_tenants_schema_is_unknown(self, world: World) -> None:
        add(world, build_schema_version(tenant="other"))

        with pytest.raises(UnknownSchemaError):
            get(world, "people")
        with pytest.raises(UnknownSchemaError):
            get(world, "people", 1)

    def test_a_version_is_registered_once(self, world: World) -> None:
        first = build_schema_version()
        add(world, first, build_schema_version(tenant="other"))

        with pytest.raises(ConflictingSchemaVersionError) as caught:
            add(world, build_schema_version(descriptor=DESCRIPTOR))

        assert caught.value.reference == "people@1"
        assert get(world, "people") == first

    def test_the_latest_version_of_each_schema_is_listed_by_name(self, world: World) -> None:
        add(
            world,
            build_schema_version(name="pets"),
            build_schema_version(name="people", version=1),
            build_schema_version(name="people", version=2),
            build_schema_version(name="plants", tenant="other"),
        )

        with world.units_of_work.for_reading() as work:
            listed = work.schemas.list(TENANT)
            nothing = work.schemas.list("nobody")

        assert [(schema.name, schema.version) for schema in listed] == [("people", 2), ("pets", 1)]
        assert list(nothing) == []

    def test_schemas_are_listed_page_by_page_in_the_order_of_code_points(
        self, world: World
    ) -> None:
        names = ["B", "a", "a-b", "a_b", "ab", "z", "É", "é"]
        add(world, *(build_schema_version(name=name) for name in reversed(names)))
        add(world, build_schema_version(name="a", version=2))

        with world.units_of_work.for_reading() as work:
            pages = [
                [(schema.name, schema.version) for schema in work.schemas.list(TENANT, **page)]
                for page in (
                    {"limit": 3},
                    {"limit": 3, "after": "a-b"},
                    {"limit": 3, "after": "ab"},
                    {"limit": 3, "after": "é"},
                    {"after": "ac\x00\ud800"},
                )
            ]

        assert pages == [
            [("B", 1), ("a", 2), ("a-b", 1)],
            [("a_b", 1), ("ab", 1), ("z", 1)],
            [("z", 1), ("É", 1), ("é", 1)],
            [],
            [("z", 1), ("É", 1), ("é", 1)],
        ]

    def test_versions_are_listed_newest_first(self, world: World) -> None:
        add(world, *(build_schema_version(version=version) for version in (1, 2, 10, 9)))
        add(world, build_schema_version(version=11, tenant="other"))
        add(world, build_schema_version(version=12, name="pets"))

        def versions(name: str, before: int | None = None) -> list[int]:
            with world.units_of_work.for_reading() as work:
                found = work.schemas.versions(TENANT, name, before=before, limit=2)
            return [schema.version for schema in found]

        assert versions("people") == [10, 9]
        assert versions("people", before=9) == [2, 1]
        assert versions("people", before=1) == []
        assert versions("nobody") == []
        assert versions("people\x00") == []
