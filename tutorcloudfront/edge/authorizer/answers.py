"""What a viewer gets in place of what it asked for, in the form that CloudFront wants.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import typing as t
    from collections.abc import Collection

    from .refusals import Refused

    Json = dict[str, t.Any]

_PHRASES = {401: "Unauthorized", 403: "Forbidden", 500: "Internal Server Error"}


def refusal(refused: Refused, request: Json, trusted: Collection[str]) -> Json:
    """Return the answer to a request that may not pass: https://www.rfc-editor.org/rfc/rfc6750#section-3

    :param trusted: the origins whose pages may learn whether a visitor's cookies are good.
    """
    challenge = "Bearer"
    if refused.error:
        challenge += f' error="{refused.error}", error_description="{refused.description}"'
    headers = {"WWW-Authenticate": challenge, **_cross_origin(request, trusted)}
    return _answer(refused.status, f"{refused.description}.\n", headers)


def failure() -> Json:
    """Return the answer to a request of which it could not be found out whether it may pass."""
    return _answer(500, "The token could not be checked.\n", {})


def _cross_origin(request: Json, trusted: Collection[str]) -> dict[str, str]:
    """Return what lets a script read the status, so that it can ask for a new token.

    A page that is not trusted may read it only of requests without cookies: it learns nothing that it did not send.
    """
    origin = request["headers"].get("origin")
    if not origin:
        return {}
    allowed = {"Access-Control-Allow-Origin": "*"}
    if origin[0]["value"] in trusted:
        allowed = {"Access-Control-Allow-Origin": origin[0]["value"], "Access-Control-Allow-Credentials": "true"}
    return {**allowed, "Access-Control-Expose-Headers": "WWW-Authenticate", "Vary": "Origin"}


def _answer(status: int, body: str, headers: dict[str, str]) -> Json:
    headers = {"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8", **headers}
    return {
        "status": str(status),
        "statusDescription": _PHRASES[status],
        "headers": {name.lower(): [{"key": name, "value": value}] for name, value in headers.items()},
        "body": body,
    }
