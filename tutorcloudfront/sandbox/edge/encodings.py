"""Compression: which encodings count, and which answers CloudFront compresses itself.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
"""

from __future__ import annotations

import gzip
from dataclasses import replace

import brotli

from tutorcloudfront.sandbox.edge.deployment import Behavior
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

SMALLEST = 1_000
LARGEST = 10_000_000
TYPES = frozenset(
    [
        "application/dash+xml",
        "application/eot",
        "application/font",
        "application/font-sfnt",
        "application/javascript",
        "application/json",
        "application/opentype",
        "application/otf",
        "application/pkcs7-mime",
        "application/protobuf",
        "application/rss+xml",
        "application/truetype",
        "application/ttf",
        "application/vnd.apple.mpegurl",
        "application/vnd.ms-fontobject",
        "application/xhtml+xml",
        "application/xml",
        "application/x-font-opentype",
        "application/x-font-truetype",
        "application/x-font-ttf",
        "application/x-httpd-cgi",
        "application/x-javascript",
        "application/x-mpegurl",
        "application/x-opentype",
        "application/x-otf",
        "application/x-perl",
        "application/x-ttf",
        "font/eot",
        "font/opentype",
        "font/otf",
        "font/ttf",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
        "text/js",
        "text/plain",
        "text/richtext",
        "text/tab-separated-values",
        "text/xml",
        "text/x-component",
        "text/x-java-source",
        "text/x-script",
        "vnd.apple.mpegurl",
    ]
)


def are_normalized(behavior: Behavior) -> bool:
    """Tell whether the cache policy takes encodings into the key; else Accept-Encoding is a header like any other."""
    return bool(behavior.key["EnableAcceptEncodingBrotli"] or behavior.key["EnableAcceptEncodingGzip"])


def accepted(behavior: Behavior, request: Request) -> str:
    """Return the normalized Accept-Encoding, for the cache key and the origin: `br,gzip`, one of them, or nothing.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html#cache-policy-compressed-objects
    """
    enabled = {
        "br": behavior.key["EnableAcceptEncodingBrotli"],
        "gzip": behavior.key["EnableAcceptEncodingGzip"],
    }
    wanted = _wanted(request.header("accept-encoding"))
    return ",".join(encoding for encoding, on in enabled.items() if on and encoding in wanted)


def compressed(behavior: Behavior, request: Request, response: Response) -> Response:
    """Return an origin's answer, compressed where the behavior says so and the answer is of the kind that is."""
    encoding = accepted(behavior, request).partition(",")[0]
    if not encoding or not behavior.config["Compress"] or not _compressible(response):
        return response
    body = _encode(encoding, response.body)
    headers = [("content-encoding", encoding), ("content-length", str(len(body))), ("vary", _vary(response))]
    etag = response.header("etag")
    if etag.startswith('"'):
        headers.append(("etag", f"W/{etag}"))
    elif not etag.startswith("W/"):
        response = response.without(["etag"])
    # The parts of a compressed object are no parts of the object.
    return replace(response.without(["accept-ranges"]).with_headers(*headers), body=body)


def _wanted(header: str) -> set[str]:
    found = (item.partition(";") for item in header.lower().split(","))
    return {name.strip() for name, _, quality in found if quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00")}


def _compressible(response: Response) -> bool:
    type_ = response.header("content-type").partition(";")[0].strip().lower()
    length = response.header("content-length")
    sized = length.isdecimal() and SMALLEST <= int(length) <= LARGEST
    return (
        response.status == 200
        and type_ in TYPES
        and sized
        and not response.has("content-encoding")
        and not response.cut_short
    )


def _vary(response: Response) -> str:
    named = [name.strip() for name in response.header("vary").split(",") if name.strip()]
    return ", ".join(named if "accept-encoding" in map(str.lower, named) else [*named, "Accept-Encoding"])


def _encode(encoding: str, body: bytes) -> bytes:
    if encoding == "gzip":
        return gzip.compress(body, 6, mtime=0)
    compressed_body: bytes = brotli.compress(body, quality=5)
    return compressed_body
