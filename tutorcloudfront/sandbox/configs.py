"""How configurations are read: what a distribution's speaks of, and what it refers to."""

from __future__ import annotations

import typing as t

Config = dict[str, t.Any]


def items(value: Config | None) -> list[t.Any]:
    """Return the Items of a structure that may be missing, or may have none."""
    return list((value or {}).get("Items") or [])


def behaviors(config: Config) -> list[Config]:
    """Return all cache behaviors of a distribution, the default one first."""
    return [config["DefaultCacheBehavior"], *items(config["CacheBehaviors"])]


def policies_used(config: Config, kind: str) -> set[str]:
    """Return the ids of the policies of a kind that a distribution uses, in however many behaviors."""
    return {behavior[f"{kind}Id"] for behavior in behaviors(config) if behavior.get(f"{kind}Id")}


def functions_used(config: Config) -> set[str]:
    """Return the ARNs of the CloudFront Functions that a distribution uses."""
    return {item["FunctionARN"] for part in behaviors(config) for item in items(part["FunctionAssociations"])}


def lambdas_used(config: Config) -> set[str]:
    """Return the ARNs of the versions of Lambda functions that a distribution uses."""
    return {
        item["LambdaFunctionARN"] for part in behaviors(config) for item in items(part["LambdaFunctionAssociations"])
    }


def key_groups_used(config: Config) -> set[str]:
    """Return the ids of the key groups that a distribution trusts."""
    return {id_ for behavior in behaviors(config) for id_ in items(behavior["TrustedKeyGroups"])}


def access_controls_used(config: Config) -> set[str]:
    """Return the ids of the origin access controls that a distribution uses."""
    return {origin["OriginAccessControlId"] for origin in items(config["Origins"])} - {""}
