"""A platform behind CloudFront on a small Internet: all in order, for tests to break."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from datetime import datetime, timezone

from tests.doctor.internet import Internet, Page, html, pages, tls_context
from tutorcloudfront.doctor.examination import site_findings
from tutorcloudfront.doctor.facts import Target
from tutorcloudfront.doctor.finding import Finding
from tutorcloudfront.doctor.probes.site import look_at_sites

LMS, EDGE, SERVER = "learn.example.com", "192.0.2.10", "192.0.2.20"
DISTRIBUTION, CDN = "d111.cloudfront.net", "cdn.example.com"
MFE_DISTRIBUTION, MFE, MFE_ORIGIN = "d222.cloudfront.net", "apps.learn.example.com", "origin.learn.example.com"
FILE = "/static/css/lms-main.0123456789ab.css"
CLOUDFRONT = {"Via": "1.1 abc.cloudfront.net (CloudFront)", "X-Amz-Cf-Id": "abc"}

LMS_SITE = Target(
    "lms",
    "platform",
    LMS,
    origin_https=True,
    aliases=(CDN,),
    distribution=DISTRIBUTION,
    platform=LMS,
    cors_origin=f"https://{LMS}",
    fallback="/static/images/favicon.ico",
)
MFE_SITE = Target(MFE, "mfe", MFE_ORIGIN, origin_https=True, aliases=(MFE,), distribution=MFE_DISTRIBUTION)


def through_cloudfront(status: int = 200, body: bytes = b"", **headers: str) -> Page:
    """Return an answer as CloudFront gives it; `X_Cache` stands for X-Cache."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, {"X-Cache": "Miss from cloudfront", **CLOUDFRONT, **named}, body


CDN_PAGES: dict[str, Page] = {
    path: through_cloudfront(Access_Control_Allow_Origin="*", body=b"a{}") for path in (FILE, LMS_SITE.fallback)
}
CDN_NOTHING = through_cloudfront(404, X_Cache="FunctionGeneratedResponse from cloudfront")
LMS_PAGES: dict[str, Page] = {"/": html(f"https://{CDN}{FILE}"), FILE: (200, {}, b"a{}")}
MFE_PAGES: dict[str, Page] = {
    "/authn/login": through_cloudfront(body=b"<html>", Content_Type="text/html", Cache_Control="no-cache"),
    "/api/mfe_config/v1": through_cloudfront(body=b"{}", Content_Type="application/json", Cache_Control="no-store"),
}


def put_up_names(world: Internet) -> None:
    world.names.zone |= {
        LMS: [SERVER],
        DISTRIBUTION: [EDGE],
        CDN: [DISTRIBUTION],
        MFE_DISTRIBUTION: [EDGE],
        MFE: [MFE_DISTRIBUTION],
        MFE_ORIGIN: [SERVER],
    }


def put_up_edge(
    world: Internet, answers: Mapping[str, Page] = CDN_PAGES, otherwise: Page = CDN_NOTHING, **certificate: t.Any
) -> None:
    hosts = certificate.pop("hosts", (CDN, MFE, DISTRIBUTION))
    world.web(EDGE, pages(answers, otherwise), tls_context(world.authority.issue(*hosts, **certificate)))


def put_up_server(world: Internet, answers: Mapping[str, Page] = LMS_PAGES, **certificate: t.Any) -> None:
    world.web(SERVER, pages(answers), tls_context(world.authority.issue(LMS, MFE_ORIGIN, **certificate)))


def findings(world: Internet, *targets: Target) -> list[Finding]:
    """Return what the doctor says of sites after having looked at them."""
    seen = look_at_sites(world.network(), targets)
    now = datetime.now(timezone.utc)
    return [finding for facts in seen for finding in site_findings(facts, targets, now)]


def wrong(found: list[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.severity in ("error", "warning")]
