"""Settings and sites → everything that AWS should hold, without asking AWS anything."""

from __future__ import annotations

from collections.abc import Sequence

from tutorcloudfront.authorization import KeySets
from tutorcloudfront.resources.buckets import bucket_policies
from tutorcloudfront.resources.distributions import distribution
from tutorcloudfront.resources.edge import FUNCTION, edge_resources
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.resources.shared import shared_resource
from tutorcloudfront.resources.sharing import Usage, spread
from tutorcloudfront.resources.signing import signing_resources
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site


def desired_resources(
    settings: Settings, sites: Sequence[Site], usage: Usage, key_sets: KeySets | None = None
) -> list[Resource]:
    """Return all resources of a platform; `usage` says which site uses which policy now, empty on a first run.

    Each comes after those that it needs: keys, functions of the sites, what the sites share, the distributions in the
    order of the sites, and what is told of these elsewhere. `key_sets` are those that the settings say the URLs of.
    """
    drafts = [distribution(site, settings) for site in sites]
    shared: dict[Ref, list[str]] = {}
    for draft in drafts:
        for ref in _shared(draft):
            shared.setdefault(ref, []).append(draft.name)
    homes = {ref: spread(ref, users, usage) for ref, users in shared.items()}
    distributions = [_settled(draft, homes) for draft in drafts]
    needed = {home: ref for ref, by_site in homes.items() for home in by_site.values()}
    return [
        *(signing_resources(settings) if any(site.access == "signed" for site in sites) else ()),
        *edge_resources(settings, sites, key_sets or {}),
        *(shared_resource(needed[home], home.name, settings) for home in sorted(needed)),
        *distributions,
        *bucket_policies(settings, sites),
    ]


def _settled(draft: Resource, homes: dict[Ref, dict[str, Ref]]) -> Resource:
    """Return a distribution with the policies that are its own share in place of the ones meant."""
    return draft.with_ids({ref: homes[ref][draft.name] for ref in _shared(draft)})


def _shared(draft: Resource) -> list[Ref]:
    """Return what a distribution has in common with others; functions of Lambda's are a site's own."""
    return [ref for ref in draft.refs if ref.kind != FUNCTION]
