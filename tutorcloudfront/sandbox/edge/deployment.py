"""What the edge locations have of the account's distributions: not what is still on its way to them."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import legacy, patterns
from tutorcloudfront.sandbox.store import Resource, Store

#: Of a behavior that names no policy of a kind.
NOTHING: Config = {
    "HeadersConfig": {"HeaderBehavior": "none"},
    "CookiesConfig": {"CookieBehavior": "none"},
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}


@dataclass(frozen=True)
class Behavior:
    """A cache behavior with the policies that it names."""

    pattern: str
    config: Config
    cache: Config
    forward: Config
    response_headers: Config
    #: Public keys (PEM) by id, of all its key groups; none where it asks for no signature.
    keys: Mapping[str, str]

    @property
    def key(self) -> Config:
        """What of a request is part of the cache key, and goes to the origin as well."""
        parameters: Config = self.cache["ParametersInCacheKeyAndForwardedToOrigin"]
        return parameters

    @property
    def caches(self) -> bool:
        """Whether anything is kept at all."""
        return bool(self.cache["MaxTTL"])


@dataclass(frozen=True)
class Site:
    """A distribution as it is deployed."""

    id: str
    arn: str
    host: str
    config: Config
    behaviors: tuple[Behavior, ...]

    def behavior_for(self, path: str) -> Behavior:
        """Return the first behavior in the distribution's order that matches a raw path, the default one if none does.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
        """
        normal = patterns.normalized(path)
        return next(item for item in self.behaviors if patterns.matches(item.pattern, normal))

    def origin(self, id_: str) -> Config:
        return next(origin for origin in items(self.config["Origins"]) if origin["Id"] == id_)

    def origins_for(self, behavior: Behavior) -> tuple[list[Config], list[int]]:
        """Return the origins of a behavior in the order of use, and at which statuses the next one is asked.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        """
        target = behavior.config["TargetOriginId"]
        for group in items(self.config["OriginGroups"]):
            if group["Id"] == target:
                members = [self.origin(member["OriginId"]) for member in items(group["Members"])]
                return members, items(group["FailoverCriteria"]["StatusCodes"])
        return [self.origin(target)], []


def site_for(store: Store, host: str) -> Site | None:
    """Return the distribution that answers for a host: an exact name goes before a wildcard, None if nobody does.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-wildcard
    """
    with store.lock:
        named = {name: resource for resource in store.custom("Distribution") for name in _names(resource)}
        found = next((named[name] for name in (host, *_wildcards(host)) if name in named), None)
        return _site(store, found) if found else None


def _wildcards(host: str) -> Iterator[str]:
    """Yield the wildcards that cover a host, the closest first."""
    while "." in host:
        host = host.partition(".")[2]
        yield f"*.{host}"


def _names(distribution: Resource) -> Iterator[str]:
    config = distribution.deployed
    if config is not None and config["Enabled"]:
        yield distribution.facts["DomainName"]
        yield from (alias.lower() for alias in items(config["Aliases"]))


def _site(store: Store, distribution: Resource) -> Site:
    config = distribution.deployed or distribution.config
    behaviors = [_behavior(store, item["PathPattern"], item) for item in items(config["CacheBehaviors"])]
    default = _behavior(store, "*", config["DefaultCacheBehavior"])
    arn = store.arn("distribution", distribution.id)
    return Site(distribution.id, arn, distribution.facts["DomainName"], config, (*behaviors, default))


def _behavior(store: Store, pattern: str, config: Config) -> Behavior:
    cache = _policy(store, "CachePolicy", config) or legacy.cache_policy(config)
    forward = _policy(store, "OriginRequestPolicy", config) or NOTHING
    return Behavior(
        pattern, config, cache, forward, _policy(store, "ResponseHeadersPolicy", config), _keys(store, config)
    )


def _policy(store: Store, kind: str, config: Config) -> Config:
    resource = store.of_kind(kind).get(config.get(f"{kind}Id", ""))
    # A behavior that is deployed may name a policy that was changed since, or taken out of the next one and deleted.
    return (resource.deployed or resource.config) if resource else {}


def _keys(store: Store, config: Config) -> dict[str, str]:
    groups = [store.of_kind("KeyGroup").get(id_) for id_ in items(config["TrustedKeyGroups"])]
    ids: list[t.Any] = [id_ for group in groups if group for id_ in (group.deployed or group.config)["Items"]]
    known = store.of_kind("PublicKey")
    return {id_: known[id_].config["EncodedKey"] for id_ in ids if id_ in known}
