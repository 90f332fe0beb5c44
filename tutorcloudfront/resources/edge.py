"""The functions of sites that check tokens or sign requests, and the roles that these functions have.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html
"""

from __future__ import annotations

import json
import re
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from tutorcloudfront.authorization import KeySets, authorizer_config, signer_config
from tutorcloudfront.edge.config import AuthorizerConfig
from tutorcloudfront.edge.package import HANDLER, authorizer_zip, signer_zip
from tutorcloudfront.naming import shortened
from tutorcloudfront.resources.resource import Config, Ref, Resource
from tutorcloudfront.resources.shared import comment
from tutorcloudfront.resources.tags import ownership
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Behavior, Site

ROLE = "role"
FUNCTION = "lambda_function"
AUTHORIZER = "authorizer"
SIGNER = "signer"
#: The newest runtime of those that Lambda@Edge takes:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
RUNTIME = "python3.13"
#: At viewer-request there is no more: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
SIZES = {AUTHORIZER: {"MemorySize": 128, "Timeout": 5}, SIGNER: {"MemorySize": 512, "Timeout": 30}}
#: Names of functions and roles: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_NAME_LENGTH = 64
VERSION = "2012-10-17"
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html
TRUST = {
    "Version": VERSION,
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"]},
            "Action": "sts:AssumeRole",
        }
    ],
}
ALL_PATHS = "/tutor-cloudfront/"
#: Of the one policy of each role.
POLICY = "tutor-cloudfront"


def role_path(prefix: str) -> str:
    """Return where the roles of a platform are, among all of the account's."""
    return f"{ALL_PATHS}{prefix}/"


def function_ref(settings: Settings, site: Site, task: str) -> Ref:
    """Return the function of a site for a task; what is left of the site's name alone could be that of another."""
    plain = re.sub(r"[^a-z0-9-]", "-", site.name.lower()).strip("-")
    end = f"-{sha256(site.name.encode()).hexdigest()[:6]}-{task}"
    return Ref(FUNCTION, shortened(f"{settings.resource_prefix}-{plain}", MAX_NAME_LENGTH - len(end)) + end)


def tasks_of(site: Site) -> list[str]:
    """Return what functions of a site are for."""
    return [*([AUTHORIZER] if site.access == "jwt" else []), *([SIGNER] if site.service else [])]


def associations(behavior: Behavior, site: Site, settings: Settings) -> list[Config]:
    """Return the functions that requests to the paths of a behavior go through.

    The authorizer runs before the cache, so that what is cached is guarded as well, the signer behind it.
    """
    if behavior.serve == "refused":
        return []
    events = {AUTHORIZER: ("viewer-request", False), SIGNER: ("origin-request", site.methods == "all")}
    return [
        {
            "EventType": events[task][0],
            "LambdaFunctionARN": function_ref(settings, site, task),
            "IncludeBody": events[task][1],
        }
        for task in tasks_of(site)
    ]


def edge_resources(settings: Settings, sites: Sequence[Site], key_sets: KeySets) -> Iterator[Resource]:
    """Yield, for each site that needs them, its functions, each behind its role."""
    for site in sites:
        for task in tasks_of(site):
            name = function_ref(settings, site, task).name
            yield _role(name, settings, [_logs(name), *([_calls(site)] if task == SIGNER else [])])
            yield _function(name, settings, task, code_of(settings, site, task, key_sets))


def code_of(settings: Settings, site: Site, task: str, key_sets: KeySets) -> bytes:
    """Return the zip of a function, b"" where the key set for it is not known.

    Raises:
        SettingsError: no function can be made of what the settings say.
    """
    if task == SIGNER:
        return signer_zip(signer_config(site))
    config: AuthorizerConfig | None = authorizer_config(settings, site, key_sets)
    return authorizer_zip(config) if config else b""


def is_known(function: Resource) -> bool:
    """Tell whether it is known how a function should be, which it is not without its issuer's key set."""
    return "Digest" in function.config


def _function(name: str, settings: Settings, task: str, code: bytes) -> Resource:
    """Return a function. What AWS tells of it by its tags is a digest of all that a new version is made for.

    Fields: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    """
    fields = {"Runtime": RUNTIME, "Handler": HANDLER, "Architectures": ["x86_64"], **SIZES[task]}
    config = {
        "FunctionName": name,
        "Description": comment(settings, task),
        "Role": Ref(ROLE, name),
        **fields,
        # Of a function that can not be made now, nobody can tell whether it is another one.
        **({"Digest": _digest(fields, code)} if code else {}),
    }
    return Resource(FUNCTION, name, config, ownership(settings, name), {"ZipFile": code})


def _role(name: str, settings: Settings, statements: list[Config]) -> Resource:
    """Return a role of one function's. AWS's list shows its description: a digest there tells of all else.

    Fields: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
    """
    tags = ownership(settings, name)
    policy = {"Version": VERSION, "Statement": statements}
    config = {
        "RoleName": name,
        "Path": role_path(settings.resource_prefix),
        "Description": comment(settings, f"policy {_digest({'policy': policy, 'trust': TRUST, 'tags': tags})}"),
        "AssumeRolePolicyDocument": TRUST,
        "PolicyDocument": policy,
    }
    return Resource(ROLE, name, config, tags)


def _logs(name: str) -> Config:
    """Return leave to write logs, which Lambda@Edge keeps in the region where a function ran.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
    """
    return {
        "Sid": "Logs",
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": [f"arn:aws:logs:*:*:log-group:/aws/lambda/{group}:*" for group in (f"us-east-1.{name}", name)],
    }


def _calls(site: Site) -> Config:
    return {"Sid": "Calls", "Effect": "Allow", "Action": list(site.actions), "Resource": list(site.resources)}


def _digest(config: Mapping[str, t.Any], code: bytes = b"") -> str:
    return sha256(json.dumps(config, sort_keys=True).encode() + code).hexdigest()[:16]
