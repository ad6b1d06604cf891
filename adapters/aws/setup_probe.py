"""Whether AWS holds what `gristmill provision` would make."""

from dataclasses import dataclass, field

from adapters.aws.advice import CHECK_THE_WAY
from adapters.aws.blueprint import Redelivery, ResourceNames
from adapters.aws.clients import AwsClients
from adapters.aws.identity import identity_of
from adapters.aws.provisioning import errors_of, resources
from adapters.aws.refusals import Refusals
from adapters.aws.resource import MISSING, Resource
from application.errors import ConfigurationError, DependencyError
from application.ports.probe import DependencyProbe, ProbeResult, ProbeStatus


@dataclass(slots=True, kw_only=True)
class _Comparison:
    """What was found so far: what `provision` mends, what it cannot, and what was not seen."""

    refusals: Refusals
    drifts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class AwsSetupProbe(DependencyProbe):
    """Compares bucket, topics, queues and subscription with what `provision` would make.

    A process that only works needs no permission to look at all of that, so what it may not
    look at is told, and is nothing wrong.
    """

    name = "set-up"
    deadline_seconds = 30

    def __init__(
        self, clients: AwsClients, names: ResourceNames, redelivery: Redelivery | None = None
    ) -> None:
        self._clients = clients
        self._names = names
        self._redelivery = redelivery or Redelivery()

    def check(self) -> ProbeResult:
        try:
            found = self._compare()
        except ConfigurationError as error:
            return ProbeResult(
                status=ProbeStatus.SKIPPED,
                finding=f"not compared: {error.reason}",
                hint="put that right first",
            )
        except DependencyError as error:
            return ProbeResult(
                status=ProbeStatus.WRONG,
                finding=f"AWS could not be asked ({error.reason})",
                hint=CHECK_THE_WAY,
            )
        return _result(found)

    def _compare(self) -> _Comparison:
        identity = identity_of(self._clients)
        found = _Comparison(refusals=Refusals(identity.arn))
        for resource in resources(self._clients, self._names, self._redelivery, identity.place):
            try:
                with errors_of(resource), found.refusals.kept():
                    differences = resource.differences(found.refusals)
                    if differences:
                        found.drifts.append(_drift(resource, differences))
            except ConfigurationError as error:
                found.faults.append(error.reason)
        return found


def _result(found: _Comparison) -> ProbeResult:
    unseen = [f"not compared: {text}" for text in found.refusals.texts]
    if found.drifts or found.faults:
        return ProbeResult(
            status=ProbeStatus.WRONG,
            finding="; ".join([*found.faults, *found.drifts, *unseen]),
            hint="run `gristmill provision`" if found.drifts else "",
        )
    if unseen:
        return ProbeResult(
            status=ProbeStatus.SKIPPED,
            finding="; ".join(["right as far as it was compared", *unseen]),
            hint="look again with the credentials that run `gristmill provision`",
        )
    return ProbeResult(status=ProbeStatus.OK, finding="as `gristmill provision` makes it")


def _drift(resource: Resource, differences: tuple[str, ...]) -> str:
    what = "is missing" if MISSING in differences else f"differs in {', '.join(differences)}"
    return f"{resource.kind} {resource.name} {what}"
