"""Origins as Lambda@Edge functions see and change them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
"""

from __future__ import annotations

import typing as t

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge.origins import REGION_OF_BUCKET, scheme_for
from tutorcloudfront.sandbox.edge.request import Request

Json = dict[str, t.Any]


def event(origin: Config, request: Request) -> Json:
    """Return the `origin` of an event."""
    headers: dict[str, list[Json]] = {}
    for item in items(origin["CustomHeaders"]):
        name, value = item["HeaderName"], item["HeaderValue"]
        headers.setdefault(name.lower(), []).append({"key": name, "value": value})
    both = {"customHeaders": headers, "domainName": origin["DomainName"], "path": origin["OriginPath"]}
    if "S3OriginConfig" in origin:
        match = REGION_OF_BUCKET.search(origin["DomainName"])
        return {"s3": {**both, "authMethod": "none", "region": match[1] if match else ""}}
    custom = origin["CustomOriginConfig"]
    scheme = scheme_for(custom["OriginProtocolPolicy"], request)
    return {
        "custom": {
            **both,
            "keepaliveTimeout": custom["OriginKeepaliveTimeout"],
            "port": custom["HTTPSPort" if scheme == "https" else "HTTPPort"],
            "protocol": scheme,
            "readTimeout": custom["OriginReadTimeout"],
            "sslProtocols": items(custom["OriginSslProtocols"]),
        }
    }


def config(origin: Config, before: Json, after: Json | None) -> Config:
    """Return an origin as a function wants it, which was told of `before`."""
    if after is None or after == before:
        return origin
    kind, members = next(iter(after.items()))
    headers = [
        {"HeaderName": value.get("key", name), "HeaderValue": value["value"]}
        for name, values in members.get("customHeaders", {}).items()
        for value in values
    ]
    same = members["domainName"] == origin["DomainName"]
    changed = {
        **{key: origin[key] for key in ("Id", "ConnectionAttempts", "ConnectionTimeout")},
        "DomainName": members["domainName"],
        "OriginPath": members.get("path", ""),
        "CustomHeaders": {"Quantity": len(headers), "Items": headers},
        # What lets CloudFront into one bucket does not let it into another.
        "OriginAccessControlId": origin["OriginAccessControlId"] if same else "",
    }
    return {**changed, **(_server(members) if kind == "custom" else {"S3OriginConfig": {"OriginReadTimeout": 30}})}


def _server(members: Json) -> Config:
    protocols = members.get("sslProtocols", ["TLSv1.2"])
    settings = {
        "HTTPPort": members["port"],
        "HTTPSPort": members["port"],
        "OriginProtocolPolicy": f"{members['protocol']}-only",
        "OriginReadTimeout": members.get("readTimeout", 30),
        "OriginKeepaliveTimeout": members.get("keepaliveTimeout", 5),
        "OriginSslProtocols": {"Quantity": len(protocols), "Items": protocols},
    }
    return {"CustomOriginConfig": settings}
