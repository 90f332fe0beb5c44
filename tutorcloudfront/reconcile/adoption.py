"""Taking over distributions that version 18 of this plugin left, or that were made by hand, and are to become sites.

Version 18 wrote `Distribution config for DOMAIN` as the comment, and nothing else tells what it made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from tutor.exceptions import TutorError

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION, tags_of
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.resources.tags import PREFIX_TAG
from tutorcloudfront.sites import Site

#: Given in place of an id, it stands for what version 18 left, as long as that is one distribution a site.
WHAT_18_LEFT = "18"


def adopt(aws: Aws, inventory: Inventory, sites: Sequence[Site], wanted: Collection[str]) -> Inventory:
    """Return the inventory with distributions of others as those of the sites that they fit.

    `wanted` are ids, and :py:data:`WHAT_18_LEFT`.

    Raises:
        TutorError: it is not clear which to take, or one may not be taken.
        AwsError: the tags of one could not be had.
    """
    free = [site for site in sites if _ref(site) not in inventory.existing]
    strangers = {item.id: item for item in inventory.strangers if item.kind == DISTRIBUTION.name}
    taken = {
        _ref(_site_for(id_, strangers, free)): strangers[id_] for id_ in dict.fromkeys(wanted) if id_ != WHAT_18_LEFT
    }
    if WHAT_18_LEFT in wanted:
        taken = {**dict(_left_by_18([site for site in free if _ref(site) not in taken], strangers)), **taken}
    adopted = {ref: _adopted(aws, ref, item) for ref, item in taken.items()}
    return replace(inventory, existing={**inventory.existing, **adopted})


def _site_for(id_: str, strangers: dict[str, Existing], free: Sequence[Site]) -> Site:
    if id_ not in strangers:
        raise TutorError(
            f"There is no distribution {id_} to adopt: this account does not have it, or it is this platform's already."
        )
    fitting = [site for site in free if _fits(strangers[id_], site)]
    if len(fitting) != 1:
        names = ", ".join(site.name for site in fitting) or "none"
        raise TutorError(
            f"Distribution {id_} can be adopted for one site without a distribution that has its origin or one of its "
            f"host names; these do: {names}."
        )
    return fitting[0]


def _left_by_18(sites: Sequence[Site], strangers: dict[str, Existing]) -> Iterator[tuple[Ref, Existing]]:
    ambiguous = []
    for site in sites:
        comments = {f"Distribution config for {host}" for host in (site.origin, *site.aliases)}
        found = [item for item in strangers.values() if item.config["Comment"] in comments]
        if len(found) == 1:
            yield _ref(site), found[0]
        elif found:
            ambiguous += [f"  {site.name}: {item.id}, {item.domain_name}, {_state(item)}" for item in found]
    if ambiguous:
        raise TutorError(
            "Version 18 left several distributions for a site. Choose one each, with `--adopt ID`:\n"
            + "\n".join(ambiguous)
        )


def _adopted(aws: Aws, ref: Ref, item: Existing) -> Existing:
    tags = tags_of(aws, item)
    if owner := tags.get(PREFIX_TAG):
        raise TutorError(f"Distribution {item.id} is not adopted: it belongs to the platform with the prefix {owner}.")
    return replace(item, name=ref.name, tags=tags, adopted=True)


def _fits(item: Existing, site: Site) -> bool:
    origins = {origin["DomainName"] for origin in item.config["Origins"]["Items"]}
    return site.origin in origins or not set(site.aliases).isdisjoint(item.config["Aliases"]["Items"])


def _state(item: Existing) -> str:
    return item.status if item.config["Enabled"] else "disabled"


def _ref(site: Site) -> Ref:
    return Ref(DISTRIBUTION.name, site.name)
