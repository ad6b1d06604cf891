"""`gristmill provision`: bucket, topics, queues and subscription, as they should be."""

import click

from application.ports.infrastructure import ProvisionedResource
from entrypoints.cli.operations import provisioner
from entrypoints.cli.options import explain_refusals
from entrypoints.settings import Settings


@click.command()
@explain_refusals
@click.pass_context
def provision(context: click.Context) -> None:
    """Make what the aws profile needs in AWS, and put right what differs.

    Deletes nothing, and may be repeated: where all is right, nothing changes. Exits with 1
    when something was refused.
    """
    engine = provisioner(Settings.from_environment(needs_database=False))
    click.echo(f"As {engine.target()}:")
    resources = []
    for resource in engine.provision():
        click.echo(f"  {resource.kind:<12}  {resource.name}: {_state(resource)}")
        for refusal in resource.refusals:
            click.echo(f"  {'':<12}  REFUSED: {refusal}")
        resources.append(resource)
    click.echo(_summary(resources))
    context.exit(1 if any(it.refusals for it in resources) else 0)


def _state(resource: ProvisionedResource) -> str:
    if resource.changes == ("missing",):
        return "made"
    if resource.changed:
        return f"changed {', '.join(resource.changes)}"
    return "not right" if resource.refusals else "right already"


def _summary(resources: list[ProvisionedResource]) -> str:
    refused = sum(bool(it.refusals) for it in resources)
    if refused:
        return f"{refused} of {len(resources)} resources are not as they should be."
    changed = sum(it.changed for it in resources)
    if not changed:
        return "Nothing had to be changed."
    return f"{changed} of {len(resources)} resources were made or changed; all are right now."
