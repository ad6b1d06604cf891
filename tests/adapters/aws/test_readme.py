"""What the README shows of the roles is what the template makes."""

import json
import re

import pytest

from tests.adapters.aws.cloudformation import TEMPLATE, Template
from tests.architecture.test_readme import section

PLACEHOLDERS = {"BucketName": "BUCKET"}
PSEUDO = {"AWS::Region": "REGION", "AWS::AccountId": "ACCOUNT", "AWS::Partition": "aws"}


@pytest.mark.parametrize("role", ["Api", "Worker"])
def test_it_shows_what_each_role_may_do(role: str) -> None:
    template = Template(TEMPLATE, PLACEHOLDERS, PSEUDO)
    document = template.properties(f"{role}Policy")["PolicyDocument"]

    shown = re.findall(r"```json\n(.*?)```", section("### What each role may do"), re.DOTALL)

    # Replaced by what the failure shows, the README is right again.
    expected = json.dumps(document, indent=1)
    assert expected in [json.dumps(json.loads(text), indent=1) for text in shown], expected
