"""Settings → sites: what is served through CloudFront, from where, and how."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from tutorcloudfront.settings import ExtraDomain, Settings

#: How CloudFront answers a path:
#:
#: - ``static``: cached for as long as ``CLOUDFRONT_CACHE_CONFIG`` says, CORS open to all
#: - ``origin``: cached for as long as the origin's own headers say, else revalidated each time, CORS open to all
#: - ``dynamic``: never cached, the query string passed on
#: - ``refused``: 404 by CloudFront itself, nothing reaches the origin
Serve = t.Literal["static", "origin", "dynamic", "refused"]


@dataclass(frozen=True)
class Behavior:
    """What is done with the paths that match a pattern, such as `/static/*`; the default one has none."""

    serve: Serve
    path: str = ""


@dataclass(frozen=True)
class Site:
    """A distribution-to-be.

    `name` is its identity (`lms`, `cms`, or the host that browsers ask for). `origin` is the host that CloudFront
    fetches from, over https unless `origin_https` is false. `aliases` are the hosts that browsers ask for in place
    of `d….cloudfront.net`, covered by the ACM certificate. `behaviors` are tried in order, then `default`.
    `domain` is the key under which the result is saved in `CLOUDFRONT_DISTRIBUTIONS`.
    """

    name: str
    origin: str
    default: Behavior
    behaviors: tuple[Behavior, ...] = ()
    aliases: tuple[str, ...] = ()
    certificate_arn: str = ""
    origin_https: bool = True
    domain: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", self.domain or self.name)
