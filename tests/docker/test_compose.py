"""The composed services are set up as this version wants it, and confined."""

import os
import re
from datetime import timedelta

import pytest

from entrypoints.cli.main import COMMANDS
from entrypoints.settings import Profile, Settings
from tests.architecture.project import ROOT
from tests.architecture.test_readme import VARIABLE
from tests.docker.composed import COMPOSE, our_services, services

OURS = our_services()
ALL = services()


def test_every_setting_that_is_named_exists() -> None:
    known = VARIABLE.findall((ROOT / "entrypoints" / "settings.py").read_text("utf-8"))

    named = VARIABLE.findall(COMPOSE.read_text("utf-8"))

    assert named
    assert set(named) <= set(known)


@pytest.mark.parametrize("name", OURS)
def test_each_service_reads_its_settings_as_meant(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in [it for it in os.environ if it.startswith(("GRISTMILL_", "AWS_"))]:
        monkeypatch.delenv(variable)
    for variable, value in OURS[name]["environment"].items():
        monkeypatch.setenv(variable, value)

    found = Settings.from_environment()

    assert found.profile is Profile.AWS
    assert found.allow_open is (name == "api")


@pytest.mark.parametrize("name", ["api", "worker"])
def test_work_under_way_has_time_to_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in OURS[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    grace = timedelta(seconds=int(OURS[name]["stop_grace_period"].removesuffix("s")))

    settings = Settings.from_environment()

    assert grace.total_seconds() >= settings.drain_seconds + 10


def test_every_command_that_is_run_exists() -> None:
    assert {service["command"][0] for service in OURS.values()} <= COMMANDS.keys()


@pytest.mark.parametrize("name", ALL)
def test_every_container_is_confined(name: str) -> None:
    service = ALL[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in service["tmpfs"]


@pytest.mark.parametrize("name", ALL)
def test_only_this_machine_reaches_a_published_port(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in ALL[name].get("ports", []))


def test_every_image_from_elsewhere_has_a_version() -> None:
    images = [service["image"] for name, service in ALL.items() if name not in OURS]

    assert len(images) == 2
    assert all(re.search(r":[0-9][\w.-]*$", image) for image in images)


def test_the_emulator_is_the_version_that_the_tests_use() -> None:
    locked = re.search(
        r"^moto==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE
    )

    assert locked is not None
    assert ALL["emulator"]["image"] == f"motoserver/moto:{locked[1]}"


def test_links_name_the_port_where_the_browser_finds_the_emulator() -> None:
    published = ALL["emulator"]["ports"][0].split(":")

    assert published[2] == "5000"
    for service in OURS.values():
        environment = service["environment"]
        assert environment["AWS_ENDPOINT_URL"] == "http://emulator:5000"
        assert environment["GRISTMILL_S3_PUBLIC_ENDPOINT_URL"] == f"http://localhost:{published[1]}"


def test_nothing_waits_for_a_variable_that_somebody_has_to_set() -> None:
    assert "${" not in COMPOSE.read_text("utf-8")
