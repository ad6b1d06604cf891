"""The example files that are shipped: small, real enough, and each with a few bad rows."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

from entrypoints.cli.service_client import ServiceClient, ServiceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example file, and the schema that it is validated against."""

    file_name: str
    schema_name: str

    def content(self) -> bytes:
        """The file's bytes."""
        return _read(self.file_name)

    def schema(self) -> bytes:
        """The schema's JSON text."""
        return _read(f"{self.schema_name}.schema.json")


EXAMPLES = (
    Example(file_name="bakery-orders.csv", schema_name="bakery-orders"),
    Example(file_name="beehive-readings.json", schema_name="beehive-readings"),
)

# An example that was uploaded before: deleted since, or by a version with another content.
_KNOWN_ALREADY = ("file_deleted", "idempotency_key_reused")


def upload_examples(client: ServiceClient) -> list[dict[str, Any]]:
    """The examples that are there, uploaded if they never were.

    Changes nothing that is the user's: a schema of an example's name stays as it is, and an
    example that was deleted stays away. Raises ServiceError.
    """
    present = (_find(client, example) or _upload(client, example) for example in EXAMPLES)
    return [file for file in present if file is not None]


def _find(client: ServiceClient, example: Example) -> dict[str, Any] | None:
    """The example among the files, since its key is not kept for ever; None without one."""
    query = urlencode({"q": example.file_name, "schema": example.schema_name, "limit": 100})
    items: list[dict[str, Any]] = client.get(f"/files?{query}")["items"]
    # The list is by how names begin, and newest first.
    found = [file for file in items if file["originalName"] == example.file_name]
    return found[-1] if found else None


def _upload(client: ServiceClient, example: Example) -> dict[str, Any] | None:
    if not client.has_schema(example.schema_name):
        client.put_schema(example.schema_name, example.schema())
    try:
        return client.upload(
            example.file_name,
            example.content(),
            # As it was when it came with the example, whatever the user has made of it.
            schema=f"{example.schema_name}@1",
            idempotency_key=f"gristmill-example-{example.file_name}",
        )
    except ServiceError as error:
        if error.code in _KNOWN_ALREADY:
            return None
        raise


def _read(name: str) -> bytes:
    return (files("entrypoints.cli") / "examples" / name).read_bytes()
