"""The calls of this plugin's version 18, in its order, with configurations that AWS takes.

    python version18.py

For one domain after the other it looks for three policies of the domain's own by their names, and makes those that are not
there. It looks for a distribution whose domain name is the origin's, which CloudFront's never is, and so makes one in each run.
"""

from __future__ import annotations

import os
import typing as t
import uuid

import boto3
import tutor.commands.cli  # noqa: F401 (as a command of Tutor's, it began with all that Tutor begins with)
from tutor import config as tutor_config

CORS = {
    "AccessControlAllowOrigins": {"Quantity": 1, "Items": ["*"]},
    "AccessControlAllowHeaders": {"Quantity": 1, "Items": ["*"]},
    "AccessControlAllowMethods": {"Quantity": 1, "Items": ["GET"]},
    "AccessControlAllowCredentials": False,
    "OriginOverride": True,
}
KEY = {
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "all"},
}


def main() -> None:
    config = tutor_config.load(os.environ["TUTOR_ROOT"])
    extra = t.cast("list[dict[str, str]]", config["CLOUDFRONT_EXTRA_DOMAINS"])
    client = boto3.client("cloudfront")
    for domain in (str(config["LMS_HOST"]), str(config["CMS_HOST"]), *(each["alias"] for each in extra)):
        policies = {
            "CachePolicyId": cache_policy(client, named(domain, "cache-policy")),
            "OriginRequestPolicyId": origin_request_policy(client, named(domain, "origin-request-policy")),
            "ResponseHeadersPolicyId": response_headers_policy(client, named(domain, "response-headers-policy")),
        }
        found = client.list_distributions()["DistributionList"].get("Items", [])
        if not [each for each in found if each["DomainName"] == domain]:
            client.create_distribution(DistributionConfig=distribution(domain, policies))


def named(domain: str, kind: str) -> str:
    return f"{domain.lower().replace('.', '-').replace(' ', '-')}-{kind}"


def cache_policy(client: t.Any, name: str) -> str:
    for item in client.list_cache_policies(Type="custom")["CachePolicyList"].get("Items", []):
        if item["CachePolicy"]["CachePolicyConfig"]["Name"] == name:
            return str(item["CachePolicy"]["Id"])
    key = {"EnableAcceptEncodingGzip": True, "EnableAcceptEncodingBrotli": True, **KEY}
    config = {"Name": name, "MinTTL": 0, "ParametersInCacheKeyAndForwardedToOrigin": key}
    return str(client.create_cache_policy(CachePolicyConfig=config)["CachePolicy"]["Id"])


def origin_request_policy(client: t.Any, name: str) -> str:
    for item in client.list_origin_request_policies(Type="custom")["OriginRequestPolicyList"].get("Items", []):
        if item["OriginRequestPolicy"]["OriginRequestPolicyConfig"]["Name"] == name:
            return str(item["OriginRequestPolicy"]["Id"])
    config = {"Name": name, **KEY}
    return str(client.create_origin_request_policy(OriginRequestPolicyConfig=config)["OriginRequestPolicy"]["Id"])


def response_headers_policy(client: t.Any, name: str) -> str:
    for item in client.list_response_headers_policies(Type="custom")["ResponseHeadersPolicyList"].get("Items", []):
        if item["ResponseHeadersPolicy"]["ResponseHeadersPolicyConfig"]["Name"] == name:
            return str(item["ResponseHeadersPolicy"]["Id"])
    config = {"Name": name, "CorsConfig": CORS}
    return str(client.create_response_headers_policy(ResponseHeadersPolicyConfig=config)["ResponseHeadersPolicy"]["Id"])


def distribution(domain: str, policies: dict[str, str]) -> dict[str, t.Any]:
    origin = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    behavior = {"TargetOriginId": domain, "ViewerProtocolPolicy": "redirect-to-https", "Compress": True, **policies}
    return {
        "CallerReference": str(uuid.uuid4()),
        "Comment": f"Distribution config for {domain}",
        "Enabled": True,
        "Origins": {"Quantity": 1, "Items": [{"Id": domain, "DomainName": domain, "CustomOriginConfig": origin}]},
        "DefaultCacheBehavior": behavior,
    }


if __name__ == "__main__":
    main()
