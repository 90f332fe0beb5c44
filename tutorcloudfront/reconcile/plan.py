"""Desired resources and what AWS holds → what is to be done, as plain data."""

from __future__ import annotations

import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.differences import Difference
from tutorcloudfront.resources.resource import Ref, Resource

Action = t.Literal["create", "update", "none"]


@dataclass(frozen=True)
class Change:
    """What is to be done about one desired resource; `diff` tells each field of an update."""

    action: Action
    resource: Resource
    existing: Existing | None = None
    diff: tuple[Difference, ...] = ()

    @property
    def ref(self) -> Ref:
        return Ref(self.resource.kind, self.resource.name)


@dataclass(frozen=True)
class Plan:
    """All changes, in an order in which each comes after those that it needs."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action != "none")

    @property
    def updates(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action == "update")


def make_plan(desired: Sequence[Resource], inventory: Inventory) -> Plan:
    """Compare what should be with what is."""
    ids = {ref: existing.reference for ref, existing in inventory.existing.items()}
    changes = tuple(_change(resource, inventory.existing, ids) for resource in desired)
    return Plan(changes, tuple(_notes(desired, inventory)))


def _change(resource: Resource, existing: t.Mapping[Ref, Existing], ids: t.Mapping[Ref, str]) -> Change:
    current = existing.get(Ref(resource.kind, resource.name))
    if current is None:
        return Change("create", resource)
    diff = KINDS[resource.kind].differences(resource.with_ids(ids), current)
    return Change("update" if diff else "none", resource, current, diff)


def _notes(desired: Sequence[Resource], inventory: Inventory) -> t.Iterator[str]:
    wanted = {Ref(resource.kind, resource.name) for resource in desired}
    for ref, existing in sorted(inventory.existing.items()):
        if ref.kind == "distribution" and ref not in wanted:
            yield (
                f"Site {ref.name} is no longer in the settings. Its distribution {existing.id} is left as it is; "
                "disable and delete it in the CloudFront console when nothing points at it."
            )
    for rival in inventory.rivals:
        used = inventory.existing[Ref(rival.kind, rival.name)]
        yield (
            f"Distributions {used.id} and {rival.id} both carry the tags of site {rival.name}. {used.id} is used; "
            f"take the tags off {rival.id}, or delete it."
        )
