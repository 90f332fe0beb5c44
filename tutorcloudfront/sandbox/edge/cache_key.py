"""What makes two requests ask for the same object.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from tutorcloudfront.sandbox.edge import encodings, selection
from tutorcloudfront.sandbox.edge.deployment import Behavior, Site
from tutorcloudfront.sandbox.edge.request import Request


@dataclass(frozen=True)
class Key:
    """The distribution and the path are always part of it, and what the cache policy says beside."""

    distribution: str
    behavior: str
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[tuple[str, str], ...]
    encoding: str
    #: Of a part that was asked for and kept for itself, the range.
    part: str = ""

    @property
    def url(self) -> str:
        """Path and query string, which is what an invalidation names."""
        return f"{self.path}?{self.query}" if self.query else self.path


def key_for(site: Site, behavior: Behavior, request: Request) -> Key:
    """Return the key of the object that a request asks for. What HEAD asks about is what GET gets."""
    headers = selection.headers(behavior.key, request)
    cookies = selection.cookies(behavior.key, request)
    return Key(
        distribution=site.id,
        behavior=behavior.pattern,
        method="GET" if request.method == "HEAD" else request.method,
        path=request.path,
        query="&".join(selection.query(behavior.key, request)),
        # By name alone: several of one name are one header to the origin, in the order in which they came.
        headers=tuple(sorted(headers, key=itemgetter(0))),
        cookies=tuple(sorted(cookies.items())),
        encoding=encodings.accepted(behavior, request),
    )
