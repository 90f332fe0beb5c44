"""The whole way from a platform's settings to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tutor.types import Config

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.reconcile.inventory import Inventory, take_inventory
from tutorcloudfront.reconcile.plan import Plan, make_plan
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.result import Served
from tutorcloudfront.settings import Settings, check
from tutorcloudfront.sites import Site, sites_of


@dataclass(frozen=True)
class Comparison:
    """A platform as its settings want it, as AWS has it, and what follows."""

    settings: Settings
    sites: tuple[Site, ...]
    aws: Aws
    inventory: Inventory
    plan: Plan

    def served(self, changed: Mapping[Ref, Existing] | None = None) -> list[Served]:
        """Return the sites with their distributions as AWS has them, or as `changed` since then."""
        existing = {**self.inventory.existing, **(changed or {})}
        return [Served(site, existing.get(Ref("distribution", site.name))) for site in self.sites]


def compare(config: Config) -> Comparison:
    """Check a platform's configuration and compare it with AWS.

    Raises:
        SettingsError: the settings are wrong; AWS has not been asked anything.
        AwsError: AWS could not be asked.
    """
    settings = check(config)
    sites = tuple(sites_of(settings))
    aws = Aws(settings)
    inventory = take_inventory(aws, settings, sites)
    desired = desired_resources(settings, sites, inventory.usage)
    return Comparison(settings, sites, aws, inventory, make_plan(desired, inventory))
