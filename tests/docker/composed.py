"""The services of docker/compose.yaml, anchors and merges resolved."""

from typing import Any

import yaml

from tests.architecture.project import ROOT

COMPOSE = ROOT / "docker" / "compose.yaml"
OUR_IMAGE = "gristmill:local"


def services() -> dict[str, dict[str, Any]]:
    """Every service by its name."""
    content: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load(COMPOSE.read_text("utf-8"))
    return content["services"]


def our_services() -> dict[str, dict[str, Any]]:
    """Those that run Gristmill."""
    return {name: it for name, it in services().items() if it["image"] == OUR_IMAGE}
