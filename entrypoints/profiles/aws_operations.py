"""What an operator of the aws profile makes and looks at."""

from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients, AwsSettings
from adapters.aws.provisioning import AwsProvisioner
from entrypoints.settings import CloudSettings, Settings, SettingsError


def provisioner(settings: Settings) -> AwsProvisioner:
    """Makes the resources that the settings name; nothing is asked before it is told to."""
    cloud = _cloud(settings)
    return AwsProvisioner(_clients(cloud), _names(cloud), _redelivery(settings))


def _cloud(settings: Settings) -> CloudSettings:
    if settings.cloud is None:
        raise SettingsError("these settings were read for another profile than aws")
    return settings.cloud


def _clients(cloud: CloudSettings) -> AwsClients:
    return AwsClients(AwsSettings(region=cloud.region))


def _names(cloud: CloudSettings) -> ResourceNames:
    return ResourceNames(
        bucket=cloud.s3_bucket,
        topic=cloud.topic,
        events_topic=cloud.events_topic,
        queue=cloud.queue,
        dead_letter_queue=cloud.dead_letter_queue,
        undelivered_queue=cloud.undelivered_queue,
    )


def _redelivery(settings: Settings) -> Redelivery:
    return Redelivery(
        visibility_seconds=int(settings.timings.visibility.total_seconds()),
        max_receives=settings.max_receives,
    )
