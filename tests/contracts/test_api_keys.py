"""The contract of ApiKeys."""

from dataclasses import replace

import pytest

from application.access_errors import ApiKeyTakenError, UnknownApiKeyError
from domain.access import Scope
from tests.builders import START, build_api_key
from tests.contracts.steps import after
from tests.contracts.worlds import World


class TestApiKeys:
    def test_a_key_is_found_as_it_was_added(self, world: World) -> None:
        plain = build_api_key()
        full = build_api_key(
            tenant="ténant",
            name="der Bäcker",
            scopes=frozenset(Scope),
            expires_at=after(1.000001),
            revoked_at=after(2),
            last_used_at=after(3),
        )

        for key in (plain, full):
            world.api_keys.add(key)

        assert [world.api_keys.get(key.id) for key in (plain, full)] == [plain, full]

    def test_an_id_stands_for_one_key_alone(self, world: World) -> None:
        key = build_api_key()
        world.api_keys.add(key)

        with pytest.raises(ApiKeyTakenError):
            world.api_keys.add(build_api_key(id=key.id, name="another"))

        assert world.api_keys.get(key.id) == key

    @pytest.mark.parametrize("key_id", ["nobody00", "", "\x00", "\ud800"])
    def test_an_id_that_was_never_made_is_unknown(self, world: World, key_id: str) -> None:
        world.api_keys.add(build_api_key())

        with pytest.raises(UnknownApiKeyError):
            world.api_keys.get(key_id)
        with pytest.raises(UnknownApiKeyError):
            world.api_keys.revoke(key_id, at=START)
        world.api_keys.note_use(key_id.strip("\x00\ud800"), at=START)

    def test_a_list_has_the_tenants_keys_the_oldest_first(self, world: World) -> None:
        late, early, same = (build_api_key(created_at=after(it)) for it in (2, 1, 1))
        other = build_api_key(tenant="other")
        for key in (late, other, same, early):
            world.api_keys.add(key)
        equals = sorted([early, same], key=lambda key: key.id)

        assert world.api_keys.list("acme") == [*equals, late]
        assert world.api_keys.list(None) == [other, *equals, late]
        assert world.api_keys.list("nobody") == []
        assert world.api_keys.list("\x00") == []

    def test_revoking_is_for_good_and_keeps_its_first_moment(self, world: World) -> None:
        key, other = build_api_key(), build_api_key()
        for it in (key, other):
            world.api_keys.add(it)

        first = world.api_keys.revoke(key.id, at=after(1))
        again = world.api_keys.revoke(key.id, at=after(2))

        assert first == again == world.api_keys.get(key.id) == replace(key, revoked_at=after(1))
        assert world.api_keys.get(other.id) == other

    def test_the_latest_use_is_remembered(self, world: World) -> None:
        key = build_api_key()
        world.api_keys.add(key)

        for seconds in (1, 3, 2):
            world.api_keys.note_use(key.id, at=after(seconds))

        assert world.api_keys.get(key.id) == replace(key, last_used_at=after(3))
