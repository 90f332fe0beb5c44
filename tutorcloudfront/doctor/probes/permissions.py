"""What IAM says of the actions that the sites of a platform need and that are not tried out."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence
from functools import partial

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.doctor.facts import Identity, Simulation
from tutorcloudfront.doctor.probes.parallel import side_by_side
from tutorcloudfront.keyring import are_needed
from tutorcloudfront.resources.distributions import distribution
from tutorcloudfront.resources.edge import role_path
from tutorcloudfront.resources.tags import PREFIX_TAG
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site

#: By what a platform has, the actions for it that are in the README's IAM policy and are not tried out by looking, by the
#: resource that policies can confine them to, `*` where there is none:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
#: Of `lambda:EnableReplication*` IAM tells nothing, since it takes no names with wildcards:
#: https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
ACTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "distribution": {
        "arn:aws:cloudfront::{account}:distribution/EXAMPLE": (
            "cloudfront:CreateDistribution",
            "cloudfront:UpdateDistribution",
            "cloudfront:DeleteDistribution",
            "cloudfront:CreateInvalidation",
            "cloudfront:TagResource",
            "cloudfront:UntagResource",
        )
    },
    "cache_policy": {
        "arn:aws:cloudfront::{account}:cache-policy/EXAMPLE": (
            "cloudfront:CreateCachePolicy",
            "cloudfront:UpdateCachePolicy",
            "cloudfront:DeleteCachePolicy",
        )
    },
    "origin_request_policy": {
        "arn:aws:cloudfront::{account}:origin-request-policy/EXAMPLE": (
            "cloudfront:CreateOriginRequestPolicy",
            "cloudfront:UpdateOriginRequestPolicy",
            "cloudfront:DeleteOriginRequestPolicy",
        )
    },
    "response_headers_policy": {
        "arn:aws:cloudfront::{account}:response-headers-policy/EXAMPLE": (
            "cloudfront:CreateResponseHeadersPolicy",
            "cloudfront:UpdateResponseHeadersPolicy",
            "cloudfront:DeleteResponseHeadersPolicy",
        )
    },
    "function": {
        "arn:aws:cloudfront::{account}:function/EXAMPLE": (
            "cloudfront:CreateFunction",
            "cloudfront:UpdateFunction",
            "cloudfront:PublishFunction",
            "cloudfront:DeleteFunction",
        )
    },
    "origin_access_control": {
        "arn:aws:cloudfront::{account}:origin-access-control/EXAMPLE": (
            "cloudfront:CreateOriginAccessControl",
            "cloudfront:UpdateOriginAccessControl",
            "cloudfront:DeleteOriginAccessControl",
        )
    },
    "key_group": {
        "*": (
            "cloudfront:CreateKeyGroup",
            "cloudfront:UpdateKeyGroup",
            "cloudfront:DeleteKeyGroup",
            "cloudfront:CreatePublicKey",
            "cloudfront:UpdatePublicKey",
            "cloudfront:DeletePublicKey",
        )
    },
    "lambda_function": {
        "arn:aws:lambda:us-east-1:{account}:function:{prefix}-EXAMPLE": (
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:GetFunction",
            "lambda:ListVersionsByFunction",
            "lambda:PublishVersion",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ),
        f"arn:aws:iam::{{account}}:role{role_path('{prefix}')}EXAMPLE": (
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:GetRole",
            "iam:ListRoleTags",
            "iam:PassRole",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ),
        "arn:aws:iam::{account}:role/aws-service-role/replicator.lambda.amazonaws.com/AWSServiceRoleForLambdaReplicator": (
            "iam:CreateServiceLinkedRole",
        ),
        "*": ("iam:ListRoles",),
    },
    "bucket": {"arn:aws:s3:::{bucket}": ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")},
    "secret": {
        "arn:aws:secretsmanager:{region}:{account}:secret:{secret}-EXAMPL": (
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:RestoreSecret",
            "secretsmanager:TagResource",
            "secretsmanager:UntagResource",
            "secretsmanager:UpdateSecret",
        )
    },
    "metrics": {
        "arn:aws:cloudfront::{account}:distribution/EXAMPLE": (
            "cloudfront:CreateMonitoringSubscription",
            "cloudfront:DeleteMonitoringSubscription",
        )
    },
    "logs": {
        "arn:aws:cloudfront::{account}:distribution/EXAMPLE": ("cloudfront:AllowVendedLogDeliveryForResource",),
        "arn:aws:logs:us-east-1:{account}:delivery:EXAMPLE": ("logs:CreateDelivery", "logs:DeleteDelivery"),
        "arn:aws:logs:us-east-1:{account}:delivery-source:EXAMPLE": (
            "logs:PutDeliverySource",
            "logs:DeleteDeliverySource",
        ),
        "arn:aws:logs:us-east-1:{account}:delivery-destination:EXAMPLE": (
            "logs:PutDeliveryDestination",
            "logs:DeleteDeliveryDestination",
        ),
        "*": ("logs:DescribeDeliveries",),
    },
}
NO_PRINCIPAL = "IAM can tell it for users and roles only"

#: A resource, and the actions that are needed for it.
Need = tuple[str, tuple[str, ...]]


def needs_of(settings: Settings, sites: Sequence[Site], account: str, *, own_secret: bool = False) -> list[Need]:
    """Return what must be allowed for the sites of a platform and what they have.

    With `own_secret`, the secret for keys is the user's own, which is only read, and that is tried out.
    """
    kinds = {ref.kind for site in sites for ref in distribution(site, settings).refs} | {"distribution"}
    keeps_secret = settings.signing_secret and are_needed(sites) and not own_secret
    switched_on = {"secret": keeps_secret, "metrics": settings.realtime_metrics, "logs": settings.log_bucket}
    names = {
        "account": account,
        "prefix": settings.resource_prefix,
        "region": settings.aws_region,
        "secret": settings.signing_secret,
    }
    needed = [name for name in ACTIONS if name in kinds or switched_on.get(name)]
    buckets = sorted({bucket for bucket in (settings.log_bucket, *(site.bucket for site in sites)) if bucket})
    return [
        *((arn.format(**names), actions) for name in needed for arn, actions in ACTIONS[name].items()),
        *((arn.format(bucket=bucket), actions) for bucket in buckets for arn, actions in ACTIONS["bucket"].items()),
    ]


def simulate(aws: Aws, identity: Identity, settings: Settings, sites: Sequence[Site]) -> Simulation:
    """Ask IAM what its policies would have it say."""
    root = identity.arn == f"arn:aws:iam::{identity.account}:root"
    needs = needs_of(settings, sites, identity.account, own_secret=not root and _has_own_secret(aws, settings))
    if root:
        return Simulation(tuple(action for _, actions in needs for action in actions))
    try:
        principal = _principal(aws, identity)
        if not principal:
            return Simulation(reason=NO_PRINCIPAL)
        results = side_by_side({need: partial(_results, aws, principal, need) for need in needs}, PARALLEL)
    except AwsError as e:
        return Simulation(reason=str(e).partition("\n")[0])
    return _summed_up([result for each in results.values() for result in each])


def _has_own_secret(aws: Aws, settings: Settings) -> bool:
    if not settings.signing_secret:
        return False
    try:
        found = aws.call("secretsmanager", "DescribeSecret", SecretId=settings.signing_secret)
    except AwsError:  # not there yet, or told of elsewhere
        return False
    return all(tag["Key"] != PREFIX_TAG for tag in found.get("Tags", []))


def _principal(aws: Aws, identity: Identity) -> str:
    """Return the user or role whose policies count, "" where there is none."""
    if identity.arn.startswith("arn:aws:iam::") and ":user/" in identity.arn:
        return identity.arn
    # The name of a session lacks the path that a role's own name may have.
    assumed = re.fullmatch(r"arn:aws:sts::\d+:assumed-role/([^/]+)/.+", identity.arn)
    return str(aws.call("iam", "GetRole", RoleName=assumed[1])["Role"]["Arn"]) if assumed else ""


def _results(aws: Aws, principal: str, need: Need) -> list[dict[str, t.Any]]:
    # Left to itself IAM asks for `*`, which a policy for this account's distributions does not allow.
    arn, actions = need
    answer = aws.call(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=principal,
        ActionNames=list(actions),
        ResourceArns=[arn],
    )
    return list(answer["EvaluationResults"])


def _summed_up(results: list[dict[str, t.Any]]) -> Simulation:
    allowed = sorted({result["EvalActionName"] for result in results if result["EvalDecision"] == "allowed"})
    # What hangs on conditions, such as a tag in the request, can not be told before it is made.
    denied = sorted(
        {
            result["EvalActionName"]
            for result in results
            if result["EvalDecision"] != "allowed" and not result.get("MissingContextValues")
        }
    )
    return Simulation(tuple(allowed), tuple(denied))
