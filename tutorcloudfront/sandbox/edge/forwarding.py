"""What of a viewer's request goes on to the origin.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-headers-behavior
"""

from __future__ import annotations

from dataclasses import replace

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import encodings, identity, selection
from tutorcloudfront.sandbox.edge.deployment import Behavior
from tutorcloudfront.sandbox.edge.request import Request

#: Never forwarded as the viewer sent them, whatever a policy says.
NEVER = frozenset(
    [
        "connection",
        "content-length",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "x-amz-cf-id",
        "x-forwarded-proto",
        "x-real-ip",
        "cookie",
        "via",
        "x-forwarded-for",
        "if-none-match",
        "if-modified-since",
        "if-match",
        "if-unmodified-since",
        "if-range",
        "range",
    ]
)
#: Of a request that is not looked up in the cache, the viewer's conditions and range are the origin's business.
CONDITIONS = ("if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "range")
#: They go with a body.
ABOUT_A_BODY = ("content-type", "content-md5", "content-encoding", "content-language")
WITH_AUTHORIZATION = ("DELETE", "PATCH", "POST", "PUT")


def origin_request(behavior: Behavior, request: Request, id_: str, *, cached: bool) -> Request:
    """Return what the origin is asked; `cached` says whether the answer may be kept. Its `host` is yet the viewer's."""
    policies = (behavior.key, behavior.forward)
    chosen = dict.fromkeys(item for policy in policies for item in selection.headers(policy, request))
    dropped = NEVER | ({"accept-encoding"} if encodings.are_normalized(behavior) else set())
    headers = [item for item in chosen if item[0] not in dropped and _may_be_told(item, request)]
    headers += _unasked(request, {name for name, _ in headers}, cached=cached)
    headers += [("cookie", _cookies(behavior, request))] if _cookies(behavior, request) else []
    headers += _by_cloudfront(behavior, request, id_, {name for name, _ in headers})
    headers = [item for item in headers if item[0] != "host"]
    return replace(request, query=_query(behavior, request), headers=tuple(headers))


def with_origins_own(origin: Config, request: Request) -> Request:
    """Return the request as this origin gets it: with its path before the viewer's, and with its headers."""
    own = [(item["HeaderName"].lower(), item["HeaderValue"]) for item in items(origin["CustomHeaders"])]
    replaced = {name for name, _ in own} | {"host"}
    headers = (*(item for item in request.headers if item[0] not in replaced), *own)
    return replace(request, path=origin["OriginPath"] + request.path, headers=headers)


def forwards_host(behavior: Behavior, request: Request) -> bool:
    """Tell whether the origin gets to see the viewer's Host in place of its own."""
    policies = (behavior.key, behavior.forward)
    return any(name == "host" for policy in policies for name, _ in selection.headers(policy, request))


def forwards_cookies(behavior: Behavior) -> bool:
    return any(policy["CookiesConfig"]["CookieBehavior"] != "none" for policy in (behavior.key, behavior.forward))


def _may_be_told(header: tuple[str, str], request: Request) -> bool:
    name = header[0]
    if name.startswith("x-edge-"):
        return False
    # Of the headers that begin with CloudFront-, only those of CloudFront's own making.
    return not name.startswith("cloudfront-") or header not in request.headers


def _unasked(request: Request, present: set[str], *, cached: bool) -> list[tuple[str, str]]:
    """Return the headers that need no policy to go to the origin."""
    names = [*(ABOUT_A_BODY if request.body else ()), *(() if cached else CONDITIONS)]
    names += ["authorization"] if request.method in WITH_AUTHORIZATION else []
    names += ["range", "if-range"] if cached and request.method == "GET" else []
    return [item for item in request.headers if item[0] in names and item[0] not in present]


def _cookies(behavior: Behavior, request: Request) -> str:
    both = selection.cookies(behavior.key, request) | selection.cookies(behavior.forward, request)
    return "; ".join(f"{name}={value}" for name, value in both.items())


def _query(behavior: Behavior, request: Request) -> str:
    """Return the query string with the parts that either policy takes in, in the viewer's order."""
    wanted = {part for policy in (behavior.key, behavior.forward) for part in selection.query(policy, request)}
    return "&".join(part for part in request.query.split("&") if part in wanted)


def _by_cloudfront(behavior: Behavior, request: Request, id_: str, present: set[str]) -> list[tuple[str, str]]:
    added = [
        ("via", _joined(request.header("via"), identity.via())),
        ("x-forwarded-for", _joined(request.header("x-forwarded-for"), request.client_ip)),
        ("x-amz-cf-id", id_),
        ("connection", "Keep-Alive"),
    ]
    if "user-agent" not in present:
        added.append(("user-agent", "Amazon CloudFront"))
    encoding = encodings.accepted(behavior, request)
    return [*added, ("accept-encoding", encoding)] if encoding else added


def _joined(before: str, value: str) -> str:
    return f"{before}, {value}" if before else value
