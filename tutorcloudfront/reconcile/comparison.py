"""The whole way from a platform's settings to a plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tutor.exceptions import TutorError
from tutor.types import Config

from tutorcloudfront import keyring
from tutorcloudfront.authorization import KeySets
from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.key_sets import Unread, look_for_key_sets, read_key_sets
from tutorcloudfront.reconcile.adoption import adopt
from tutorcloudfront.reconcile.functions import with_functions_as_they_are
from tutorcloudfront.reconcile.inventory import Inventory, take_inventory
from tutorcloudfront.reconcile.opening import warnings_of_opening
from tutorcloudfront.reconcile.plan import Plan, make_plan
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.result import Served
from tutorcloudfront.settings import Settings, check
from tutorcloudfront.sites import Site, remarks, sites_of


@dataclass(frozen=True)
class Comparison:
    """A platform as its settings want it, as AWS has it, and what follows.

    `unread` are the key sets without which it cannot be told how some functions should be.
    """

    settings: Settings
    sites: tuple[Site, ...]
    aws: Aws
    inventory: Inventory
    plan: Plan
    key_sets: KeySets
    unread: tuple[Unread, ...] = ()

    def served(self, changed: Mapping[Ref, Existing] | None = None) -> list[Served]:
        """Return the sites with their distributions as AWS has them, or as `changed` since then."""
        existing = {**self.inventory.existing, **(changed or {})}
        return [Served(site, existing.get(Ref("distribution", site.name))) for site in self.sites]

    def existing(self, kind: str, name: str) -> Existing | None:
        return self.inventory.existing.get(Ref(kind, name))

    def require_buckets(self) -> None:
        """Raise a `TutorError` where a bucket is not there: whoever makes one of its name could fill the site."""
        if self.inventory.missing:
            raise TutorError("\n".join(self.inventory.missing))

    def with_keys(self, keys: keyring.Keys) -> Comparison:
        """Return what follows when the platform has other signing keys."""
        settings = self.settings.model_copy(update={"signing_keys": keys})
        desired = desired_resources(settings, self.sites, self.inventory.usage, self.key_sets)
        return replace(self, settings=settings, plan=_plan(settings, self.sites, self.inventory, desired, prune=False))

    def plan_for(self, *kinds: str) -> Plan:
        """Return the part of the plan that is about some kinds of resources."""
        return Plan(tuple(change for change in self.plan.changes if change.resource.kind in kinds))

    def removal_plan(self) -> Plan:
        """Return the plan to delete all that is this platform's."""
        return make_plan([], self.inventory, self.settings.resource_prefix, prune=True)


def compare(
    config: Config,
    *,
    prune: bool = False,
    adopted: Collection[str] = (),
    make_keys: bool = False,
    removing: bool = False,
    lenient: bool = False,
) -> Comparison:
    """Check a platform's configuration and compare it with AWS.

    `prune` also plans to delete what is no longer wanted. `adopted` are distributions of others to take over: see
    :py:func:`tutorcloudfront.reconcile.adoption.adopt`. With `make_keys`, a signing key that is needed and not there is
    made, else it is only spoken of. With `removing`, it is for taking everything away, for which nothing need be known of
    what could be made; with `lenient`, for telling how things are, as far as that can be known.

    Raises:
        SettingsError: the settings are wrong, or a key set can not be had; AWS has been asked for keys at most.
        AwsError: AWS could not be asked.
        TutorError: a distribution can not be adopted.
    """
    settings = check(config)
    sites = tuple(sites_of(settings))
    aws = Aws(settings)
    settings = keyring.with_known_keys(settings, sites, aws, make=make_keys)
    unread: tuple[Unread, ...] = ()
    if removing or lenient:
        key_sets, unread = look_for_key_sets(settings, sites)
    else:
        key_sets = read_key_sets(settings, sites)
    inventory = take_inventory(aws, settings, sites, thorough=prune or removing)
    if adopted:
        inventory = adopt(aws, inventory, sites, adopted)
    desired = desired_resources(settings, sites, inventory.usage, key_sets)
    inventory = with_functions_as_they_are(aws, inventory, desired, settings.resource_prefix)
    opening = () if removing else tuple(warnings_of_opening(settings, sites, inventory))
    plan = _plan(settings, sites, inventory, desired, prune=prune)
    return Comparison(settings, sites, aws, inventory, replace(plan, notes=(*opening, *plan.notes)), key_sets, unread)


def _plan(
    settings: Settings, sites: Sequence[Site], inventory: Inventory, desired: Sequence[Resource], *, prune: bool
) -> Plan:
    plan = make_plan(desired, inventory, settings.resource_prefix, prune=prune)
    return replace(plan, notes=(*remarks(settings, sites), *plan.notes))
