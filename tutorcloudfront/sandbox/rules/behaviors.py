"""Cache behaviors.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
"""

from __future__ import annotations

import re
from collections import Counter

from tutorcloudfront.sandbox.configs import Config, behaviors, items
from tutorcloudfront.sandbox.refusal import invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.common import check_ttls
from tutorcloudfront.sandbox.rules.lambdas import check_lambda
from tutorcloudfront.sandbox.store import Store

#: The default one among them.
MAX_BEHAVIORS = 75
MAX_PATTERN = 255
MAX_KEY_GROUPS = 4
PATTERN = re.compile(r"""[A-Za-z0-9_.*$/~"'@:+&?-]+""")
METHODS = (
    {"GET", "HEAD"},
    {"GET", "HEAD", "OPTIONS"},
    {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
)
#: The kinds of policy that a behavior may refer to.
POLICIES = ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy")


def check_behaviors(store: Store, config: Config) -> None:
    """Check the behaviors of a distribution one by one, and that there are not too many."""
    _check_patterns([behavior["PathPattern"] for behavior in items(config["CacheBehaviors"])])
    targets = [item["Id"] for part in ("Origins", "OriginGroups") for item in items(config[part])]
    for behavior in behaviors(config):
        refuse_if(
            behavior["TargetOriginId"] not in targets,
            "NoSuchOrigin",
            "One or more of your origins or origin groups do not exist.",
        )
        _check_methods(behavior["AllowedMethods"])
        _check_caching(behavior)
        _check_policies(store, behavior)
        _check_key_groups(store, behavior["TrustedKeyGroups"])
        _check_functions(store, behavior)


def _check_patterns(patterns: list[str]) -> None:
    refuse_if(
        len(patterns) + 1 > MAX_BEHAVIORS,
        "TooManyCacheBehaviors",
        "You cannot create more cache behaviors for the distribution.",
    )
    for pattern in patterns:
        fits = len(pattern) <= MAX_PATTERN and PATTERN.fullmatch(pattern)
        invalid_if(not fits, "The parameter PathPattern contains invalid characters, or is too long.")
    # A leading slash makes no difference to what a pattern matches.
    bare = [pattern.removeprefix("/") for pattern in patterns]
    invalid_if(len(set(bare)) < len(bare), "The parameter PathPattern contains duplicates.")


def _check_methods(allowed: Config) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html"""
    methods, cached = set(items(allowed)), set(items(allowed["CachedMethods"]))
    invalid_if(methods not in METHODS, "The parameter AllowedMethods is not one of the sets that CloudFront knows.")
    invalid_if(
        cached not in METHODS[:2] or not cached <= methods,
        "The parameter CachedMethods is not one of the sets that CloudFront knows, or not in AllowedMethods.",
    )


def _check_caching(behavior: Config) -> None:
    """Either a cache policy, or the fields that it has replaced.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DefaultCacheBehavior.html
    """
    legacy = [name for name in ("ForwardedValues", "MinTTL", "DefaultTTL", "MaxTTL") if name in behavior]
    if behavior.get("CachePolicyId"):
        for name in legacy:
            invalid_if(True, f"The parameter {name} cannot be used when a cache policy is associated.")
        return
    invalid_if("ForwardedValues" not in behavior, "The parameter ForwardedValues is required.")
    invalid_if(
        behavior.get("OriginRequestPolicyId"),
        "The parameter OriginRequestPolicyId cannot be used without a cache policy.",
    )
    ttls = check_ttls(behavior)
    refuse_if(ttls != sorted(ttls), "InvalidTTLOrder", "The order of the TTLs is not MinTTL, DefaultTTL, MaxTTL.")


def _check_policies(store: Store, behavior: Config) -> None:
    for kind in POLICIES:
        id_ = behavior.get(f"{kind}Id")
        refuse_if(
            id_ and id_ not in store.of_kind(kind), f"NoSuch{kind}", f"The specified {kind} does not exist: {id_}"
        )


def _check_key_groups(store: Store, groups: Config) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_TrustedKeyGroups.html"""
    ids = items(groups)
    invalid_if(groups["Enabled"] != bool(ids), "The parameter TrustedKeyGroups is enabled with items, and only then.")
    refuse_if(
        len(ids) > MAX_KEY_GROUPS,
        "TooManyKeyGroupsAssociatedToDistribution",
        "The number of key groups referenced by this distribution is more than the maximum allowed.",
    )
    for id_ in ids:
        refuse_if(
            id_ not in store.of_kind("KeyGroup"),
            "TrustedKeyGroupDoesNotExist",
            f"The specified key group does not exist: {id_}",
        )


def _check_functions(store: Store, behavior: Config) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-restrictions-all.html"""
    functions, lambdas = items(behavior["FunctionAssociations"]), items(behavior["LambdaFunctionAssociations"])
    for function in functions:
        _check_function(store, function)
    for version in lambdas:
        check_lambda(store, version)
    events = Counter(association["EventType"] for association in [*functions, *lambdas])
    refuse_if(
        any(count > 1 for count in events.values()),
        "InvalidFunctionAssociation",
        "A cache behavior can have one function for an event type.",
    )
    both = functions and any(item["EventType"].startswith("viewer") for item in lambdas)
    refuse_if(
        both,
        "InvalidFunctionAssociation",
        "CloudFront Functions and Lambda@Edge functions cannot be combined in viewer events.",
    )


def _check_function(store: Store, association: Config) -> None:
    arn = association["FunctionARN"]
    function = store.functions.get(arn.partition("function/")[2])
    refuse_if(
        function is None or arn != store.arn("function", function.name) or function.live is None,
        "InvalidFunctionAssociation",
        f"The function does not exist, or is not published to the LIVE stage: {arn}",
    )
    refuse_if(
        not association["EventType"].startswith("viewer"),
        "InvalidFunctionAssociation",
        "A CloudFront function is associated with viewer-request or viewer-response.",
    )
