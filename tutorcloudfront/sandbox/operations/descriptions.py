"""What answers tell of a resource."""

from __future__ import annotations

from tutorcloudfront.sandbox.configs import items, key_groups_used
from tutorcloudfront.sandbox.operations.common import Members
from tutorcloudfront.sandbox.store import Resource, Store


def describe(store: Store, resource: Resource) -> Members:
    """Return a resource as an answer tells of it."""
    details = _distribution_details(store, resource) if resource.kind == "Distribution" else {}
    return {
        "Id": resource.id,
        "CreatedTime": resource.created,
        "LastModifiedTime": resource.modified,
        f"{resource.kind}Config": resource.config,
        **details,
    }


def summary(store: Store, resource: Resource) -> Members:
    """Return a resource as a list tells of it: of some kinds by their fields, of others by the whole under its name."""
    whole = describe(store, resource)
    return {
        **resource.config,
        **whole,
        "ETag": resource.etag,
        "Type": type_of(resource),
        resource.kind: whole,
    }


def type_of(resource: Resource) -> str:
    """Return what the parameter Type of lists calls a resource."""
    return "managed" if resource.managed else "custom"


def _distribution_details(store: Store, distribution: Resource) -> Members:
    running = [item for item in store.invalidations.get(distribution.id, {}).values() if not item.ready]
    groups = sorted(key_groups_used(distribution.config))
    aliases = items(distribution.config["Aliases"])
    return {
        "ARN": store.arn("distribution", distribution.id),
        "Status": "Deployed" if distribution.ready else "InProgress",
        "InProgressInvalidationBatches": len(running),
        "DomainName": distribution.facts["DomainName"],
        "ActiveTrustedSigners": {"Enabled": False, "Quantity": 0},
        "ActiveTrustedKeyGroups": _active_key_groups(store, groups),
        "AliasICPRecordals": [{"CNAME": alias, "ICPRecordalStatus": "APPROVED"} for alias in aliases] or None,
    }


def _active_key_groups(store: Store, groups: list[str]) -> Members:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ActiveTrustedKeyGroups.html"""
    if not groups:
        return {"Enabled": False, "Quantity": 0}
    keys = {group: store.of_kind("KeyGroup")[group].config["Items"] for group in groups}
    pairs = [{"KeyGroupId": group, "KeyPairIds": {"Quantity": len(ids), "Items": ids}} for group, ids in keys.items()]
    return {"Enabled": True, "Quantity": len(pairs), "Items": pairs}
