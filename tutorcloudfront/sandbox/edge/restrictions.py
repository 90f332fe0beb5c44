"""What edge functions may not do, CloudFront Functions and Lambda@Edge functions alike, and what comes of it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.response import Headers

DISALLOWED = re.compile(
    "connection|expect|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|trailer|upgrade"
    "|x-accel-buffering|x-accel-charset|x-accel-limit-rate|x-accel-redirect|x-amz-cf-.*|x-amzn-auth|x-amzn-cf-billing"
    "|x-amzn-cf-id|x-amzn-cf-xff|x-amzn-errortype|x-amzn-fle-profile|x-amzn-header-count|x-amzn-header-order"
    "|x-amzn-lambda-integration-tag|x-amzn-requestid|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip"
)
READ_ONLY = {
    "viewer-request": ("content-length", "host", "transfer-encoding", "via"),
    "origin-request": (
        "accept-encoding",
        "content-length",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "transfer-encoding",
        "via",
    ),
    "origin-response": ("transfer-encoding", "via"),
    "viewer-response": ("warning", "via"),
}
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Of URI and query together.
MAX_URI = 8192

Position = t.Literal["viewer-request", "origin-request", "origin-response", "viewer-response"]
#: Takes a line that a function has logged.
Log = Callable[[str], None]


@dataclass(frozen=True)
class Context:
    """What an event tells of where it comes from. `request_id` is what the answer has as `X-Amz-Cf-Id`."""

    distribution_domain_name: str
    distribution_id: str
    request_id: str


class FunctionFailed(Refused):
    """A function that did not do what it is there for; CloudFront answers in its place.

    :param status: 502 where the function returned what it may not return, 503 where it did not run to its end.
    :param code: what the answer's X-Cache begins with, `FunctionExecutionError from cloudfront`.
    :param message: CloudFront's words for the answer's body.
    :param hint: for the developer, and never for the viewer: what went wrong where.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(status, message, hint)
        self.code = code

    def __str__(self) -> str:
        return f"{self.code}: {self.hint or self.message}"


class Violation(Exception):
    """Something in a function's result that CloudFront does not take."""


def exposed(headers: Headers) -> Headers:
    """Return the headers that a function gets to see."""
    return tuple(item for item in headers if not DISALLOWED.fullmatch(item[0]))


def hidden(headers: Headers) -> Headers:
    """Return the headers that go past a function."""
    return tuple(item for item in headers if DISALLOWED.fullmatch(item[0]))


def check_headers(position: Position, before: Headers, after: Headers) -> None:
    """Raise `Violation` when a function has written headers that it may not write.

    :param before: what the function saw; nothing where it made a response of its own.
    """
    for name, value in after:
        if not NAME.fullmatch(name):
            raise Violation(f"{name!r} is not the name of a header")
        if name != name.lower():
            raise Violation(f"the name of the header {name!r} must be in lower case")
        if DISALLOWED.fullmatch(name):
            raise Violation(f"the function tried to add a disallowed header: {name}")
        if any((ord(character) < 32 and character != "\t") or ord(character) == 127 for character in value):
            raise Violation(f"the value of the header {name!r} has control characters")
    for name in READ_ONLY[position]:
        if [item for item in before if item[0] == name] != [item for item in after if item[0] == name]:
            raise Violation(f"the function tried to add, delete, or change a read-only header: {name}")


def check_location(uri: t.Any, query: t.Any) -> None:
    """Raise `Violation` when URI or query of a request are not what CloudFront sends on."""
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise Violation("the URI of a request must begin with a slash")
    if not isinstance(query, str) or re.search(r"[\x00-\x20\x7f#]", query):
        raise Violation("a query cannot include spaces, control characters, or the fragment identifier")
    if re.search(r"[\x00-\x20\x7f?#]", uri):
        raise Violation("a URI cannot include spaces, control characters, a query, or the fragment identifier")
    if len(uri) + len(query) >= MAX_URI:
        raise Violation(f"URI and query together must be less than {MAX_URI} characters")


def check_status(status: t.Any) -> int:
    """Return the status of a response, and raise `Violation` when it is none."""
    if type(status) is not int or not 200 <= status <= 599:
        raise Violation("the status of a response must be between 200 and 599")
    return status


def phrase(status: int) -> str:
    """Return the description of a status."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def title(name: str) -> str:
    """Return a header's name as it is written in HTTP/1.1, `User-Agent`."""
    return "-".join(word.capitalize() for word in name.split("-"))
