"""What can be wrong with sites, of which each setting for itself is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutorcloudfront.settings import Settings
from tutorcloudfront.settings.errors import quoted
from tutorcloudfront.settings.model import needs_certificate
from tutorcloudfront.sites.site import Site, bucket_host

#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_SITES = 500
MAX_ALIASES = 100
#: The default behavior is one of CloudFront's 75.
MAX_BEHAVIORS = 74


@dataclass(frozen=True)
class Placed:
    """A site with the names under which users know it, and in the order of its aliases, where each of them is set."""

    site: Site
    place: str
    alias_places: tuple[str, ...]


def problems(sites: list[Placed], settings: Settings) -> Iterator[str]:
    """Tell everything that is wrong with the sites of a platform, each with the setting that it comes from."""
    for check in (_quota, _clashes, _each, _loops):
        yield from check(sites)
    yield from _own_distributions(sites, settings)


def _quota(sites: list[Placed]) -> Iterator[str]:
    if len(sites) > MAX_SITES:
        yield (
            f"CLOUDFRONT_EXTRA_DOMAINS: there are {len(sites)} sites in all, "
            f"and AWS's quota is {MAX_SITES} distributions an account"
        )


def _clashes(sites: list[Placed]) -> Iterator[str]:
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


def _each(sites: list[Placed]) -> Iterator[str]:
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


def _loops(sites: list[Placed]) -> Iterator[str]:
    """Tell where CloudFront would fetch from itself: a site from its own host, or sites from each other in a ring."""
    servers = {alias: placed for placed in sites for alias in placed.site.aliases}
    told: set[Placed] = set()
    for start in sites:
        ring = _ring(start, servers)
        if ring and start not in told:
            told.update(ring)
            yield f"{start.place}: {_loop_message(ring)}"


def _own_distributions(sites: list[Placed], settings: Settings) -> Iterator[str]:
    """Tell where CloudFront would fetch from a distribution that this plugin made, by CloudFront's name for it."""
    own = {saved.domain_name for saved in settings.distributions.values()}
    for placed in sites:
        if placed.site.origin in own:
            yield (
                f"{placed.place}: CloudFront fetches this site from {quoted(placed.site.origin)}, which is a distribution "
                "that this plugin made: a loop; name the host where the files really are"
            )


def _ring(start: Placed, servers: dict[str, Placed]) -> list[Placed]:
    """Return the sites that are passed from one site by their origins until it is reached again, `[]` if it is not."""
    ring: list[Placed] = []
    placed: Placed | None = start
    while placed and placed not in ring:
        ring.append(placed)
        # An alias with a wildcard makes no loop: an origin that it covers may well have a DNS record of its own.
        placed = servers.get(placed.site.origin)
    return ring if placed == start else []


def _loop_message(ring: list[Placed]) -> str:
    way = [f"CloudFront fetches this site from {quoted(ring[0].site.origin)}"]
    way += [f"which {placed.place} serves and fetches from {quoted(placed.site.origin)}" for placed in ring[1:]]
    return f"{', '.join(way)}, which this site serves: a loop; name the host where the files really are"
