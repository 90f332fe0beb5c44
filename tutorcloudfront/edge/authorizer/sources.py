"""Where a request has its token, and the request without it.

All copies of it are taken out, whichever is used: the token goes neither into the cache key nor to the origin.
"""

from __future__ import annotations

from .refusals import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Iterator

    Json = dict[str, t.Any]

#: Tells the cache whose answer it is, where that is asked for. It is never the viewer's own.
DIGEST_HEADER = "x-cloudfront-token-digest"
NAME = "token"
TAKEN_OUT = ("authorization", NAME, DIGEST_HEADER)
SCHEMES = ("bearer", "jwt")
#: https://github.com/openedx/edx-drf-extensions/blob/master/edx_rest_framework_extensions/auth/jwt/cookies.py
COOKIES = ("edx-jwt-cookie-header-payload", "edx-jwt-cookie-signature")
#: What a preflight request goes on with; what could make another request of it at the origin is not among it.
#: https://fetch.spec.whatwg.org/#cors-preflight-fetch
OF_PREFLIGHTS = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "access-control-request-method",
        "content-length",
        "host",
        "origin",
        "referer",
        "transfer-encoding",
        "user-agent",
        "via",
        "x-forwarded-for",
    ]
)


class Found:
    """The tokens of a request, and the request without them."""

    __slots__ = ("_cookies", "_told", "request")

    def __init__(self, request: Json) -> None:
        self._cookies: dict[str, list[str]] = {name: [] for name in COOKIES}
        self._told = [*_in_headers(request["headers"])]
        headers = {name: fields for name, fields in request["headers"].items() if name not in TAKEN_OUT}
        if "cookie" in headers:
            headers = self._without_cookies(headers)
        query: str = request["querystring"]
        self.request: Json = {**request, "headers": headers, "querystring": self._without_token(query) if query else ""}

    def token(self) -> str:
        """Return the one token that a request names; raises `Refused` where there is none, or are several.

        What a browser adds by itself counts only where nothing else is there.
        """
        if len(self._told) > 1:
            raise Refused("The request has more than one token", "invalid_request")
        if self._told:
            return self._told[0]
        payloads, signatures = self._cookies.values()
        if len(payloads) > 1 or len(signatures) > 1:
            raise Refused("The request has more than one token", "invalid_request")
        if payloads and signatures:
            return f"{payloads[0]}.{signatures[0]}"
        raise Refused("A token is needed", "")

    def _without_cookies(self, headers: Json) -> Json:
        values = [self._rest_of_cookies(field["value"]) for field in headers["cookie"]]
        kept = [{"key": "Cookie", "value": value} for value in values if value]
        others = {name: fields for name, fields in headers.items() if name != "cookie"}
        return {**others, "cookie": kept} if kept else others

    def _rest_of_cookies(self, value: str) -> str:
        """Return cookies without those that hold a token, which are noted."""
        if COOKIES[0] not in value and COOKIES[1] not in value:
            return value
        rest = []
        for cookie in value.split(";"):
            name, _, content = cookie.strip().partition("=")
            if name.strip() in self._cookies:
                self._cookies[name.strip()].append(content)
            else:
                rest.append(cookie.strip())
        return "; ".join(rest)

    def _without_token(self, query: str) -> str:
        """Return a query string without tokens, which are noted."""
        rest = []
        for part in query.split("&"):
            name, _, value = part.partition("=")
            if _name(name) == NAME:
                self._told.append(value)
            else:
                rest.append(part)
        return "&".join(rest)


def _in_headers(headers: Json) -> Iterator[str]:
    for field in headers.get("authorization", ()):
        scheme, _, token = field["value"].partition(" ")
        if scheme.lower() in SCHEMES:
            yield token
    for field in headers.get(NAME, ()):
        yield field["value"]


def preflight(request: Json) -> Json | None:
    """Return a preflight request with nothing but what belongs to one; `None` where it is another request."""
    headers = request["headers"]
    if request["method"] != "OPTIONS" or "origin" not in headers or "access-control-request-method" not in headers:
        return None
    kept = {name: fields for name, fields in headers.items() if name in OF_PREFLIGHTS}
    return {**Found(request).request, "headers": kept}


def _name(name: str) -> str:
    """Return the name of a parameter as an origin will read it."""
    if "%" not in name:
        return name
    from urllib.parse import unquote  # Seldom needed, and it takes long to import.

    return unquote(name)
