"""Sites that would be opened to more people: that has to be meant.

A key that got lost from config.yml must not take the guard away from what only some may have.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator

from tutor.exceptions import TutorError

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.edge import AUTHORIZER, function_ref
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.resources.shared import KEYS, named
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site

#: What who wants to have a site must bring, by its access.
NEEDED = {"jwt": "a token", "signed": "a signed URL or cookie"}


def warnings_of_opening(settings: Settings, sites: Iterable[Site], inventory: Inventory) -> Iterator[str]:
    """Tell which sites have a guard that they would lose.

    Raises:
        TutorError: for one of them, that is not written down.
    """
    opened = [(site, guard) for site in sites if (guard := _lost_guard(settings, site, inventory))]
    if unmeant := [
        f"At CloudFront, {site.name} can be had only with {NEEDED[guard]}, and the settings no longer say so. To keep it "
        f"like that, write `access: {guard}` into its entry; to open it to everybody, `access: public`. Nothing was done."
        for site, guard in opened
        if not site.access_is_told
    ]:
        raise TutorError("\n".join(unmeant))
    for site, guard in opened:
        who = "to everybody" if site.access == "public" else "to who has a signed URL or cookie"
        yield f"Site {site.name} can be had only with {NEEDED[guard]} now. This opens it {who}, what is cached included."


def _lost_guard(settings: Settings, site: Site, inventory: Inventory) -> str:
    """Return the access that a site has at CloudFront and would have no more, "" where there is no such."""
    distribution = inventory.existing.get(Ref(DISTRIBUTION.name, site.name))
    authorizer = function_ref(settings, site, AUTHORIZER).name
    if distribution is None:
        return ""
    if site.access != "jwt" and any(f":function:{authorizer}:" in arn for arn in _functions(distribution)):
        return "jwt"
    # A site that is guarded by tokens from now on is not opened.
    if site.access == "public" and site.name in inventory.usage.get(named(KEYS, settings), ()):
        return "signed"
    return ""


def _functions(distribution: Existing) -> Iterator[str]:
    config = distribution.config
    behaviors: list[dict[str, t.Any]] = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]]
    for behavior in behaviors:
        for association in behavior.get("LambdaFunctionAssociations", {}).get("Items", []):
            yield association["LambdaFunctionARN"]
