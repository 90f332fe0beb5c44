"""What IAM says of the actions that change something, which are not tried out."""

from __future__ import annotations

import re
import typing as t
from functools import partial

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.doctor.facts import Identity, Simulation
from tutorcloudfront.doctor.probes.parallel import side_by_side

#: The actions by the type of resource that policies can confine them to:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
ACTIONS = {
    "distribution": (
        "CreateDistribution",
        "UpdateDistribution",
        "DeleteDistribution",
        "CreateInvalidation",
        "TagResource",
        "UntagResource",
    ),
    "cache-policy": ("CreateCachePolicy", "UpdateCachePolicy", "DeleteCachePolicy"),
    "origin-request-policy": ("CreateOriginRequestPolicy", "UpdateOriginRequestPolicy", "DeleteOriginRequestPolicy"),
    "function": ("CreateFunction", "UpdateFunction", "PublishFunction", "DeleteFunction"),
}
NO_PRINCIPAL = "IAM can tell it for users and roles only"


def simulate(aws: Aws, identity: Identity) -> Simulation:
    """Ask IAM what its policies would have it say."""
    if identity.arn == f"arn:aws:iam::{identity.account}:root":
        return Simulation(tuple(f"cloudfront:{name}" for names in ACTIONS.values() for name in names))
    try:
        principal = _principal(aws, identity)
        if not principal:
            return Simulation(reason=NO_PRINCIPAL)
        jobs = {kind: partial(_results, aws, principal, identity.account, kind) for kind in ACTIONS}
        results = side_by_side(jobs, PARALLEL)
    except AwsError as e:
        return Simulation(reason=str(e).partition("\n")[0])
    return _summed_up([result for each in results.values() for result in each])


def _principal(aws: Aws, identity: Identity) -> str:
    """Return the user or role whose policies count, "" where there is none."""
    if identity.arn.startswith("arn:aws:iam::") and ":user/" in identity.arn:
        return identity.arn
    # The name of a session lacks the path that a role's own name may have.
    assumed = re.fullmatch(r"arn:aws:sts::\d+:assumed-role/([^/]+)/.+", identity.arn)
    return str(aws.call("iam", "GetRole", RoleName=assumed[1])["Role"]["Arn"]) if assumed else ""


def _results(aws: Aws, principal: str, account: str, kind: str) -> list[dict[str, t.Any]]:
    # Left to itself IAM asks for `*`, which a policy for this account's distributions does not allow.
    answer = aws.call(
        "iam",
        "SimulatePrincipalPolicy",
        PolicySourceArn=principal,
        ActionNames=[f"cloudfront:{name}" for name in ACTIONS[kind]],
        ResourceArns=[f"arn:aws:cloudfront::{account}:{kind}/EXAMPLE"],
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
