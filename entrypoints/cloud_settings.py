"""Where the aws profile finds what machines share."""

from dataclasses import dataclass, field

from entrypoints.settings_error import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudSettings:
    """The shared engines, by their names.

    Credentials, `AWS_ENDPOINT_URL` and the like are boto3's own to read. `s3_public_endpoint_url`
    is what links for callers name, where that is not how we reach the storage ourselves.
    `database_url` is None where no database is needed.
    """

    database_url: str | None = field(repr=False)
    region: str | None
    s3_bucket: str
    s3_public_endpoint_url: str | None
    topic: str
    events_topic: str
    queue: str
    dead_letter_queue: str
    undelivered_queue: str

    def need_database_url(self) -> str:
        """The database; raises SettingsError when they were read for who needs none."""
        if self.database_url is None:
            raise SettingsError("these settings were read without the database's")
        return self.database_url
