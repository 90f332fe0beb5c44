"""A stack of the sandbox's CloudFormation."""

from __future__ import annotations

from tests.support.platform import Platform

STACK = "platform"


def deploy(platform: Platform, body: str, **parameters: str) -> dict[str, str]:
    """Create the stack; return its outputs."""
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    client = platform.aws("cloudformation")
    client.create_stack(StackName=STACK, TemplateBody=body, Parameters=given)
    return outputs(platform)


def outputs(platform: Platform) -> dict[str, str]:
    (stack,) = platform.aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
