"""Ends with 0 when the API of this container can serve: the image's health check."""

import sys

from entrypoints.cli.listening import reachable_url
from entrypoints.cli.service_client import ServiceClient
from entrypoints.settings import Settings

settings = Settings.from_environment()
client = ServiceClient(reachable_url(settings.host, settings.port))
sys.exit(0 if client.is_ready() else 1)
