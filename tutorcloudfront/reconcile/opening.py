"""Sites that would be opened to everybody: that has to be meant.

A key that got lost from config.yml must not take the guard away from what only some may have.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator

from tutor.exceptions import TutorError

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.edge import AUTHORIZER, function_ref
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site


def warnings_of_opening(settings: Settings, sites: Iterable[Site], inventory: Inventory) -> Iterator[str]:
    """Tell which sites have an authorizer that they would lose.

    Raises:
        TutorError: for one of them, that is not written down.
    """
    opened = [site for site in sites if site.access != "jwt" and _is_guarded(settings, site, inventory)]
    if unmeant := [site.name for site in opened if not site.access_is_told]:
        raise TutorError(
            f"At CloudFront, {', '.join(unmeant)} can be had only with a token, and the settings no longer say so. To keep "
            "it like that, write `access: jwt` into its entry; to open it to everybody, `access: public`. Nothing was "
            "done."
        )
    for site in opened:
        who = "to everybody" if site.access == "public" else "to who has a signed URL or cookie"
        yield f"Site {site.name} can be had only with a token now. This opens it {who}, what is cached included."


def _is_guarded(settings: Settings, site: Site, inventory: Inventory) -> bool:
    distribution = inventory.existing.get(Ref("distribution", site.name))
    name = function_ref(settings, site, AUTHORIZER).name
    return distribution is not None and any(f":function:{name}:" in arn for arn in _functions(distribution))


def _functions(distribution: Existing) -> Iterator[str]:
    config = distribution.config
    behaviors: list[dict[str, t.Any]] = [config["DefaultCacheBehavior"], *config["CacheBehaviors"]["Items"]]
    for behavior in behaviors:
        for association in behavior.get("LambdaFunctionAssociations", {}).get("Items", []):
            yield association["LambdaFunctionARN"]
