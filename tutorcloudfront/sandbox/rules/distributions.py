"""Distributions: what concerns them as a whole.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
"""

from __future__ import annotations

import re

from tutorcloudfront.sandbox.configs import Config, behaviors, functions_used, items, policies_used
from tutorcloudfront.sandbox.refusal import Refused, invalid_if, refuse_if
from tutorcloudfront.sandbox.rules.behaviors import POLICIES, check_behaviors
from tutorcloudfront.sandbox.rules.certificates import check_aliases, check_viewer_certificate
from tutorcloudfront.sandbox.rules.common import check_comment
from tutorcloudfront.sandbox.rules.origins import check_origins
from tutorcloudfront.sandbox.store import Resource, Store

#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_PER_POLICY = MAX_PER_FUNCTION = 100
#: What must be in an update although AWS would add it to a new distribution:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-overview-required-fields.html
REQUIRED_IN_UPDATE = (
    "Aliases",
    "DefaultRootObject",
    "CacheBehaviors",
    "CustomErrorResponses",
    "Logging",
    "PriceClass",
    "ViewerCertificate",
    "Restrictions",
    "WebACLId",
    "HttpVersion",
)
REQUIRED_IN_BEHAVIOR = (
    "AllowedMethods",
    "SmoothStreaming",
    "Compress",
    "LambdaFunctionAssociations",
    "FieldLevelEncryptionId",
)
#: https://github.com/aws-controllers-k8s/community/issues/2335
REQUIRED_IN_ORIGIN = ("OriginPath", "CustomHeaders")
REQUIRED_IN_CUSTOM_ORIGIN = ("OriginSslProtocols", "OriginReadTimeout", "OriginKeepaliveTimeout")


def check_given(store: Store, config: Config, old: Resource | None) -> None:
    """Check what was given: completing it hides what was left out, and overrules some of it."""
    if old:
        _check_update(config, old.config)
    else:
        _check_new(store, config)
    check_viewer_certificate(store, config)


def check_distribution(store: Store, config: Config, old: Resource | None) -> None:
    """Check a complete configuration."""
    check_comment(config["Comment"])
    _check_root_object(config["DefaultRootObject"])
    _check_logging(config["Logging"])
    _check_geo_restriction(config["Restrictions"]["GeoRestriction"])
    _check_web_acl(store, config["WebACLId"])
    invalid_if(config["PriceClass"] == "None", "The parameter PriceClass is not valid for a standard distribution.")
    check_aliases(store, config, old)
    check_origins(store, config)
    check_behaviors(store, config)
    _check_shared(store, config, old)


def check_delete(distribution: Resource) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html"""
    refuse_if(
        distribution.config["Enabled"] or not distribution.ready,
        "DistributionNotDisabled",
        "The distribution you are trying to delete has not been disabled.",
    )


def _check_new(store: Store, config: Config) -> None:
    """Every caller reference makes one distribution, whatever else is in the request."""
    earlier = store.references.get(config["CallerReference"])
    refuse_if(
        earlier,
        "DistributionAlreadyExists",
        "The caller reference that you are using to create a distribution is associated with another distribution. "
        f"Already exists: {earlier}",
    )


def _check_update(config: Config, old: Config) -> None:
    """An update replaces everything, so it must say everything, and must not change the caller reference.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_UpdateDistribution.html
    """
    refuse_if(
        config["CallerReference"] != old["CallerReference"],
        "IllegalUpdate",
        "The parameter CallerReference cannot be changed.",
    )
    _check_complete(config, REQUIRED_IN_UPDATE)
    for behavior in behaviors(config):
        _check_complete(behavior, REQUIRED_IN_BEHAVIOR)
    for origin in items(config["Origins"]):
        _check_complete(origin, REQUIRED_IN_ORIGIN)
        _check_complete(origin.get("CustomOriginConfig"), REQUIRED_IN_CUSTOM_ORIGIN)


def _check_complete(part: Config | None, names: tuple[str, ...]) -> None:
    for name in names:
        refuse_if(part is not None and part.get(name) is None, "IllegalUpdate", f"{name} is required for updates.")


def _check_root_object(name: str) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html"""
    refuse_if(
        name.startswith("/") or len(name) > 255,
        "InvalidDefaultRootObject",
        "The default root object file name is too big or contains an invalid character.",
    )


def _check_logging(logging: Config) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_LoggingConfig.html"""
    invalid_if(
        logging["Enabled"] and not logging["Bucket"].endswith(".amazonaws.com"),
        "The parameter Logging Bucket does not refer to a valid S3 bucket.",
    )


def _check_geo_restriction(restriction: Config) -> None:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GeoRestriction.html"""
    places = items(restriction)
    refuse_if(
        (restriction["RestrictionType"] == "none") == bool(places),
        "InvalidGeoRestrictionParameter",
        "The specified geo restriction parameter is not valid.",
    )
    for place in places:
        refuse_if(
            not re.fullmatch("[A-Z]{2}", place), "InvalidLocationCode", f"The location code is not valid: {place}"
        )


def _check_web_acl(store: Store, arn: str) -> None:
    """A web ACL of AWS WAF, scope CLOUDFRONT, which is kept in us-east-1.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html
    """
    if not arn:
        return
    mine = arn.startswith(f"arn:aws:wafv2:us-east-1:{store.account}:global/webacl/")
    refuse_if(
        not mine or not store.neighbours.has_web_acl(arn),
        "InvalidWebACLId",
        "Web ACL is not accessible by the requester.",
    )


def _check_shared(store: Store, config: Config, old: Resource | None) -> None:
    others = [other.config for other in store.custom("Distribution") if other is not old]
    for kind in POLICIES:
        own = {policy.id for policy in store.custom(kind)}
        users = [policies_used(other, kind) for other in others]
        for id_ in policies_used(config, kind) & own:
            if sum(id_ in used for used in users) >= MAX_PER_POLICY:
                code = f"TooManyDistributionsAssociatedTo{kind}"
                raise Refused(code, f"The maximum number of distributions have been associated with {id_}.")
    by_function = [functions_used(other) for other in others]
    for arn in functions_used(config):
        refuse_if(
            sum(arn in used for used in by_function) >= MAX_PER_FUNCTION,
            "TooManyDistributionsWithSingleFunctionARN",
            f"The maximum number of distributions have been associated with {arn}.",
        )
