"""What of a viewer's request a policy speaks of: for the cache key, and for the origin.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-request-understand-origin-request-policy.html
"""

from __future__ import annotations

from collections.abc import Iterable

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import viewer_facts
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Headers


def headers(policy: Config, request: Request) -> Headers:
    """Return the headers that a policy's HeadersConfig takes in, those that CloudFront adds by name among them."""
    choice = policy["HeadersConfig"]
    names = [name.lower() for name in items(choice.get("Headers"))]
    behavior = choice["HeaderBehavior"]
    if behavior == "allViewer":
        return request.headers
    if behavior == "allExcept":
        return tuple(item for item in request.headers if item[0] not in names)
    added = tuple(item for item in viewer_facts.headers(request) if item[0] in names)
    if behavior == "allViewerAndWhitelistCloudFront":
        return (*request.headers, *added)
    return (*(item for item in request.headers if item[0] in names), *added)


def header_names(policy: Config) -> set[str]:
    """Return the headers that a policy names one by one."""
    choice = policy["HeadersConfig"]
    listed = choice["HeaderBehavior"] in ("whitelist", "allViewerAndWhitelistCloudFront")
    return {name.lower() for name in items(choice.get("Headers"))} if listed else set()


def cookies(policy: Config, request: Request) -> dict[str, str]:
    """Return the cookies that a policy's CookiesConfig takes in."""
    choice = policy["CookiesConfig"]
    found = request.cookies
    names = _chosen(choice["CookieBehavior"], items(choice.get("Cookies")), found)
    return {name: value for name, value in found.items() if name in names}


def query(policy: Config, request: Request) -> list[str]:
    """Return the `name=value` parts of the query string that a policy takes in, as they were sent and in their order."""
    choice = policy["QueryStringsConfig"]
    parts = request.query.split("&") if request.query else []
    names = _chosen(choice["QueryStringBehavior"], items(choice.get("QueryStrings")), [_name(part) for part in parts])
    return [part for part in parts if _name(part) in names]


def _name(part: str) -> str:
    return part.partition("=")[0]


def _chosen(behavior: str, listed: list[str], found: Iterable[str]) -> set[str]:
    """Return which of the names found are meant; upper and lower case count."""
    if behavior == "whitelist":
        return set(listed) & set(found)
    if behavior == "allExcept":
        return set(found) - set(listed)
    return set(found) if behavior == "all" else set()
