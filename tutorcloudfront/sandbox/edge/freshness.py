"""For how long an answer is kept.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#ExpirationDownloadDist
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge.dates import epoch_seconds
from tutorcloudfront.sandbox.edge.response import Response

ERROR_SECONDS = 10
#: Errors that are always kept for a while, and those that are when the origin says for how long.
ERRORS = frozenset({404, 405, 414, 500, 501, 502, 503, 504})
ERRORS_ON_REQUEST = frozenset({400, 403, 412, 415})
NOT_KEPT = frozenset({"no-cache", "no-store", "private"})
DIRECTIVE = re.compile(r'([a-z-]+)(?:\s*=\s*("[^"]*"|[^,\s]*))?')


def lifetime(policy: Config, response: Response, now: float) -> float:
    """Return the seconds for which an answer of an origin is good, by the policy's TTLs and the answer's headers."""
    least, default, most = (float(policy[name]) for name in ("MinTTL", "DefaultTTL", "MaxTTL"))
    if must_not_be_kept(response) or _varies_by_everything(response, least):
        return least
    stated = _stated(response, now)
    if stated is None:
        # CloudFront keeps these only when it is told to:
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-3xx-status-codes.html
        return 0.0 if response.status in (307, 308) else max(least, default)
    return min(max(stated, least), most)


def error_lifetime(config: Config, response: Response) -> float:
    """Return the seconds for which an error is kept: as long as the origin says, and at least the distribution's minimum."""
    stated = _max_age(directives(response))
    if response.status in ERRORS or (response.status in ERRORS_ON_REQUEST and stated is not None):
        return max(minimum_for_error(config, response.status), stated or 0.0)
    return 0.0


def minimum_for_error(config: Config, status: int) -> float:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html"""
    rules = {rule["ErrorCode"]: rule for rule in items(config["CustomErrorResponses"])}
    return float(rules.get(status, {}).get("ErrorCachingMinTTL", ERROR_SECONDS))


def must_not_be_kept(response: Response) -> bool:
    """Tell whether an answer says that it is not to be used for a second request without asking."""
    return bool(NOT_KEPT & directives(response).keys())


def may_be_asked_about(response: Response) -> bool:
    """Tell whether an answer that is not good any more is worth keeping, so that the origin can say that it still is."""
    validated = response.has("etag") or response.has("last-modified")
    return validated and response.status == 200 and not {"no-store", "private"} & directives(response).keys()


def directives(response: Response) -> Mapping[str, str]:
    """Return what Cache-Control says, in lower case."""
    found = DIRECTIVE.findall(response.header("cache-control").lower())
    return {name: value.strip('"') for name, value in found}


def _stated(response: Response, now: float) -> float | None:
    """Return what the origin itself says: Cache-Control goes before Expires, and `s-maxage` before `max-age`."""
    seconds = _max_age(directives(response))
    if seconds is not None or not response.has("expires"):
        return seconds
    expires = epoch_seconds(response.header("expires"))
    return 0.0 if expires is None else max(0.0, expires - (epoch_seconds(response.header("date")) or now))


def _max_age(found: Mapping[str, str]) -> float | None:
    for name in ("s-maxage", "max-age"):
        if found.get(name, "").isdecimal():
            return float(found[name])
    return None


def _varies_by_everything(response: Response, least: float) -> bool:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#ResponseCustomContentNegotiation"""
    return least == 0 and response.header("vary").strip() == "*"
