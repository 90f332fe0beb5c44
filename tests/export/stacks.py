"""A stack of the sandbox's CloudFormation."""

from __future__ import annotations

import typing as t

from tests.support.platform import Platform
from tutorcloudfront.commands.export import MAX_BODY

STACK = "platform"


def export(platform: Platform, *args: str) -> str:
    return platform.run("export", "cloudformation", *args).stdout


def deploy(platform: Platform, body: str, **parameters: str) -> dict[str, str]:
    """Create the stack; return its outputs."""
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]
    client = platform.aws("cloudformation")
    client.create_stack(StackName=STACK, Parameters=given, **as_deployed(platform, body))
    return outputs(platform)


def as_deployed(platform: Platform, body: str) -> dict[str, t.Any]:
    """Return a template as `aws cloudformation deploy` hands it over with a bucket and a leave to make roles."""
    if len(body.encode()) <= MAX_BODY:
        return {"TemplateBody": body, "Capabilities": ["CAPABILITY_NAMED_IAM"]}
    s3, bucket = platform.aws("s3"), f"templates-{platform.sandbox.account}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="template", Body=body.encode())
    url = f"https://{bucket}.s3.us-east-1.amazonaws.com/template"
    return {"TemplateURL": url, "Capabilities": ["CAPABILITY_NAMED_IAM"]}


def outputs(platform: Platform) -> dict[str, str]:
    (stack,) = platform.aws("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    return {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
