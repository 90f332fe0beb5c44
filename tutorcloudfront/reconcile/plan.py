"""Desired resources and what AWS holds → what is to be done, as plain data."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.resources.differences import Difference
from tutorcloudfront.resources.resource import Ref, Resource

Action = t.Literal["create", "update", "delete", "none"]


@dataclass(frozen=True)
class Change:
    """What is to be done about one resource; `diff` tells each field of an update.

    Of a resource to delete, only kind and name are known of `resource`.
    """

    action: Action
    resource: Resource
    existing: Existing | None = None
    diff: tuple[Difference, ...] = ()

    @property
    def ref(self) -> Ref:
        return self.resource.ref


@dataclass(frozen=True)
class Plan:
    """All changes, in an order in which each comes after those that it needs.

    `unwanted` are the resources of this platform that nothing desires any more, which only a prune deletes.
    """

    changes: tuple[Change, ...]
    unwanted: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def pending(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action != "none")

    def of(self, *actions: Action) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.action in actions)

    @property
    def is_suspicious(self) -> bool:
        """Whether more than a third of the sites, and more than one, would go: mostly a wrong Tutor root or prefix."""
        sites = [change for change in self.changes if change.resource.kind == DISTRIBUTION.name and change.existing]
        gone = [change for change in sites if change.action == "delete"]
        return len(gone) > 1 and len(gone) * 3 > len(sites)


def make_plan(desired: Sequence[Resource], inventory: Inventory, prefix: str, *, prune: bool = False) -> Plan:
    """Compare what should be with what is; `prune` also deletes what should no longer be."""
    ids = {ref: existing.reference for ref, existing in inventory.existing.items()}
    changes = tuple(_changes(desired, inventory.existing, ids))
    unwanted = tuple(_unwanted(desired, inventory, prefix))
    notes = () if prune else tuple(_notes(unwanted, inventory))
    return Plan((*changes, *unwanted), (), notes) if prune else Plan(changes, unwanted, notes)


def _changes(
    desired: Sequence[Resource], existing: Mapping[Ref, Existing], ids: Mapping[Ref, str]
) -> t.Iterator[Change]:
    """Yield what is to be done about each; what others will have to call otherwise, they do not know yet."""
    known = dict(ids)
    for resource in desired:
        change = _change(resource, existing, known)
        if KINDS[resource.kind].moves(change.diff):
            known.pop(change.ref, None)
        yield change


def _change(resource: Resource, existing: Mapping[Ref, Existing], ids: Mapping[Ref, str]) -> Change:
    current = existing.get(resource.ref)
    if current is None:
        return Change("create", resource)
    diff = KINDS[resource.kind].differences(resource.with_ids(ids), current)
    return Change("update" if diff else "none", resource, current, diff)


def _unwanted(desired: Sequence[Resource], inventory: Inventory, prefix: str) -> t.Iterator[Change]:
    """Yield what is this platform's and not desired: distributions first, since they use the rest."""
    wanted = {resource.ref for resource in desired}
    known = [*sorted(inventory.existing.items()), *((item.ref, item) for item in inventory.rivals)]
    rivals = {item.id for item in inventory.rivals}
    gone = [
        item
        for ref, item in known
        if (ref not in wanted or item.id in rivals) and KINDS[item.kind].is_ours(item, prefix)
    ]
    for item in sorted(gone, key=lambda item: item.kind != DISTRIBUTION.name):
        yield Change("delete", Resource(item.kind, item.name, {}), item)


def _notes(unwanted: Sequence[Change], inventory: Inventory) -> t.Iterator[str]:
    rivals = {item.id: inventory.existing[item.ref].id for item in inventory.rivals}
    for change in unwanted:
        if change.resource.kind != DISTRIBUTION.name or not change.existing:
            continue
        site, id_ = change.resource.name, change.existing.id
        if used := rivals.get(id_):
            yield f"Distributions {used} and {id_} both carry the tags of site {site}. {used} is used, {id_} left alone."
        else:
            yield (
                f"Site {site} is no longer in the settings. Its distribution {id_} is left alone; "
                "`tutor cloudfront create-cloudfront-resources --prune` deletes it."
            )
