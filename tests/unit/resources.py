"""The resources that settings lead to."""

from __future__ import annotations

import typing as t

from tests.support.settings import settings_of
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.resource import Ref, Resource
from tutorcloudfront.sites import sites_of


def desired(**values: t.Any) -> dict[Ref, Resource]:
    settings = settings_of(**values)
    resources = desired_resources(settings, sites_of(settings), {})
    return {Ref(resource.kind, resource.name): resource for resource in resources}


def behavior(config: t.Any, path: str) -> t.Any:
    behaviors = {each["PathPattern"]: each for each in config["CacheBehaviors"]["Items"]}
    return behaviors.get(path) or config["DefaultCacheBehavior"]
