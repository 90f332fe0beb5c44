"""What AWS adds to a configuration that leaves things out.

A configuration that is read back from AWS is complete, whatever was sent. Defaults are those of the API reference:
https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html and the pages linked there.
"""

from __future__ import annotations

import typing as t

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.shapes import tidy

DAY = 86_400
YEAR = 365 * DAY

DISTRIBUTION: Config = {
    "Aliases": {"Quantity": 0},
    "DefaultRootObject": "",
    "OriginGroups": {"Quantity": 0},
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "WebACLId": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": False,
    "ContinuousDeploymentPolicyId": "",
    "Staging": False,
    "ConnectionMode": "direct",
}
ORIGIN: Config = {
    "OriginPath": "",
    "CustomHeaders": {"Quantity": 0},
    "ConnectionAttempts": 3,
    "ConnectionTimeout": 10,
    "OriginShield": {"Enabled": False},
    "OriginAccessControlId": "",
}
CUSTOM_ORIGIN: Config = {
    "OriginSslProtocols": {"Quantity": 3, "Items": ["TLSv1", "TLSv1.1", "TLSv1.2"]},
    "OriginReadTimeout": 30,
    "OriginKeepaliveTimeout": 5,
    "IpAddressType": "ipv4",
}
S3_ORIGIN: Config = {"OriginAccessIdentity": "", "OriginReadTimeout": 30}
BEHAVIOR: Config = {
    "TrustedSigners": {"Enabled": False, "Quantity": 0},
    "TrustedKeyGroups": {"Enabled": False, "Quantity": 0},
    "AllowedMethods": {"Quantity": 2, "Items": ["HEAD", "GET"]},
    "SmoothStreaming": False,
    "Compress": False,
    "LambdaFunctionAssociations": {"Quantity": 0},
    "FunctionAssociations": {"Quantity": 0},
    "FieldLevelEncryptionId": "",
    "GrpcConfig": {"Enabled": False},
}
CACHED_METHODS: Config = {"Quantity": 2, "Items": ["HEAD", "GET"]}
#: Of a behavior that says itself how it caches, as all did before there were cache policies.
FORWARDED: Config = {"MinTTL": 0, "DefaultTTL": DAY, "MaxTTL": YEAR}
FORWARDED_VALUES: Config = {"Headers": {"Quantity": 0}, "QueryStringCacheKeys": {"Quantity": 0}}
CACHE_KEY: Config = {
    "EnableAcceptEncodingGzip": False,
    "EnableAcceptEncodingBrotli": False,
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}


def distribution(config: Config) -> Config:
    """Return a complete DistributionConfig."""
    complete: Config = tidy({**DISTRIBUTION, **config})
    complete["Origins"] = _each(complete["Origins"], _origin)
    complete["CacheBehaviors"] = _each(complete["CacheBehaviors"], _behavior)
    complete["DefaultCacheBehavior"] = _behavior(complete["DefaultCacheBehavior"])
    complete["ViewerCertificate"] = _viewer_certificate(complete["ViewerCertificate"])
    complete["Logging"] = {**DISTRIBUTION["Logging"], **complete["Logging"]}
    return complete


def cache_policy(config: Config) -> Config:
    """Return a complete CachePolicyConfig.

    https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CachePolicyConfig.html
    """
    complete: Config = tidy({"Comment": "", **config})
    complete["DefaultTTL"] = complete.get("DefaultTTL", max(DAY, complete["MinTTL"]))
    complete["MaxTTL"] = complete.get("MaxTTL", max(YEAR, complete["DefaultTTL"]))
    key = "ParametersInCacheKeyAndForwardedToOrigin"
    complete[key] = {**CACHE_KEY, **complete.get(key, {})}
    return complete


def commented(config: Config) -> Config:
    """Return the configuration of any other resource with a comment, complete."""
    complete: Config = tidy({"Comment": "", **config})
    return complete


def access_control(config: Config) -> Config:
    """Return a complete OriginAccessControlConfig."""
    return {"Description": "", **config}


def public_key(config: Config) -> Config:
    """Return a complete PublicKeyConfig. AWS gives the key back with one newline at its end."""
    return {**commented(config), "EncodedKey": config["EncodedKey"].strip() + "\n"}


def _each(items: Config, complete: t.Callable[[Config], Config]) -> Config:
    if not items.get("Items"):
        return items
    return {**items, "Items": [complete(item) for item in items["Items"]]}


def _origin(origin: Config) -> Config:
    complete = {**ORIGIN, **origin}
    for key, additions in (("CustomOriginConfig", CUSTOM_ORIGIN), ("S3OriginConfig", S3_ORIGIN)):
        if key in complete:
            complete[key] = {**additions, **complete[key]}
    return complete


def _behavior(behavior: Config) -> Config:
    complete = {**BEHAVIOR, **behavior}
    complete["AllowedMethods"] = {"CachedMethods": CACHED_METHODS, **complete["AllowedMethods"]}
    if "ForwardedValues" in complete:
        complete = {**FORWARDED, **complete}
        complete["ForwardedValues"] = {**FORWARDED_VALUES, **complete["ForwardedValues"]}
    return complete


def _viewer_certificate(certificate: Config) -> Config:
    if certificate.get("ACMCertificateArn"):
        arn = certificate["ACMCertificateArn"]
        return {"CloudFrontDefaultCertificate": False, **certificate, "Certificate": arn, "CertificateSource": "acm"}
    # Whatever minimum was asked for, CloudFront's own certificate is served with TLSv1 and newer:
    # https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
    return {
        "CloudFrontDefaultCertificate": True,
        "SSLSupportMethod": "vip",
        "MinimumProtocolVersion": "TLSv1",
        "CertificateSource": "cloudfront",
    }
