"""What probes have seen, as plain data."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tutorcloudfront.settings.values import Access

#: - ``missing``: there is no such name
#: - ``empty``: the name is there, and has no address
#: - ``silent``: no name server answered in time
#: - ``failed``: the name servers answered with an error
NameProblem = t.Literal["", "missing", "empty", "silent", "failed"]

#: Why there is no connection, or none that can be trusted:
#:
#: - ``refused``, ``timeout``, ``unreachable``, ``closed``: no answer, or one that broke off
#: - ``plain-http``: HTTP without TLS on the port for TLS
#: - ``old-tls``: no version of TLS in common
#: - ``no-handshake``: TLS, and an alert in place of a certificate
#: - ``expired``, ``not-yet``, ``self-signed``, ``untrusted``, ``wrong-name``: what is wrong with the certificate
#: - ``not-http``: the answer is no HTTP
ConnectionProblem = t.Literal[
    "",
    "refused",
    "timeout",
    "unreachable",
    "closed",
    "plain-http",
    "old-tls",
    "no-handshake",
    "expired",
    "not-yet",
    "self-signed",
    "untrusted",
    "wrong-name",
    "not-http",
]


@dataclass(frozen=True)
class Resolution:
    """Where a name leads: by which other names (without dots at their ends), to which addresses."""

    host: str
    chain: tuple[str, ...] = ()
    ipv4: tuple[str, ...] = ()
    ipv6: tuple[str, ...] = ()
    problem: NameProblem = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        return self.ipv4 + self.ipv6


@dataclass(frozen=True)
class Handshake:
    """A TLS handshake with a host; `names` and `expires` are those of a certificate that could be trusted."""

    host: str
    problem: ConnectionProblem = ""
    detail: str = ""
    names: tuple[str, ...] = ()
    expires: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """An answer to a GET request, with header names in lower case."""

    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: ConnectionProblem = ""
    detail: str = ""

    @property
    def by_cloudfront(self) -> bool:
        """Whether it came through a distribution, whichever."""
        via = self.headers.get("via", "").lower()
        return "x-amz-cf-id" in self.headers or "(cloudfront)" in via

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").lower().startswith("text/html")


#: - ``platform``: static files of LMS or Studio, and nothing else of it
#: - ``mfe``: the micro-frontends
#: - ``other``: whatever else
SiteKind = t.Literal["platform", "mfe", "other"]


@dataclass(frozen=True)
class Target:
    """A site, as far as it can be looked at from outside.

    `distribution` is the distribution's own name, "" where there is none. `platform` is the host whose pages should
    take their files from this site, for sites of kind ``platform``; `cors_origin` is whom browsers ask for when they
    load a font from it. `fallback` is a file that is there where no page names one. `access` says who may have what is
    served, and `has_web_server` that the origin is one, which answers others than CloudFront unless it is kept from that.
    `lacking` are the aliases that the distribution does not have.
    """

    name: str
    kind: SiteKind
    origin: str
    origin_https: bool
    aliases: tuple[str, ...]
    distribution: str
    platform: str = ""
    platform_https: bool = True
    cors_origin: str = ""
    fallback: str = ""
    access: Access = "public"
    has_web_server: bool = True
    lacking: tuple[str, ...] = ()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which browsers may ask for it; of `*.example.com` none is known."""
        own = tuple(alias for alias in self.aliases if not alias.startswith("*"))
        return own or ((self.distribution,) if self.distribution and not self.aliases else ())

    @property
    def host(self) -> str:
        return self.hosts[0] if self.hosts else ""


@dataclass(frozen=True)
class FrontPage:
    """A page of LMS or Studio, and the static files that it names: hosts ("" for its own) and a path."""

    answer: Answer
    hosts: frozenset[str] = frozenset()
    path: str = ""


@dataclass(frozen=True)
class SiteFacts:
    """What was seen of a site. What is `None` was not looked at, since something before it was in the way.

    `detours` are answers of the hosts whose DNS records could be anybody's, `pages` those of platform pages that
    must not be had through CloudFront, `unguarded` what the origin of a guarded site answers to one who comes past CloudFront.
    """

    target: Target
    distribution: Resolution | None = None
    aliases: tuple[Resolution, ...] = ()
    origin: Resolution | None = None
    detours: Mapping[str, Answer] = field(default_factory=dict)
    viewers: tuple[Handshake, ...] = ()
    origin_handshake: Handshake | None = None
    origin_answer: Answer | None = None
    unguarded: tuple[Answer, ...] = ()
    front_page: FrontPage | None = None
    file: Answer | None = None
    pages: tuple[Answer, ...] = ()
    index: Answer | None = None
    runtime_config: Answer | None = None


@dataclass(frozen=True)
class Identity:
    account: str
    arn: str


@dataclass(frozen=True)
class Refusal:
    """A call that AWS did not answer as hoped: what was said, and what can be done."""

    code: str
    message: str
    mend: str


@dataclass(frozen=True)
class Certificate:
    """A certificate in ACM; `records` are the DNS records by which it still has to be validated."""

    arn: str
    status: str
    names: tuple[str, ...] = ()
    expires: datetime | None = None
    imported: bool = False
    renewal: str = ""
    reason: str = ""
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class Usage:
    """How many of a kind of resource there are, and how many there may be.

    `asked` tells whether the quota is the account's own, or only AWS's default.
    """

    kind: str
    used: int
    quota: int
    asked: bool


@dataclass(frozen=True)
class Simulation:
    """What IAM says of the actions that the sites need; `reason` says why it was not asked or did not answer."""

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class AccountFacts:
    """What was seen of the AWS account; `lists` tells of each list that could not be had why."""

    identity: Identity | Refusal
    lists: Mapping[str, Refusal | None] = field(default_factory=dict)
    usage: tuple[Usage, ...] = ()
    simulation: Simulation | None = None
    certificates: Mapping[str, Certificate | Refusal] = field(default_factory=dict)


@dataclass(frozen=True)
class Drift:
    """A resource that is not as the settings want it: `fields` differ, or it is not there."""

    kind: str
    name: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Serving:
    """A site's distribution as AWS has it and as config.yml has it; ids are "" where there is none."""

    site: str
    domain: str
    id: str = ""
    status: str = ""
    enabled: bool = True
    saved_id: str = ""
    drift: Drift | None = None
