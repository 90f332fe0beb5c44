"""Settings → sites: what is served through CloudFront, from where, and how."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config
from tutor.exceptions import TutorError

from tutorcloudfront.hooks import CLOUDFRONT_SITES
from tutorcloudfront.settings import ExtraDomain, Jwt, Settings, SettingsError, services
from tutorcloudfront.settings.errors import messages, path, quoted
from tutorcloudfront.settings.model import needs_certificate
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

#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_SITES = 500
MAX_ALIASES = 100
#: The default behavior is one of CloudFront's 75.
MAX_BEHAVIORS = 74

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


#: Where micro-frontends ask the LMS for their configuration, by the host that they come from themselves:
#: https://github.com/overhangio/tutor-mfe/blob/release/tutormfe/templates/mfe/apps/mfe/Caddyfile
MFE_BEHAVIORS = (
    Behavior(serve="dynamic", path="/api/mfe_config/*"),
    Behavior(serve="dynamic", path="/api/frontend_site_config/*"),
)

#: Where the LMS serves what authors upload to their courses, by content digest, by key, and by key of an old course:
#: https://github.com/openedx/openedx-platform/blob/master/openedx/core/djangoapps/contentserver/urls.py
#: It tells with each answer how long it may be kept, and of locked assets nothing, since who asks is not passed on.
COURSE_ASSET_BEHAVIORS = tuple(
    Behavior(serve="origin", path=path) for path in ("/assets/courseware/*", "/asset-v1:*", "/c4x/*")
)

#: The frames of an image never change, what is known of it may:
#: https://docs.aws.amazon.com/healthimaging/latest/devguide/dicomweb-retrieve-instance-frames.html
BEHAVIORS_OF_SERVICES = {"medical-imaging": (Behavior(serve="fixed", path="/datastore/*/frames/*"),)}

#: Made once, since making it takes longer than many checks.
_SITE = TypeAdapter(Site)


@dataclass(frozen=True)
class _Placed:
    """A site with the names under which users know it, and in the order of its aliases, where each of them is set."""

    site: Site
    place: str
    alias_places: tuple[str, ...]


def sites_of(settings: Settings) -> list[Site]:
    """Return the sites of LMS, Studio, the extra domains and other plugins, in this order.

    Raises SettingsError with everything that is wrong with them, each with the setting that it comes from, or with
    `site 'name'` where another plugin added or changed the site.
    """
    own = [*_platform_sites(settings), *_extra_sites(settings)]
    placed = _placed(_filtered([placed.site for placed in own], settings), own)
    errors = [error for check in (_quota, _clashes, _each, _loops) for error in check(placed)]
    errors += _own_distributions(placed, settings)
    if errors:
        raise SettingsError(errors)
    return [placed.site for placed in placed]


def _platform_sites(settings: Settings) -> list[_Placed]:
    """Return the sites of LMS and Studio, which are one where both are fetched from the same host."""
    names: dict[str, str] = {}
    aliases: dict[str, dict[str, str]] = {}
    for name, domain, alias in (
        ("lms", settings.lms_domain, settings.lms_alias),
        ("cms", settings.cms_domain, settings.cms_alias),
    ):
        if domain:
            names.setdefault(domain, name)
            of_domain = aliases.setdefault(domain, {})
            if alias:
                of_domain.setdefault(alias, f"CLOUDFRONT_{name.upper()}_ALIAS")
    return [_platform_site(settings, name, domain, aliases[domain]) for domain, name in names.items()]


def _platform_site(settings: Settings, name: str, domain: str, aliases: dict[str, str]) -> _Placed:
    course_assets = COURSE_ASSET_BEHAVIORS if name == "lms" and settings.course_assets else ()
    site = Site(
        name=name,
        origin=domain,
        behaviors=(Behavior(serve="static", path="/static/*"), *course_assets),
        # Neither login pages nor admin may be had through the CDN.
        default=Behavior(serve="refused"),
        aliases=tuple(aliases),
        certificate_arn=settings.certificate_arn if aliases else "",
        origin_https=settings.enable_https,
        domain=domain,
    )
    return _Placed(site, f"CLOUDFRONT_{name.upper()}_DOMAIN", tuple(aliases.values()))


def _extra_sites(settings: Settings) -> list[_Placed]:
    return [
        _Placed(
            _extra_site(settings, extra), f"CLOUDFRONT_EXTRA_DOMAINS[{i}]", (f"CLOUDFRONT_EXTRA_DOMAINS[{i}].domain",)
        )
        for i, extra in enumerate(settings.extra_domains)
    ]


def _extra_site(settings: Settings, extra: ExtraDomain) -> Site:
    site = Site(
        name=extra.domain,
        origin=extra.alias or bucket_host(extra.bucket, extra.bucket_region or settings.aws_region),
        behaviors=MFE_BEHAVIORS if extra.domain == settings.mfe_host else (),
        default=Behavior(serve="origin"),
        aliases=(extra.domain,),
        certificate_arn=extra.certificate_arn or settings.certificate_arn,
        origin_https=settings.enable_https,
        bucket=extra.bucket,
        access=extra.access,
        access_is_told="access" in extra.model_fields_set,
        cache_key=extra.cache_key,
        jwt=extra.jwt,
    )
    return _of_service(site, settings, extra) if extra.service else site


def _of_service(site: Site, settings: Settings, extra: ExtraDomain) -> Site:
    """Return a site that is fetched from a service of AWS's, whose answers mostly do not say how long they are good."""
    region = extra.service_region or settings.aws_region
    return replace(
        site,
        origin=extra.service_host or services.host_of(extra.service, region),
        behaviors=BEHAVIORS_OF_SERVICES.get(extra.service, ()),
        default=Behavior(serve="static"),
        origin_https=True,
        service=extra.service,
        service_region=region,
        actions=extra.actions,
        resources=extra.resources or services.resources_of(extra.service, region),
        methods=extra.methods,
    )


def bucket_host(bucket: str, region: str) -> str:
    """Return the host by which CloudFront fetches from a bucket; another region's would only redirect it.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistS3AndCustomOrigins.html
    """
    return f"{bucket}.s3.{region}.amazonaws.com"


def remarks(settings: Settings, sites: Iterable[Site]) -> Iterator[str]:
    """Tell what is allowed, and will hardly do what is wanted."""
    for site in sites:
        away = [host for host in site.aliases if not host.removeprefix("*").endswith(f".{settings.lms_host}")]
        if away and (way := _cookieless_way(settings, site)):
            cookies, others = way
            yield (
                f"{cookies} will not arrive at {', '.join(away)}: browsers send the LMS's cookies to "
                f"{settings.lms_host} and hosts below it only. {others} work there. For cookies, use a domain such as "
                f"media.{settings.lms_host}."
            )


def _cookieless_way(settings: Settings, site: Site) -> tuple[str, str] | None:
    """Return which cookies a site goes by, and what it goes by without them, `None` if it goes by none."""
    if site.access == "signed":
        return "Signed cookies", "Signed URLs"
    if site.access == "jwt" and (site.jwt or settings.jwt).form == "lms":
        return "Cookies with the LMS's tokens", "Tokens in the header Authorization"
    return None


def _filtered(sites: list[Site], settings: Settings) -> list[Site]:
    """Return the sites as other plugins would have them; what those return is checked, since Python did not."""
    try:
        returned: object = CLOUDFRONT_SITES.apply(sites, settings)
    except TutorError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise SettingsError(
            [
                f"CLOUDFRONT_SITES: a callback of another plugin failed with {quoted(reason)}; it must return a list of Site"
            ]
        ) from error
    if not isinstance(returned, list):
        kind = type(returned).__name__
        raise SettingsError(
            [f"CLOUDFRONT_SITES: a callback of another plugin returned {kind}; it must return a list of Site"]
        )
    errors: list[str] = []
    checked = [_checked(site, index, errors) for index, site in enumerate(returned)]
    if errors:
        raise SettingsError(errors)
    return [site for site in checked if site]


def _checked(site: object, index: int, errors: list[str]) -> Site | None:
    """Return a site with fields of the right types, host names in lower case."""
    if not isinstance(site, Site):
        kind = type(site).__name__
        errors.append(
            f"CLOUDFRONT_SITES[{index}]: a callback of another plugin returned {kind} here; it must be a Site"
        )
        return None
    try:
        return _SITE.validate_python(site)
    except ValidationError as error:
        errors += [f"{path(_named(site), loc)}: {message}" for loc, message in messages(error)]
    return None


def _named(site: Site) -> str:
    return f"site {quoted(site.name)}"


def _placed(sites: list[Site], own: list[_Placed]) -> list[_Placed]:
    """Return each site with the settings that it comes from, if it is as they have it."""
    left = list(own)
    result = []
    for site in sites:
        found = next((placed for placed in left if placed.site == site), None)
        if found:
            left.remove(found)
        result.append(found or _Placed(site, _named(site), (_named(site),) * len(site.aliases)))
    return result


def _quota(sites: list[_Placed]) -> Iterator[str]:
    if len(sites) > MAX_SITES:
        yield (
            f"CLOUDFRONT_EXTRA_DOMAINS: there are {len(sites)} sites in all, "
            f"and AWS's quota is {MAX_SITES} distributions an account"
        )


def _clashes(sites: list[_Placed]) -> Iterator[str]:
    """Tell where two sites have in common what only one can have."""
    hosts = [
        (alias, place, index)
        for index, placed in enumerate(sites)
        for alias, place in zip(placed.site.aliases, placed.alias_places, strict=True)
    ]
    names = [(placed.site.name, placed.place, index) for index, placed in enumerate(sites)]
    keys = [(placed.site.domain, placed.place, index) for index, placed in enumerate(sites)]
    told: set[tuple[int, int]] = set()
    for message, values in (
        ("{} is served by {} already; one host name can be served only once", hosts),
        ("the name {} is that of {} already; it is a site's identity, so each must have its own", names),
        ("what is saved under {} is the result of {} already; give the site another `domain`", keys),
    ):
        yield from _repeated(message, values, told)


def _repeated(message: str, values: list[tuple[str, str, int]], told: set[tuple[int, int]]) -> Iterator[str]:
    """Tell which values occur twice, unless the same two sites were told of for another reason."""
    firsts: dict[str, tuple[str, int]] = {}
    earlier = set(told)
    for value, place, index in values:
        if value not in firsts:
            firsts[value] = place, index
            continue
        first_place, first_index = firsts[value]
        if (first_index, index) not in earlier:
            told.add((first_index, index))
            yield f"{place}: {message.format(quoted(value), first_place)}"


def _each(sites: list[_Placed]) -> Iterator[str]:
    """Tell what is wrong with a site for itself."""
    for placed in sites:
        site = placed.site
        if not site.name:
            yield f"{placed.place}.name: must not be empty"
        if len(site.aliases) > MAX_ALIASES:
            yield f"{placed.place}.aliases: may be {MAX_ALIASES}, and they are {len(site.aliases)}"
        if site.bucket and not site.origin.startswith(f"{site.bucket}.s3."):
            right = bucket_host(site.bucket, "us-east-1")
            yield f"{placed.place}.origin: must be the host of the bucket, such as {quoted(right)}, not {quoted(site.origin)}"
        if site.aliases and not site.certificate_arn:
            hosts = ", ".join(quoted(alias) for alias in site.aliases)
            yield f"{placed.place}.certificate_arn: {needs_certificate(hosts, 'here')}"
        if site.service and not (site.service_region and site.actions and site.resources and site.origin_https):
            yield f"{placed.place}.service: needs service_region, actions, resources and origin_https"
        for error in _behaviors(site):
            yield f"{placed.place}.{error}"


def _behaviors(site: Site) -> Iterator[str]:
    if len(site.behaviors) > MAX_BEHAVIORS:
        yield f"behaviors: may be {MAX_BEHAVIORS} beside the default one, and they are {len(site.behaviors)}"
    if site.default.path:
        yield f"default.path: must be empty, not {quoted(site.default.path)}: the default is for all other paths"
    seen: set[str] = set()
    for index, behavior in enumerate(site.behaviors):
        if not behavior.path.startswith(("/", "*")):
            yield f"behaviors[{index}].path: must begin with `/` or `*`, such as '/static/*', not {quoted(behavior.path)}"
        if behavior.path in seen:
            yield f"behaviors[{index}].path: {quoted(behavior.path)} has a behavior before this one, which would win"
        seen.add(behavior.path)


def _loops(sites: list[_Placed]) -> Iterator[str]:
    """Tell where CloudFront would fetch from itself: a site from its own host, or sites from each other in a ring."""
    servers = {alias: placed for placed in sites for alias in placed.site.aliases}
    told: set[_Placed] = set()
    for start in sites:
        ring = _ring(start, servers)
        if ring and start not in told:
            told.update(ring)
            yield f"{start.place}: {_loop_message(ring)}"


def _own_distributions(sites: list[_Placed], settings: Settings) -> Iterator[str]:
    """Tell where CloudFront would fetch from a distribution that this plugin made, by CloudFront's name for it."""
    own = {saved.domain_name for saved in settings.distributions.values()}
    for placed in sites:
        if placed.site.origin in own:
            yield (
                f"{placed.place}: CloudFront fetches this site from {quoted(placed.site.origin)}, which is a distribution "
                "that this plugin made: a loop; name the host where the files really are"
            )


def _ring(start: _Placed, servers: dict[str, _Placed]) -> list[_Placed]:
    """Return the sites that are passed from one site by their origins until it is reached again, `[]` if it is not."""
    ring: list[_Placed] = []
    placed: _Placed | None = start
    while placed and placed not in ring:
        ring.append(placed)
        # An alias with a wildcard makes no loop: an origin that it covers may well have a DNS record of its own.
        placed = servers.get(placed.site.origin)
    return ring if placed == start else []


def _loop_message(ring: list[_Placed]) -> str:
    way = [f"CloudFront fetches this site from {quoted(ring[0].site.origin)}"]
    way += [f"which {placed.place} serves and fetches from {quoted(placed.site.origin)}" for placed in ring[1:]]
    return f"{', '.join(way)}, which this site serves: a loop; name the host where the files really are"
