"""What is sent comes back as it was, and what AWS adds beside it."""

from __future__ import annotations

import typing as t

import pytest

from tests.sandbox.examples import (
    CACHING_DISABLED,
    CERTIFICATE,
    CORS_S3_ORIGIN,
    SIMPLE_CORS,
    WEB_ACL,
    Config,
    access_control,
    cache_policy,
    created,
    custom_origin,
    distribution,
    function,
    items,
    origin_request_policy,
    own_certificate,
    public_key,
    response_headers_policy,
    s3_origin,
)
from tutorcloudfront.sandbox import Sandbox

SIGNED = {"Enabled": False, "Quantity": 0}


def complete_behavior(arn: str, **changes: t.Any) -> Config:
    return {
        "TargetOriginId": "origin",
        "TrustedSigners": SIGNED,
        "TrustedKeyGroups": SIGNED,
        "ViewerProtocolPolicy": "redirect-to-https",
        "AllowedMethods": {**items("GET", "HEAD", "OPTIONS"), "CachedMethods": items("GET", "HEAD")},
        "SmoothStreaming": False,
        "Compress": True,
        "LambdaFunctionAssociations": {"Quantity": 0},
        "FunctionAssociations": items({"FunctionARN": arn, "EventType": "viewer-request"}),
        "FieldLevelEncryptionId": "",
        "CachePolicyId": CACHING_DISABLED,
        "OriginRequestPolicyId": CORS_S3_ORIGIN,
        "ResponseHeadersPolicyId": SIMPLE_CORS,
        "GrpcConfig": {"Enabled": False},
        **changes,
    }


def complete_distribution(arn: str, control: str) -> Config:
    """Return a configuration that leaves nothing for AWS to add, except the old fields of the certificate."""
    return {
        "CallerReference": "tutor/<&>/\u00e4 \"'",
        "Aliases": items("apps.example.com", "*.cdn.example.com"),
        "DefaultRootObject": "index.html",
        "Origins": items(
            {
                "Id": "origin",
                "DomainName": "learn.example.com",
                "OriginPath": "/static",
                "CustomHeaders": items({"HeaderName": "X-From", "HeaderValue": " cdn "}),
                "CustomOriginConfig": {
                    "HTTPPort": 80,
                    "HTTPSPort": 8443,
                    "OriginProtocolPolicy": "https-only",
                    "OriginSslProtocols": items("TLSv1.2"),
                    "OriginReadTimeout": 60,
                    "OriginKeepaliveTimeout": 30,
                    "IpAddressType": "dualstack",
                },
                "ConnectionAttempts": 2,
                "ConnectionTimeout": 5,
                "OriginShield": {"Enabled": True, "OriginShieldRegion": "eu-west-1"},
                "OriginAccessControlId": "",
            },
            {
                "Id": "media",
                "DomainName": "media.s3.eu-west-1.amazonaws.com",
                "OriginPath": "",
                "CustomHeaders": {"Quantity": 0},
                "S3OriginConfig": {"OriginAccessIdentity": "", "OriginReadTimeout": 30},
                "ConnectionAttempts": 3,
                "ConnectionTimeout": 10,
                "OriginShield": {"Enabled": False},
                "OriginAccessControlId": control,
            },
        ),
        "OriginGroups": items(
            {
                "Id": "both",
                "FailoverCriteria": {"StatusCodes": items(500, 502)},
                "Members": items({"OriginId": "origin"}, {"OriginId": "media"}),
            }
        ),
        "DefaultCacheBehavior": complete_behavior(arn),
        "CacheBehaviors": items(
            {"PathPattern": "/media/*", **complete_behavior(arn, TargetOriginId="media")},
            {"PathPattern": "/asset-v1:*", **complete_behavior(arn, TargetOriginId="both", Compress=False)},
        ),
        "CustomErrorResponses": items(
            {"ErrorCode": 404, "ResponsePagePath": "/404.html", "ResponseCode": "404", "ErrorCachingMinTTL": 10}
        ),
        "Comment": "tutor-contrib-cloudfront: \u00fc <lms> & more",
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": "lms/"},
        "PriceClass": "PriceClass_100",
        "Enabled": True,
        "ViewerCertificate": own_certificate(),
        "Restrictions": {"GeoRestriction": {"RestrictionType": "whitelist", **items("DE", "AT")}},
        "WebACLId": WEB_ACL,
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": True,
        "ContinuousDeploymentPolicyId": "",
        "Staging": False,
        "ConnectionMode": "direct",
    }


def test_complete_distribution(sandbox: Sandbox, cloudfront: t.Any) -> None:
    sandbox.add_certificate(CERTIFICATE, ["*.example.com", "*.cdn.example.com"])
    sandbox.add_web_acl(WEB_ACL)
    answer = cloudfront.create_origin_access_control(OriginAccessControlConfig=access_control())
    config = complete_distribution(function(cloudfront), answer["OriginAccessControl"]["Id"])
    first = created(cloudfront, config)
    added = {"CloudFrontDefaultCertificate": False, "Certificate": CERTIFICATE, "CertificateSource": "acm"}
    expected = {**config, "ViewerCertificate": {**own_certificate(), **added}}
    assert first["DistributionConfig"] == expected
    for answer in (cloudfront.get_distribution(Id=first["Id"]), cloudfront.get_distribution_config(Id=first["Id"])):
        found = answer.get("Distribution", answer)["DistributionConfig"]
        assert (found, answer["ETag"]) == (expected, first["ETag"])
    assert [item["CNAME"] for item in first["AliasICPRecordals"]] == ["apps.example.com", "*.cdn.example.com"]


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(distribution(), id="custom origin"),
        pytest.param(distribution(Origins=items(s3_origin())), id="bucket"),
        pytest.param(
            distribution(
                DefaultCacheBehavior={
                    "CachePolicyId": None,
                    "ForwardedValues": {"QueryString": True, "Cookies": {"Forward": "none"}},
                }
            ),
            id="without a cache policy",
        ),
    ],
)
def test_what_comes_back_can_be_sent_again(cloudfront: t.Any, config: Config) -> None:
    first = created(cloudfront, config)
    again = first["DistributionConfig"]
    answer = cloudfront.update_distribution(Id=first["Id"], IfMatch=first["ETag"], DistributionConfig=again)
    assert answer["Distribution"]["DistributionConfig"] == again


def test_aws_adds_what_was_left_out(cloudfront: t.Any) -> None:
    config = created(cloudfront, distribution(Origins=items(custom_origin(), s3_origin(Id="media"))))[
        "DistributionConfig"
    ]
    assert config["Aliases"] == config["CacheBehaviors"] == config["CustomErrorResponses"] == {"Quantity": 0}
    assert config["OriginGroups"] == {"Quantity": 0}
    assert config["DefaultRootObject"] == config["WebACLId"] == ""
    assert config["Logging"] == {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}
    assert (config["PriceClass"], config["HttpVersion"], config["Staging"]) == ("PriceClass_All", "http2", False)
    assert config["Restrictions"] == {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}}
    assert config["ViewerCertificate"] == {
        "CloudFrontDefaultCertificate": True,
        "SSLSupportMethod": "vip",
        "MinimumProtocolVersion": "TLSv1",
        "CertificateSource": "cloudfront",
    }
    behavior = config["DefaultCacheBehavior"]
    assert behavior["AllowedMethods"] == {**items("HEAD", "GET"), "CachedMethods": items("HEAD", "GET")}
    assert behavior["TrustedSigners"] == behavior["TrustedKeyGroups"] == SIGNED
    assert behavior["LambdaFunctionAssociations"] == behavior["FunctionAssociations"] == {"Quantity": 0}
    assert (behavior["Compress"], behavior["SmoothStreaming"]) == (False, False)
    assert (behavior["FieldLevelEncryptionId"], behavior["GrpcConfig"]) == ("", {"Enabled": False})
    custom, bucket = config["Origins"]["Items"]
    assert custom["CustomOriginConfig"]["OriginReadTimeout"] == 30
    assert custom["CustomOriginConfig"]["OriginKeepaliveTimeout"] == 5
    assert bucket["S3OriginConfig"]["OriginAccessIdentity"] == ""
    for origin in (custom, bucket):
        assert (origin["OriginPath"], origin["CustomHeaders"]) == ("", {"Quantity": 0})
        assert (origin["ConnectionAttempts"], origin["ConnectionTimeout"]) == (3, 10)
        assert (origin["OriginShield"], origin["OriginAccessControlId"]) == ({"Enabled": False}, "")


def test_aws_overrules_the_minimum_of_its_own_certificate(cloudfront: t.Any) -> None:
    certificate = {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1.2_2021"}
    config = created(cloudfront, distribution(ViewerCertificate=certificate))["DistributionConfig"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1"


def test_empty_lists_come_back_as_quantities(cloudfront: t.Any) -> None:
    empty = {"Quantity": 0, "Items": []}
    config = distribution(Aliases=empty, DefaultCacheBehavior={"FunctionAssociations": empty})
    found = created(cloudfront, config)["DistributionConfig"]
    assert found["Aliases"] == found["DefaultCacheBehavior"]["FunctionAssociations"] == {"Quantity": 0}


RICH_HEADERS = response_headers_policy(
    CorsConfig={"AccessControlExposeHeaders": items("ETag"), "AccessControlMaxAgeSec": 600},
    SecurityHeadersConfig={
        "XSSProtection": {"Override": True, "Protection": True, "ModeBlock": True},
        "FrameOptions": {"Override": True, "FrameOption": "DENY"},
        "ReferrerPolicy": {"Override": False, "ReferrerPolicy": "same-origin"},
        "ContentSecurityPolicy": {"Override": True, "ContentSecurityPolicy": "default-src 'self'; a & b"},
        "ContentTypeOptions": {"Override": True},
        "StrictTransportSecurity": {
            "Override": True,
            "IncludeSubdomains": True,
            "Preload": False,
            "AccessControlMaxAgeSec": 31536000,
        },
    },
    ServerTimingHeadersConfig={"Enabled": True, "SamplingRate": 12.5},
    CustomHeadersConfig=items({"Header": "X-By", "Value": "tutor", "Override": False}),
    RemoveHeadersConfig=items({"Header": "Server"}),
)
RICH_CACHE = cache_policy(
    Comment="a < b",
    ParametersInCacheKeyAndForwardedToOrigin={
        "HeadersConfig": {"HeaderBehavior": "whitelist", "Headers": items("Origin", "Host")},
        "CookiesConfig": {"CookieBehavior": "allExcept", "Cookies": items("sessionid")},
        "QueryStringsConfig": {"QueryStringBehavior": "whitelist", "QueryStrings": items("v")},
    },
)
RICH_FORWARD = origin_request_policy(
    HeadersConfig={"HeaderBehavior": "allExcept", "Headers": items("Host")},
    CookiesConfig={"CookieBehavior": "all"},
)


@pytest.mark.parametrize(
    ("method", "name", "config"),
    [
        pytest.param("cache_policy", "CachePolicy", RICH_CACHE, id="cache policy"),
        pytest.param("origin_request_policy", "OriginRequestPolicy", RICH_FORWARD, id="origin request policy"),
        pytest.param("response_headers_policy", "ResponseHeadersPolicy", RICH_HEADERS, id="response headers policy"),
        pytest.param("origin_access_control", "OriginAccessControl", access_control(), id="origin access control"),
        pytest.param("public_key", "PublicKey", public_key(), id="public key"),
    ],
)
def test_other_kinds(cloudfront: t.Any, method: str, name: str, config: Config) -> None:
    member = f"{name}Config"
    first = getattr(cloudfront, f"create_{method}")(**{member: config})
    id_ = first[name]["Id"]
    assert first["Location"].endswith(f"/{id_}")
    assert first[name][member] == config
    assert getattr(cloudfront, f"get_{method}")(Id=id_)[name][member] == config
    answer = getattr(cloudfront, f"get_{method}_config")(Id=id_)
    assert (answer[member], answer["ETag"]) == (config, first["ETag"])


def test_cache_policy_gets_defaults(cloudfront: t.Any) -> None:
    answer = cloudfront.create_cache_policy(CachePolicyConfig={"Name": "short", "MinTTL": 100_000})
    config = answer["CachePolicy"]["CachePolicyConfig"]
    assert (config["DefaultTTL"], config["MaxTTL"], config["Comment"]) == (100_000, 31_536_000, "")
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    assert (key["EnableAcceptEncodingGzip"], key["HeadersConfig"]) == (False, {"HeaderBehavior": "none"})
