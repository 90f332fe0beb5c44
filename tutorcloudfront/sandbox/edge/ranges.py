"""Parts of an object that the edge has.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
"""

from __future__ import annotations

import itertools
import re
import secrets
from dataclasses import replace

from tutorcloudfront.sandbox.edge.conditions import same_as_before
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

SPECIFICATION = re.compile(r"(\d*)-(\d*)")


def part_of(request: Request, response: Response) -> Response:
    """Return the part of an object that is asked for, or the object where the range is not what CloudFront takes."""
    wanted = request.header("range")
    sized = response.has("content-length") and not response.cut_short
    if request.method != "GET" or not wanted or response.status != 200 or not sized:
        return response
    size = len(response.body)
    parts = _parts(wanted, size) if same_as_before(request, response) else None
    if parts is None:
        return response
    parts = [(first, last) for first, last in parts if first < size]
    if not parts:
        refusal = response.without(["content-type", "content-encoding"])
        return replace(
            refusal.with_headers(("content-range", f"bytes */{size}"), ("content-length", "0")), status=416, body=b""
        )
    return _one(response, *parts[0]) if len(parts) == 1 else _several(response, parts)


def _parts(wanted: str, size: int) -> list[tuple[int, int]] | None:
    """Return the first and last byte of each part; they must be valid, ascending and apart from each other."""
    unit, _, specifications = wanted.partition("=")
    found = [SPECIFICATION.fullmatch(item.strip()) for item in specifications.split(",")]
    if unit.strip().lower() != "bytes" or not all(found):
        return None
    parts = [_bounds(match[1], match[2], size) for match in found if match]
    if any(first > last for first, last in parts):
        return None
    ascending = all(left[1] < right[0] for left, right in itertools.pairwise(parts))
    return parts if ascending else None


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:  # the last so many bytes
        return (max(0, size - int(last)), size - 1) if last and int(last) else (1, 0)
    if last and int(last) < int(first):
        return 1, 0
    # What begins behind the end stays as it is, and cannot be satisfied.
    return int(first), max(int(first), min(int(last) if last else size - 1, size - 1))


def _one(response: Response, first: int, last: int) -> Response:
    body = response.body[first : last + 1]
    headers = (
        ("content-range", f"bytes {first}-{last}/{len(response.body)}"),
        ("content-length", str(len(body))),
    )
    return replace(response.with_headers(*headers), status=206, body=body)


def _several(response: Response, parts: list[tuple[int, int]]) -> Response:
    """https://www.rfc-editor.org/rfc/rfc9110#section-14.6"""
    boundary = secrets.token_hex(12)
    pieces = []
    for first, last in parts:
        part = _one(response, first, last)
        head = f"Content-Type: {response.header('content-type')}\r\nContent-Range: {part.header('content-range')}"
        pieces.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + part.body + b"\r\n")
    body = b"".join([*pieces, f"--{boundary}--\r\n".encode()])
    headers = (("content-type", f"multipart/byteranges; boundary={boundary}"), ("content-length", str(len(body))))
    return replace(response.with_headers(*headers), status=206, body=body)
