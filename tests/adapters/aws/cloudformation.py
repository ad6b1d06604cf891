"""Reads a CloudFormation template as far as ours goes: parameters, references and names."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.architecture.project import ROOT

TEMPLATE = ROOT / "docker" / "aws" / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Understands `!Ref`, `!Sub` and `!GetAtt`, as values of one key each."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, object]:
    assert isinstance(node, yaml.ScalarNode)
    return {f"!{suffix}": loader.construct_scalar(node)}


_Loader.add_multi_constructor("!", _short_form)


class Template:
    """The template with its parameters filled in, for one account and region."""

    def __init__(self, path: Path, parameters: Mapping[str, str], pseudo: Mapping[str, str]):
        self._content: dict[str, Any] = yaml.load(path.read_text("utf-8"), _Loader)
        defaults = {
            name: str(parameter["Default"])
            for name, parameter in self._content["Parameters"].items()
            if "Default" in parameter
        }
        self._values = {**defaults, **parameters, **pseudo}

    def properties(self, resource: str) -> dict[str, Any]:
        """The properties of one resource, everything in them resolved."""
        resolved = self._resolve(self._content["Resources"][resource]["Properties"])
        assert isinstance(resolved, dict)
        return resolved

    @property
    def resources_by_type(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, resource in self._content["Resources"].items():
            found.setdefault(resource["Type"], []).append(name)
        return found

    def _resolve(self, value: object) -> object:
        match value:
            case {"!Ref": str(name)}:
                return self._values[name] if name in self._values else self._reference(name)
            case {"!GetAtt": str(path)}:
                return self._arn(path.removesuffix(".Arn"))
            case {"!Sub": str(text)}:
                return re.sub(r"\$\{(.+?)\}", lambda found: self._values[found[1]], text)
            case dict():
                return {key: self._resolve(member) for key, member in value.items()}
            case list():
                return [self._resolve(member) for member in value]
        return value

    def _reference(self, name: str) -> object:
        """What `!Ref` of a resource gives: the ARN of a topic, the name of anything else."""
        resource = self._content["Resources"][name]
        if resource["Type"] == "AWS::SNS::Topic":
            return self._arn(name)
        properties = resource["Properties"]
        key = next((key for key in ("QueueName", "BucketName") if key in properties), None)
        return self._resolve(properties[key]) if key else name

    def _arn(self, name: str) -> str:
        resource = self._content["Resources"][name]
        properties = resource["Properties"]
        place = f"{self._values['AWS::Region']}:{self._values['AWS::AccountId']}"
        match resource["Type"]:
            case "AWS::SNS::Topic":
                return f"arn:aws:sns:{place}:{self._resolve(properties['TopicName'])}"
            case "AWS::SQS::Queue":
                return f"arn:aws:sqs:{place}:{self._resolve(properties['QueueName'])}"
        raise AssertionError(f"no ARN is known for {name}")


def as_attribute(value: object) -> str:
    """A property as SQS and SNS write it among their attributes."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
