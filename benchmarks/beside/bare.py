"""A boto3 script that puts a platform behind CloudFront with the calls that must be made, and none more.

    python bare.py SITES CERTIFICATE

It looks at nothing first, keeps no results, and can be run once. SITES is how many distributions there are to be, those of
LMS and Studio included. Ten calls are made at a time.
"""

from __future__ import annotations

import sys
import typing as t
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
SIMPLE_CORS = "60669652-455b-4ae9-85a4-c4c02393f86c"
#: How many distributions may use a policy.
QUOTA = 100
PARALLEL = 10
REFUSE = b'function handler(event) {\n    return { statusCode: 404, statusDescription: "Not Found" };\n}\n'


def main(sites: int, certificate: str) -> None:
    client = boto3.Session().client("cloudfront", region_name="us-east-1", config=Config(max_pool_connections=PARALLEL))
    hosts = [f"site-{number}.learn.example.com" for number in range(sites - 2)]
    with ThreadPoolExecutor(PARALLEL) as pool:
        refusing = pool.submit(refusing_function, client)
        static = pool.submit(cache_policy, client, "bare-static", 300, 3600)
        by_origin = [
            pool.submit(cache_policy, client, f"bare-origin-{share}", 0, 31_536_000)
            for share in range(-(-len(hosts) // QUOTA))
        ]
        made = [
            pool.submit(
                distribution,
                client,
                host,
                f"origin-{host}",
                default(by_origin[index // QUOTA].result()),
                (),
                certificate,
            )
            for index, host in enumerate(hosts)
        ]
        for host in ("learn.example.com", "studio.learn.example.com"):
            assets = {"PathPattern": "/static/*", **default(static.result())}
            made.append(pool.submit(distribution, client, host, host, refused(refusing.result()), (assets,), ""))
        for each in made:
            each.result()


def cache_policy(client: t.Any, name: str, default_ttl: int, max_ttl: int) -> str:
    key = {
        "EnableAcceptEncodingGzip": True,
        "EnableAcceptEncodingBrotli": True,
        "HeadersConfig": {"HeaderBehavior": "none"},
        "CookiesConfig": {"CookieBehavior": "none"},
        "QueryStringsConfig": {"QueryStringBehavior": "all"},
    }
    config = {
        "Name": name,
        "MinTTL": 0,
        "DefaultTTL": default_ttl,
        "MaxTTL": max_ttl,
        "ParametersInCacheKeyAndForwardedToOrigin": key,
    }
    return str(client.create_cache_policy(CachePolicyConfig=config)["CachePolicy"]["Id"])


def refusing_function(client: t.Any) -> str:
    config = {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    draft = client.create_function(Name="bare-refuse", FunctionConfig=config, FunctionCode=REFUSE)
    live = client.publish_function(Name="bare-refuse", IfMatch=draft["ETag"])
    return str(live["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def distribution(
    client: t.Any, host: str, origin: str, default: dict[str, t.Any], behaviors: Sequence[t.Any], certificate: str
) -> None:
    config = {
        "CallerReference": host,
        "Comment": host,
        "Enabled": True,
        "Aliases": items([host] if certificate else []),
        "Origins": items([https_origin(origin)]),
        "DefaultCacheBehavior": default,
        "CacheBehaviors": items(behaviors),
        "ViewerCertificate": viewer_certificate(certificate),
        "HttpVersion": "http2and3",
        "IsIPV6Enabled": True,
    }
    tags = {"Items": [{"Key": "platform", "Value": "learn.example.com"}]}
    client.create_distribution_with_tags(DistributionConfigWithTags={"DistributionConfig": config, "Tags": tags})


def https_origin(host: str) -> dict[str, t.Any]:
    custom = {
        "HTTPPort": 80,
        "HTTPSPort": 443,
        "OriginProtocolPolicy": "https-only",
        "OriginSslProtocols": items(["TLSv1.2"]),
    }
    return {"Id": "origin", "DomainName": host, "CustomOriginConfig": custom}


def default(policy: str) -> dict[str, t.Any]:
    return {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "redirect-to-https",
        "Compress": True,
        "CachePolicyId": policy,
        "ResponseHeadersPolicyId": SIMPLE_CORS,
    }


def refused(function: str) -> dict[str, t.Any]:
    return {
        "TargetOriginId": "origin",
        "ViewerProtocolPolicy": "redirect-to-https",
        "CachePolicyId": CACHING_DISABLED,
        "FunctionAssociations": items([{"EventType": "viewer-request", "FunctionARN": function}]),
    }


def viewer_certificate(arn: str) -> dict[str, t.Any]:
    if not arn:
        return {"CloudFrontDefaultCertificate": True}
    return {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": "TLSv1.2_2021"}


def items(values: Sequence[t.Any]) -> dict[str, t.Any]:
    return {"Quantity": len(values), "Items": list(values)}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
