"""Whether an S3 bucket lets CloudFront in: the bucket policy, as far as origin access control goes.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import fnmatch
import json
import typing as t
from collections.abc import Mapping

SERVICE = "cloudfront.amazonaws.com"
OPERATORS_WITH_WILDCARDS = ("StringLike", "ArnLike", "ArnEquals")

Statement = Mapping[str, t.Any]


def allows(policy: bytes | None, action: str, resource: str, distribution: str | None) -> bool:
    """Tell whether a bucket's policy lets a distribution (an ARN) do something, or anybody (None).

    What is not allowed is denied.
    """
    statements = _list(json.loads(policy).get("Statement")) if policy else []
    effects = [item["Effect"] for item in statements if _is_about(item, action, resource, distribution)]
    return "Allow" in effects and "Deny" not in effects


def _is_about(statement: Statement, action: str, resource: str, distribution: str | None) -> bool:
    return (
        _is_for(statement.get("Principal"), distribution)
        and any(_like(action.lower(), pattern.lower()) for pattern in _list(statement.get("Action")))
        and any(_like(resource, pattern) for pattern in _list(statement.get("Resource")))
        and all(_holds(operator, keys, distribution) for operator, keys in statement.get("Condition", {}).items())
    )


def _is_for(principal: t.Any, distribution: str | None) -> bool:
    if principal in ("*", {"AWS": "*"}):
        return True
    return distribution is not None and isinstance(principal, dict) and SERVICE in _list(principal.get("Service"))


def _holds(operator: str, keys: Mapping[str, t.Any], distribution: str | None) -> bool:
    """Tell whether a condition holds; one about something else than the distribution or its account does not."""
    account = distribution.split(":")[4] if distribution else None
    facts = {"aws:sourcearn": distribution, "aws:sourceaccount": account}
    for key, values in keys.items():
        fact = facts.get(key.lower())
        if fact is None or not any(_compares(operator, fact, value) for value in _list(values)):
            return False
    return True


def _compares(operator: str, fact: str, value: str) -> bool:
    if operator in OPERATORS_WITH_WILDCARDS:
        return _like(fact, value)
    return operator == "StringEquals" and fact == value


def _like(text: str, pattern: str) -> bool:
    # Brackets mean nothing in policies.
    return fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


def _list(value: t.Any) -> list[t.Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
