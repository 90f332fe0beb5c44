"""What a viewer gets of an object that the edge has: all of it, a part, or the word that its own copy is still good.

https://www.rfc-editor.org/rfc/rfc9110#section-13
"""

from __future__ import annotations

from dataclasses import replace

from tutorcloudfront.sandbox.edge.dates import epoch_seconds
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

#: What 304 has to say: https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5
ABOUT_THE_BODY = ("content-length", "content-type", "content-encoding", "content-range")


def unless_modified(request: Request, response: Response) -> Response:
    """Return 304 in place of an object that the viewer says it has."""
    if response.status != 200 or request.method not in ("GET", "HEAD") or not _viewer_has(request, response):
        return response
    return replace(response.without(ABOUT_THE_BODY), status=304, body=b"")


def same_as_before(request: Request, response: Response) -> bool:
    """Tell whether the object is still the one that the viewer has a part of.

    https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5
    """
    stated = request.header("if-range")
    return not stated or stated in (response.header("etag"), response.header("last-modified"))


def _viewer_has(request: Request, response: Response) -> bool:
    tags = request.header("if-none-match")
    if tags:
        etag = _weak(response.header("etag"))
        return tags.strip() == "*" or (etag != "" and etag in [_weak(tag.strip()) for tag in tags.split(",")])
    since, modified = (
        epoch_seconds(it) for it in (request.header("if-modified-since"), response.header("last-modified"))
    )
    return since is not None and modified is not None and modified <= since


def _weak(etag: str) -> str:
    return etag.removeprefix("W/")
