"""Configurations that AWS takes, for tests to spoil, and what they need to be taken."""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Callable, Mapping

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Config = dict[str, t.Any]

ACCOUNT = "123456789012"
CERTIFICATE = f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/c0ffee"
WEB_ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/guard/1234"
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
CORS_S3_ORIGIN = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"
#: What no account has.
NOWHERE = "00000000-0000-4000-8000-000000000000"


def items(*values: t.Any) -> Config:
    return {"Quantity": len(values), "Items": list(values)}


def merged(base: Config, changes: Mapping[str, t.Any]) -> Config:
    """Return `base` with changes, those of structures inside of it included; None takes a member away."""
    result = dict(base)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict) and "Items" not in value:
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


def custom_origin(**changes: t.Any) -> Config:
    origin = {
        "Id": "origin",
        "DomainName": "learn.example.com",
        "CustomOriginConfig": {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"},
    }
    return merged(origin, changes)


def s3_origin(**changes: t.Any) -> Config:
    origin = {
        "Id": "origin",
        "DomainName": "media.s3.us-east-1.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    return merged(origin, changes)


def behavior(**changes: t.Any) -> Config:
    base = {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": CACHING_OPTIMIZED,
    }
    return merged(base, changes)


def distribution(**changes: t.Any) -> Config:
    base = {
        "CallerReference": "reference",
        "Comment": "",
        "Enabled": True,
        "Origins": items(custom_origin()),
        "DefaultCacheBehavior": behavior(),
    }
    return merged(base, changes)


def own_certificate(**changes: t.Any) -> Config:
    base = {
        "ACMCertificateArn": CERTIFICATE,
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    return merged(base, changes)


def cache_policy(**changes: t.Any) -> Config:
    base = {
        "Name": "static",
        "Comment": "",
        "MinTTL": 0,
        "DefaultTTL": 300,
        "MaxTTL": 3600,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": True,
            "EnableAcceptEncodingBrotli": True,
            "HeadersConfig": {"HeaderBehavior": "none"},
            "CookiesConfig": {"CookieBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "all"},
        },
    }
    return merged(base, changes)


def origin_request_policy(**changes: t.Any) -> Config:
    base = {
        "Name": "forward",
        "Comment": "",
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    return merged(base, changes)


def response_headers_policy(**changes: t.Any) -> Config:
    base = {
        "Name": "cors",
        "Comment": "",
        "CorsConfig": {
            "AccessControlAllowOrigins": items("https://learn.example.com"),
            "AccessControlAllowHeaders": items("Range"),
            "AccessControlAllowMethods": items("GET", "HEAD"),
            "AccessControlAllowCredentials": True,
            "OriginOverride": True,
        },
    }
    return merged(base, changes)


def access_control(**changes: t.Any) -> Config:
    base = {
        "Name": "media",
        "Description": "",
        "SigningProtocol": "sigv4",
        "SigningBehavior": "always",
        "OriginAccessControlOriginType": "s3",
    }
    return merged(base, changes)


def public_key(**changes: t.Any) -> Config:
    return merged({"CallerReference": "key", "Name": "key", "EncodedKey": pem("rsa-2048"), "Comment": ""}, changes)


@functools.cache
def pem(kind: str) -> str:
    """Return a public key: `rsa-1024`, `rsa-2048`, `p-256` or `p-384`."""
    private: t.Any
    if kind.startswith("rsa"):
        private = rsa.generate_private_key(65537, int(kind.partition("-")[2]))
    else:
        private = ec.generate_private_key(ec.SECP256R1() if kind == "p-256" else ec.SECP384R1())
    encoded: bytes = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode()


def created(cloudfront: t.Any, config: Config | None = None) -> t.Any:
    """Return a new distribution, with its ETag."""
    answer = cloudfront.create_distribution(DistributionConfig=config or distribution())
    return {**answer["Distribution"], "ETag": answer["ETag"]}


def function(cloudfront: t.Any, name: str = "refuse", *, published: bool = True) -> str:
    """Return the ARN of a new CloudFront Function."""
    answer = cloudfront.create_function(
        Name=name, FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"}, FunctionCode=b"function handler() {}"
    )
    if published:
        cloudfront.publish_function(Name=name, IfMatch=answer["ETag"])
    arn: str = answer["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    return arn


def refused(code: str, operation: Callable[..., t.Any], **arguments: t.Any) -> str:
    """Assert that AWS's error code comes of a call, and return its message."""
    with pytest.raises(ClientError) as caught:
        operation(**arguments)
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    return error["Message"]
