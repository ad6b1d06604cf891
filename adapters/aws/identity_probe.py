"""Whether AWS knows who calls."""

from adapters.aws.advice import advice
from adapters.aws.clients import AwsClients
from adapters.aws.identity import ask_identity, refusal
from application.errors import ConfigurationError, DependencyError
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus


class AwsIdentityProbe(DependencyProbe):
    """Asks for the user or role that the credentials are of; nobody needs a permission for it."""

    name = "credentials"

    def __init__(self, clients: AwsClients) -> None:
        self._clients = clients

    def check(self) -> ProbeResult:
        try:
            identity = ask_identity(self._clients)
        except ConfigurationError as error:
            return ProbeResult(status=ProbeStatus.WRONG, finding=refusal(error), hint=advice(error))
        except DependencyError as error:
            return ProbeResult(status=ProbeStatus.WRONG, finding=error.reason, hint=advice(error))
        return ProbeResult(
            status=ProbeStatus.OK, finding=f"{identity.arn} in {identity.place.region}"
        )
