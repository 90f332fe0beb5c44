"""What is served through CloudFront: a site and its behaviors."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from pydantic import ConfigDict, with_config

from tutorcloudfront.settings import Jwt
from tutorcloudfront.settings.values import (
    Access,
    CacheKey,
    CertificateArn,
    HostName,
    Methods,
    Names,
    OriginBucket,
    RegionOrEmpty,
    ServiceName,
    ViewerHost,
)

#: How CloudFront answers a path:
#:
#: - ``static``: cached for as long as ``CLOUDFRONT_CACHE_CONFIG`` says, CORS open to all
#: - ``origin``: cached for as long as the origin's own headers say, else revalidated each time, CORS open to all
#: - ``fixed``: never changes, so cached for a year unless the origin's headers say otherwise, CORS open to all
#: - ``dynamic``: never cached, the query string passed on
#: - ``refused``: 404 by CloudFront itself, nothing reaches the origin
Serve = t.Literal["static", "origin", "fixed", "dynamic", "refused"]

#: Without this pydantic takes an instance for granted, whatever a plugin has put into its fields.
_CHECKED = ConfigDict(revalidate_instances="always")


@with_config(_CHECKED)
@dataclass(frozen=True)
class Behavior:
    """What is done with the paths that match a pattern, such as `/static/*`; the default one has none."""

    serve: Serve
    path: str = ""


@with_config(_CHECKED)
@dataclass(frozen=True)
class Site:
    """A distribution-to-be.

    `name` is its identity (`lms`, `cms`, or the host that browsers ask for). `origin` is the host that CloudFront
    fetches from, over https unless `origin_https` is false. `aliases` are the hosts that browsers ask for in place
    of `d….cloudfront.net`, covered by the ACM certificate. `behaviors` are tried in order, then `default`.
    `domain` is the key under which the result is saved in `CLOUDFRONT_DISTRIBUTIONS`. `bucket` is the private S3 bucket
    that `origin` is the host of, "" for other origins; `service` the AWS service, to which requests are signed in
    `service_region` by a role that may do `actions` with `resources`, by GET and HEAD or by `all` methods.

    `access` says who may have what is served: everybody, who has a signed URL or cookie, or who has a token; what is
    `refused` nobody has. `access_is_told` says whether that was written down or is the default. With
    `jwt`, `cache_key` says whether all whose tokens are good share what is cached, or each token has its own; `jwt`
    whose tokens are good, `None` for those of CLOUDFRONT_JWT.
    """

    name: str
    origin: HostName
    default: Behavior
    behaviors: tuple[Behavior, ...] = ()
    aliases: tuple[ViewerHost, ...] = ()
    certificate_arn: CertificateArn = ""
    origin_https: bool = True
    domain: str = ""
    bucket: OriginBucket = ""
    service: ServiceName = ""
    service_region: RegionOrEmpty = ""
    actions: Names = ()
    resources: Names = ()
    methods: Methods = "read"
    access: Access = "public"
    access_is_told: bool = False
    cache_key: CacheKey = "shared"
    # A key set cannot be hashed.
    jwt: Jwt | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "domain", self.domain or self.name)


def bucket_host(bucket: str, region: str) -> str:
    """Return the host by which CloudFront fetches from a bucket; another region's would only redirect it.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
    """
    return f"{bucket}.s3.{region}.amazonaws.com"
