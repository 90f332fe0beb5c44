"""The headers that a response headers policy takes away and adds.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import identity
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

ALL_METHODS = ("GET", "DELETE", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

#: A header, and whether it goes before the origin's.
Addition = tuple[str, str, bool]


def applied(policy: Config, request: Request, response: Response, *, hit: bool) -> Response:
    """Return a response after a policy: first headers are removed, then added, where the origin's do not stay."""
    removed = [item["Header"].lower() for item in items(policy.get("RemoveHeadersConfig"))]
    response = response.without(removed)
    for name, value, override in [*_cors(policy, request), *_security(policy), *_custom(policy)]:
        if override or not response.has(name):
            response = response.with_headers((name, value))
    return _timed(policy, request, response, hit=hit)


def _cors(policy: Config, request: Request) -> Iterator[Addition]:
    """Yield the headers for a CORS request, which is one with an Origin, and for a preflight request."""
    cors, origin = policy.get("CorsConfig"), request.header("origin")
    allowed = _allowed_origin(items(cors["AccessControlAllowOrigins"]), origin) if cors and origin else ""
    if not cors or not allowed:
        return
    override = cors["OriginOverride"]
    yield "access-control-allow-origin", allowed, override
    if cors["AccessControlAllowCredentials"]:
        yield "access-control-allow-credentials", "true", override
    exposed = items(cors.get("AccessControlExposeHeaders"))
    if exposed:
        yield "access-control-expose-headers", ", ".join(exposed), override
    if request.method == "OPTIONS" and request.header("access-control-request-method"):
        yield from _preflight(cors)


def _preflight(cors: Config) -> Iterator[Addition]:
    override = cors["OriginOverride"]
    methods = items(cors["AccessControlAllowMethods"])
    yield "access-control-allow-methods", ", ".join(ALL_METHODS if methods == ["ALL"] else methods), override
    yield "access-control-allow-headers", ", ".join(items(cors["AccessControlAllowHeaders"])), override
    if "AccessControlMaxAgeSec" in cors:
        yield "access-control-max-age", str(cors["AccessControlMaxAgeSec"]), override


def _allowed_origin(allowed: list[str], origin: str) -> str:
    """Return `*`, the viewer's origin where the policy has it, or nothing."""
    if "*" in allowed:
        return "*"
    return origin if any(_is_origin(pattern, origin) for pattern in allowed) else ""


def _is_origin(pattern: str, origin: str) -> bool:
    """Tell whether an origin is one that a policy names; a scheme may be left out, and the first label be a wildcard."""
    scheme, _, host = origin.rpartition("://")
    wanted_scheme, _, wanted = pattern.rpartition("://")
    if wanted_scheme and wanted_scheme != scheme:
        return False
    return host.endswith(wanted[1:]) if wanted.startswith("*.") else host == wanted


def _security(policy: Config) -> Iterator[Addition]:
    security = policy.get("SecurityHeadersConfig", {})
    for name, header, value in (
        ("ContentSecurityPolicy", "content-security-policy", lambda it: it["ContentSecurityPolicy"]),
        ("ContentTypeOptions", "x-content-type-options", lambda _it: "nosniff"),
        ("FrameOptions", "x-frame-options", lambda it: it["FrameOption"]),
        ("ReferrerPolicy", "referrer-policy", lambda it: it["ReferrerPolicy"]),
        ("StrictTransportSecurity", "strict-transport-security", _transport_security),
        ("XSSProtection", "x-xss-protection", _xss_protection),
    ):
        if name in security:
            yield header, value(security[name]), security[name]["Override"]


def _transport_security(setting: Config) -> str:
    flags = [name for name in ("IncludeSubdomains", "Preload") if setting.get(name)]
    words = {"IncludeSubdomains": "includeSubDomains", "Preload": "preload"}
    return "; ".join([f"max-age={setting['AccessControlMaxAgeSec']}", *(words[flag] for flag in flags)])


def _xss_protection(setting: Config) -> str:
    if not setting["Protection"]:
        return "0"
    block = "; mode=block" if setting.get("ModeBlock") else ""
    report = f"; report={setting['ReportUri']}" if setting.get("ReportUri") else ""
    return f"1{block}{report}"


def _custom(policy: Config) -> Iterator[Addition]:
    for item in items(policy.get("CustomHeadersConfig")):
        yield item["Header"].lower(), item.get("Value", ""), item["Override"]


def _timed(policy: Config, request: Request, response: Response, *, hit: bool) -> Response:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/server-timing-header.html"""
    timing = policy.get("ServerTimingHeadersConfig", {})
    asked = "server-timing" in request.header("pragma").lower()
    sampled = random.random() * 100 < timing.get("SamplingRate", 0)  # noqa: S311 (no secret)
    if not timing.get("Enabled") or not (asked or sampled):
        return response
    metrics = ["cdn-cache-hit" if hit else "cdn-cache-miss", f'cdn-pop;desc="{identity.POP}"']
    before = [response.header("server-timing")] if response.has("server-timing") else []
    return response.with_headers(("server-timing", ", ".join([*before, *metrics])))
