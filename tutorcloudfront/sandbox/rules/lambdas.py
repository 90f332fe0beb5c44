"""Lambda functions in distributions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.neighbours import PublishedLambda
from tutorcloudfront.sandbox.refusal import refuse_if
from tutorcloudfront.sandbox.store import Store

CODE = "InvalidLambdaFunctionAssociation"
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
SERVICES = {"lambda.amazonaws.com", "edgelambda.amazonaws.com"}
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
SECONDS = {"viewer": 5, "origin": 30}
MEMORY = {"viewer": 128, "origin": 10_240}
BYTES = {"viewer": 1_000_000, "origin": 50_000_000}
#: Of the zip that CloudFormation makes of code within a template:
#: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
MAX_INLINE = 4 * 1024 * 1024
INLINE_RUNTIMES = ("nodejs", "python")


def check_lambda(store: Store, association: Config) -> None:
    """Check a function for the event that it is to run at."""
    arn = association["LambdaFunctionARN"]
    version = store.neighbours.function_version(arn)
    refuse_if(
        version is None, CODE, f"The function must be a numbered version in us-east-1, and there is no such one: {arn}"
    )
    if version is not None:
        side = association["EventType"].partition("-")[0]
        for problem in (*_problems(version), *_excesses(version, side)):
            refuse_if(True, CODE, f"{problem} Function: {arn}")
    body = association.get("IncludeBody") and not association["EventType"].endswith("request")
    refuse_if(body, CODE, "IncludeBody is for viewer-request and origin-request events.")


def check_inline(properties: Mapping[str, t.Any], archive: bytes) -> None:
    """Check a function whose code is within a template, and `archive` what CloudFormation makes of it."""
    runtime = properties.get("Runtime", "")
    refuse_if(
        not runtime.startswith(INLINE_RUNTIMES), "InvalidRequest", "ZipFile is for the runtimes of Node.js and Python."
    )
    refuse_if(
        properties.get("Handler", "").partition(".")[0] != "index",
        "InvalidRequest",
        "The first part of Handler must be index, the file that CloudFormation puts ZipFile into.",
    )
    refuse_if(len(archive) > MAX_INLINE, "InvalidRequest", f"The zip of ZipFile can not exceed {MAX_INLINE} bytes.")


def _problems(version: PublishedLambda) -> Iterator[str]:
    if not version.assumed_by >= SERVICES:
        yield (
            "The function execution role must be assumable with edgelambda.amazonaws.com as well as lambda.amazonaws.com "
            "principals. Update the IAM role and try again."
        )
    if version.environment:
        yield "The function cannot have environment variables."
    if version.layers:
        yield "The function cannot have layers."
    if version.vpc:
        yield "The function cannot be in a VPC."
    if version.architectures != ("x86_64",):
        yield "The function must be for the x86_64 architecture."


def _excesses(version: PublishedLambda, side: str) -> Iterator[str]:
    for what, value, most in (
        ("timeout", version.timeout, SECONDS[side]),
        ("memory size", version.memory, MEMORY[side]),
        ("code size", len(version.code), BYTES[side]),
    ):
        if value > most:
            yield f"The function's {what} is larger than the maximum allowed for {side} events: {value}, {most}."
