"""Sharing out sites over policies, each of which only so many distributions may use.

100 distributions a custom policy:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from tutorcloudfront.resources.resource import Ref

MAX_DISTRIBUTIONS_PER_POLICY = 100

#: Who uses a policy now: a site by its name, a distribution that is no site of the platform by its id.
Usage = Mapping[Ref, Collection[str]]


def spread(policy: Ref, sites: Iterable[str], usage: Usage) -> dict[str, Ref]:
    """Give each site a policy: `policy` itself, then `…-2`, `…-3` as the quota demands; returns site → policy.

    A site stays with the policy that it uses now, so that adding or removing one site changes no other.
    """
    users = {ref: set(used_by) for ref, used_by in usage.items() if _serves(policy, ref)}
    homes = {site: ref for ref, used_by in users.items() for site in used_by}
    return {site: homes.get(site) or _first_with_room(policy, site, users) for site in sites}


def _first_with_room(policy: Ref, site: str, users: dict[Ref, set[str]]) -> Ref:
    number = 1
    while len(used_by := users.setdefault(_numbered(policy, number), set())) >= MAX_DISTRIBUTIONS_PER_POLICY:
        number += 1
    used_by.add(site)
    return _numbered(policy, number)


def _numbered(policy: Ref, number: int) -> Ref:
    return policy if number == 1 else Ref(policy.kind, f"{policy.name}-{number}")


def _serves(policy: Ref, other: Ref) -> bool:
    """Tell whether `other` is `policy` or one of the further ones made for its quota."""
    rest = other.name.removeprefix(policy.name)
    further = rest.startswith("-") and rest[1:].isdecimal()
    return other.kind == policy.kind and (other == policy or (other.name != rest and further))
