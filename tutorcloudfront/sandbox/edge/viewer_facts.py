"""The headers in which CloudFront tells an origin about the viewer, where a policy names them.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html

There is no country, city or network to tell of on loopback, so the headers with those are missing, as they are for
viewers that CloudFront cannot place.
"""

from __future__ import annotations

from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Headers

MARKS = {
    "smarttv": ("smart-tv", "smarttv", "appletv", "googletv"),
    "tablet": ("ipad", "tablet"),
    "mobile": ("mobi", "iphone", "android"),
}
#: The headers that tell of the kind of device, by kind.
DEVICES = {kind: f"cloudfront-is-{kind}-viewer" for kind in ("desktop", *MARKS)}


def headers(request: Request) -> Headers:
    agent = request.header("user-agent").lower()
    kinds = {kind for kind, marks in MARKS.items() if any(mark in agent for mark in marks)} or {"desktop"}
    devices = ((header, str(kind in kinds).lower()) for kind, header in DEVICES.items())
    return (
        ("cloudfront-forwarded-proto", request.scheme),
        ("cloudfront-viewer-http-version", "1.1"),
        *devices,
    )
