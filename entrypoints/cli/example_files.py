"""The example files that are shipped: small, real enough, and each with a few bad rows."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from entrypoints.cli.service_client import ServiceClient


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


def upload_examples(client: ServiceClient) -> list[dict[str, Any]]:
    """The uploaded examples; the first time they are new, later they are the same ones.

    Raises ServiceError.
    """
    return [_upload(client, example) for example in EXAMPLES]


def _upload(client: ServiceClient, example: Example) -> dict[str, Any]:
    client.put_schema(example.schema_name, example.schema())
    return client.upload(
        example.file_name,
        example.content(),
        schema=example.schema_name,
        idempotency_key=f"gristmill-example-{example.file_name}",
    )


def _read(name: str) -> bytes:
    return (files("entrypoints.cli") / "examples" / name).read_bytes()
