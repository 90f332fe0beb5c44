"""The origins of a distribution: web servers, and buckets of the sandbox's own S3.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import buckets
from tutorcloudfront.sandbox.edge.addresses import Addresses
from tutorcloudfront.sandbox.edge.deployment import Site
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.transport import Patience, Transport
from tutorcloudfront.sandbox.rules.origins import S3_HOST
from tutorcloudfront.sandbox.store import Store

REGION_OF_BUCKET = re.compile(r"\.s3[.-]([a-z0-9-]+)\.amazonaws\.com", re.I)
ACTIONS = {"PUT": "s3:PutObject", "POST": "s3:PutObject", "DELETE": "s3:DeleteObject"}
#: The sandbox's S3 looks at who signs, not at the signature.
SIGNED = "AWS4-HMAC-SHA256 Credential=CLOUDFRONT/20000101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"


@dataclass(frozen=True)
class Origins:
    """Sends requests to origins.

    :param account_url: where the emulated account answers, its S3 included.
    :param bucket_policy: returns the policy of a bucket, None where there is no policy or no bucket.
    """

    transport: Transport
    addresses: Addresses
    account_url: Callable[[], str]
    bucket_policy: Callable[[str], bytes | None]

    async def ask(self, store: Store, site: Site, origin: Config, request: Request) -> Response:
        """Return what an origin answers, or raise `Refused`."""
        name = bucket_of(origin["DomainName"])
        if "S3OriginConfig" in origin and name and not self.addresses.knows(origin["DomainName"]):
            return await self._ask_bucket(store, site, origin, request, name)
        return await self._ask_server(origin, request)

    async def _ask_server(self, origin: Config, request: Request) -> Response:
        custom = origin.get("CustomOriginConfig", {})
        scheme = scheme_for(custom.get("OriginProtocolPolicy", "match-viewer"), request)
        port = custom.get("HTTPSPort", 443) if scheme == "https" else custom.get("HTTPPort", 80)
        base = self.addresses.of(scheme, origin["DomainName"], port)
        return await self.transport.send(base, request, patience_of(origin), items(custom.get("OriginSslProtocols")))

    async def _ask_bucket(self, store: Store, site: Site, origin: Config, request: Request, bucket: str) -> Response:
        signs = _signs(store, origin, request)
        if not signs and request.header("authorization"):
            return await self.transport.send(self.account_url(), request, patience_of(origin), ())
        # To a bucket that CloudFront does not sign for, it is anybody.
        who = site.arn if signs else None
        if not self._lets_in(bucket, request, who):
            return denied()
        others = tuple(item for item in request.headers if item[0] != "authorization")
        request = replace(request, headers=(*others, ("authorization", SIGNED)))
        answer = await self.transport.send(self.account_url(), request, patience_of(origin), ())
        return denied() if answer.status == 404 and not self._may_list(bucket, who) else answer

    def _lets_in(self, bucket: str, request: Request, who: str | None) -> bool:
        if request.path == "/":
            return self._may_list(bucket, who)
        action = ACTIONS.get(request.method, "s3:GetObject")
        resource = f"arn:aws:s3:::{bucket}{unquote(request.path)}"
        return request.method == "OPTIONS" or buckets.allows(self.bucket_policy(bucket), action, resource, who)

    def _may_list(self, bucket: str, who: str | None) -> bool:
        """Tell whether CloudFront may know which objects there are; if not, S3 answers 403 for a missing one.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions
        """
        return buckets.allows(self.bucket_policy(bucket), "s3:ListBucket", f"arn:aws:s3:::{bucket}", who)


def bucket_of(host: str) -> str:
    """Return the name of the bucket that a host name of S3 stands for, "" for any other host."""
    match = S3_HOST.fullmatch(host)
    return match["bucket"] if match else ""


def scheme_for(policy: str, request: Request) -> str:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html#DownloadDistValuesOriginProtocolPolicy"""
    return {"http-only": "http", "https-only": "https"}.get(policy, request.scheme)


def patience_of(origin: Config) -> Patience:
    """Return how long an origin is waited for."""
    kind = origin.get("CustomOriginConfig") or origin.get("S3OriginConfig") or {}
    return Patience(origin["ConnectionTimeout"], kind.get("OriginReadTimeout", 30), origin["ConnectionAttempts"])


def denied() -> Response:
    """Return S3's answer to one who may not."""
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
    headers = (("server", "AmazonS3"), ("content-type", "application/xml"), ("content-length", str(len(body))))
    return Response(403, headers, body)


def _signs(store: Store, origin: Config, request: Request) -> bool:
    """Tell whether CloudFront signs its requests to a bucket.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html#oac-advanced-settings-s3
    """
    with store.lock:
        control = store.of_kind("OriginAccessControl").get(origin["OriginAccessControlId"])
        config = (control.deployed or control.config) if control else {}
    behavior = config.get("SigningBehavior", "never")
    return behavior == "always" or (behavior == "no-override" and not request.header("authorization"))
