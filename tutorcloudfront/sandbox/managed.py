"""AWS's managed policies, the same in every account.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Sequence

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.defaults import DAY, YEAR
from tutorcloudfront.sandbox.store import Resource

ANY_METHOD = ["GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"]
SECURITY_HEADERS: Config = {
    "XSSProtection": {"Override": False, "Protection": True, "ModeBlock": True},
    "FrameOptions": {"Override": False, "FrameOption": "SAMEORIGIN"},
    "ReferrerPolicy": {"Override": False, "ReferrerPolicy": "strict-origin-when-cross-origin"},
    "ContentTypeOptions": {"Override": True},
    "StrictTransportSecurity": {"Override": False, "AccessControlMaxAgeSec": YEAR},
}


def _items(values: Sequence[str]) -> Config:
    return {"Quantity": len(values), "Items": list(values)}


def _choice(what: str, which: str, names: Sequence[str]) -> Config:
    """Return a HeadersConfig, CookiesConfig or QueryStringsConfig."""
    chosen: Config = {f"{what}Behavior": which}
    return {**chosen, f"{what}s": _items(names)} if names else chosen


def _cache(
    ttls: tuple[int, int, int],
    *,
    compressed: bool,
    headers: Sequence[str] = (),
    query: str = "none",
    query_names: Sequence[str] = (),
    cookies: str = "none",
) -> Config:
    minimum, default, maximum = ttls
    return {
        "MinTTL": minimum,
        "DefaultTTL": default,
        "MaxTTL": maximum,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": compressed,
            "EnableAcceptEncodingBrotli": compressed,
            "HeadersConfig": _choice("Header", "whitelist" if headers else "none", headers),
            "CookiesConfig": _choice("Cookie", cookies, ()),
            "QueryStringsConfig": _choice("QueryString", query, query_names),
        },
    }


def _forward(headers: str, names: Sequence[str] = (), *, rest: str = "none") -> Config:
    return {
        "HeadersConfig": _choice("Header", headers, names),
        "CookiesConfig": _choice("Cookie", rest, ()),
        "QueryStringsConfig": _choice("QueryString", rest, ()),
    }


def _cors(methods: Sequence[str], exposed: Sequence[str] = ()) -> Config:
    cors: Config = {
        "AccessControlAllowOrigins": _items(["*"]),
        "AccessControlAllowHeaders": _items(["*"]),
        "AccessControlAllowMethods": _items(methods),
        "AccessControlAllowCredentials": False,
        "OriginOverride": False,
    }
    return {**cors, "AccessControlExposeHeaders": _items(exposed)} if exposed else cors


#: Kind → id → name and settings.
POLICIES: t.Final[dict[str, dict[str, tuple[str, Config]]]] = {
    "CachePolicy": {
        "2e54312d-136d-493c-8eb9-b001f22f67d2": (
            "Amplify",
            _cache(
                (2, 2, 600),
                compressed=True,
                headers=["Authorization", "CloudFront-Viewer-Country", "Host"],
                query="all",
                cookies="all",
            ),
        ),
        "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": ("CachingDisabled", _cache((0, 0, 0), compressed=False)),
        "658327ea-f89d-4fab-a63d-7e88639e58f6": ("CachingOptimized", _cache((1, DAY, YEAR), compressed=True)),
        "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": (
            "CachingOptimizedForUncompressedObjects",
            _cache((1, DAY, YEAR), compressed=False),
        ),
        "08627262-05a9-4f76-9ded-b50ca2e3a84f": (
            "Elemental-MediaPackage",
            _cache(
                (0, DAY, YEAR),
                compressed=True,
                headers=["Origin"],
                query="whitelist",
                query_names=["aws.manifestfilter", "start", "end", "m"],
            ),
        ),
        "83da9c7e-98b4-4e11-a168-04f0df8e2c65": (
            "UseOriginCacheControlHeaders",
            _cache(
                (0, 0, YEAR),
                compressed=True,
                headers=["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
                cookies="all",
            ),
        ),
        "4cc15a8a-d715-48a4-82b8-cc0b614638fe": (
            "UseOriginCacheControlHeaders-QueryStrings",
            _cache(
                (0, 0, YEAR),
                compressed=True,
                headers=["Host", "Origin", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"],
                query="all",
                cookies="all",
            ),
        ),
    },
    "OriginRequestPolicy": {
        "216adef6-5c7f-47e4-b989-5492eafa07d3": ("AllViewer", _forward("allViewer", rest="all")),
        "b689b0a8-53d0-40ab-baf2-68738e2966ac": (
            "AllViewerExceptHostHeader",
            _forward("allExcept", ["Host"], rest="all"),
        ),
        "59781a5b-3903-41f3-afcb-af62929ccde1": ("CORS-CustomOrigin", _forward("whitelist", ["Origin"])),
        "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": (
            "CORS-S3Origin",
            _forward("whitelist", ["Origin", "Access-Control-Request-Headers", "Access-Control-Request-Method"]),
        ),
        "acba4595-bd28-49b8-b9fe-13317c0390fa": (
            "UserAgentRefererHeaders",
            _forward("whitelist", ["User-Agent", "Referer"]),
        ),
    },
    "ResponseHeadersPolicy": {
        "e61eb60c-9c35-4d20-a928-2b84e02af89c": (
            "CORS-and-SecurityHeadersPolicy",
            {"CorsConfig": _cors(["GET", "HEAD"]), "SecurityHeadersConfig": SECURITY_HEADERS},
        ),
        "5cc3b908-e619-4b99-88e5-2cf7f45965bd": ("CORS-With-Preflight", {"CorsConfig": _cors(ANY_METHOD, ["*"])}),
        "eaab4381-ed33-4a86-88ca-d9558dc6cd63": (
            "CORS-with-preflight-and-SecurityHeadersPolicy",
            {"CorsConfig": _cors(ANY_METHOD, ["*"]), "SecurityHeadersConfig": SECURITY_HEADERS},
        ),
        "67f7725c-6f97-4210-82d7-5512b31e9d03": (
            "SecurityHeadersPolicy",
            {"SecurityHeadersConfig": SECURITY_HEADERS},
        ),
        "60669652-455b-4ae9-85a4-c4c02393f86c": ("SimpleCORS", {"CorsConfig": _cors(["GET", "HEAD"])}),
    },
}


def policies() -> Iterator[Resource]:
    """Yield the managed policies, which a new account has from the start."""
    for kind, of_kind in POLICIES.items():
        for id_, (name, settings) in of_kind.items():
            yield Resource(kind, id_, {"Name": f"Managed-{name}", "Comment": "", **settings}, managed=True)
