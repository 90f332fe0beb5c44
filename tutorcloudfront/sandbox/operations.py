"""CloudFront's operations on the account: what is asked for, by name, and what is answered.

An operation is a function of the store and of the request's members, as botocore's model names them. It returns
the answer's members; what the model does not have for an operation is left out when the answer is written.
"""

from __future__ import annotations

import functools
import string
import typing as t
from collections.abc import Callable, Iterable

from tutorcloudfront.sandbox import shapes
from tutorcloudfront.sandbox.configs import Config, items, key_groups_used
from tutorcloudfront.sandbox.functions import FUNCTION_OPERATIONS
from tutorcloudfront.sandbox.kinds import DISTRIBUTION, KINDS, Kind
from tutorcloudfront.sandbox.pages import page
from tutorcloudfront.sandbox.refusal import Refused, refuse_if
from tutorcloudfront.sandbox.rules import certificates, distributions, invalidations, tags
from tutorcloudfront.sandbox.rules.common import check_etag
from tutorcloudfront.sandbox.store import Resource, Store, random_id

Members = dict[str, t.Any]
Operation = Callable[[Store, Members], Members]

API = "https://cloudfront.amazonaws.com/2020-05-31"


# Of every kind


def create(kind: Kind, store: Store, request: Members) -> Members:
    resource = _create(kind, store, request[kind.config])
    return _created(kind, store, resource)


def get(kind: Kind, store: Store, request: Members) -> Members:
    resource = find(kind, store, request["Id"])
    return {kind.name: describe(store, resource), kind.config: resource.config, "ETag": resource.etag}


def update(kind: Kind, store: Store, request: Members) -> Members:
    resource = find(kind, store, request["Id"])
    check_etag(request.get("IfMatch"), resource.etag)
    refuse_if(resource.managed, "IllegalUpdate", "The update contains modifications that are not allowed.")
    store.replace(resource, _checked(kind, store, request[kind.config], resource))
    return get(kind, store, request)


def delete(kind: Kind, store: Store, request: Members) -> Members:
    resource = find(kind, store, request["Id"])
    check_etag(request.get("IfMatch"), resource.etag)
    refuse_if(resource.managed, "IllegalDelete", "You cannot delete a managed policy.")
    refuse_if(
        any(resource.id in (kind.used_by or _nothing)(user.config) for user in store.custom(kind.user)),
        kind.still_in_use,
        f"Cannot delete the {kind.name} because it is in use.",
    )
    del store.of_kind(kind.name)[resource.id]
    return {}


def list_all(kind: Kind, store: Store, request: Members) -> Members:
    type_ = request.get("Type")
    refuse_if(type_ not in (None, "managed", "custom"), "InvalidArgument", "The parameter Type is not valid.")
    wanted = [item for item in store.of_kind(kind.name).values() if type_ in (None, _type(item))]
    return {f"{kind.name}List": page(request, {item.id: _summary(store, item) for item in wanted})}


def find(kind: Kind, store: Store, id_: str) -> Resource:
    """Return a resource, or raise `Refused` with the kind's own error."""
    try:
        return store.of_kind(kind.name)[id_]
    except KeyError:
        raise Refused(kind.no_such, f"The specified {kind.name} does not exist.") from None


def describe(store: Store, resource: Resource) -> Members:
    """Return a resource as an answer tells of it."""
    details = _distribution_details(store, resource) if resource.kind == DISTRIBUTION.name else {}
    return {
        "Id": resource.id,
        "CreatedTime": resource.created,
        "LastModifiedTime": resource.modified,
        f"{resource.kind}Config": resource.config,
        **details,
    }


def _summary(store: Store, resource: Resource) -> Members:
    # Lists tell of some kinds by their fields, and of others by the whole under its name.
    whole = describe(store, resource)
    return {
        **resource.config,
        **whole,
        "ETag": resource.etag,
        "Type": _type(resource),
        resource.kind: whole,
    }


def _type(resource: Resource) -> str:
    return "managed" if resource.managed else "custom"


def _nothing(_config: Config) -> set[str]:
    return set()


def _create(kind: Kind, store: Store, config: Config) -> Resource:
    complete = _checked(kind, store, config, None)
    refuse_if(
        len(store.custom(kind.name)) >= kind.quota,
        f"TooMany{kind.plural}",
        f"You have reached the maximum number of {kind.plural} for this account: {kind.quota}.",
    )
    resource = Resource(kind.name, kind.new_id(), complete, ready_at=store.rollout())
    store.put(resource)
    return resource


def _created(kind: Kind, store: Store, resource: Resource) -> Members:
    location = f"{API}/{kind.path}/{resource.id}"
    return {kind.name: describe(store, resource), "Location": location, "ETag": resource.etag}


def _checked(kind: Kind, store: Store, config: Config, old: Resource | None) -> Config:
    """Return the complete configuration, after all that AWS would check of it."""
    shapes.check(kind.config, config)
    if kind is DISTRIBUTION:
        # Completing it would hide what was asked for.
        certificates.check_viewer_certificate(store, config)
    complete = kind.complete(config)
    if "Name" in complete:
        same = [other for other in store.of_kind(kind.name).values() if other.config["Name"] == complete["Name"]]
        refuse_if(
            any(other is not old for other in same),
            f"{kind.name}AlreadyExists",
            f"The {kind.name} with the name {complete['Name']} already exists.",
        )
    kind.check(store, complete, old)
    return complete


# Distributions


def create_distribution(store: Store, request: Members) -> Members:
    return _create_distribution(store, request["DistributionConfig"], {})


def create_distribution_with_tags(store: Store, request: Members) -> Members:
    both = request["DistributionConfigWithTags"]
    return _create_distribution(store, both["DistributionConfig"], _tags_of(both))


def _create_distribution(store: Store, config: Config, its_tags: dict[str, str]) -> Members:
    distributions.check_new(store, config)
    tags.check_tags(its_tags)
    distribution = _create(DISTRIBUTION, store, config)
    distribution.facts["DomainName"] = random_id("d", 13, string.ascii_lowercase + string.digits) + ".cloudfront.net"
    store.references[config["CallerReference"]] = distribution.id
    store.tags[store.arn("distribution", distribution.id)] = its_tags
    return _created(DISTRIBUTION, store, distribution)


def update_distribution(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["Id"])
    check_etag(request.get("IfMatch"), distribution.etag)
    config = request["DistributionConfig"]
    distributions.check_update(config, distribution.config)
    return update(DISTRIBUTION, store, request)


def delete_distribution(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["Id"])
    check_etag(request.get("IfMatch"), distribution.etag)
    distributions.check_delete(distribution)
    store.leave(distribution)
    store.tags.pop(store.arn("distribution", distribution.id), None)
    store.invalidations.pop(distribution.id, None)
    if not store.references_stay_used:
        del store.references[distribution.config["CallerReference"]]
    del store.of_kind(DISTRIBUTION.name)[distribution.id]
    return {}


def list_distributions_by(field: str, kind: Kind, store: Store, request: Members) -> Members:
    """Answer with the ids of the distributions that use a policy or key group."""
    id_ = find(kind, store, request[field]).id
    users = [user for user in store.custom(DISTRIBUTION.name) if id_ in (kind.used_by or _nothing)(user.config)]
    return {"DistributionIdList": page(request, {user.id: user.id for user in users})}


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


# Invalidations


def create_invalidation(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    batch = request["InvalidationBatch"]
    shapes.check("InvalidationBatch", batch)
    earlier = store.invalidations.setdefault(distribution.id, {})
    invalidation = invalidations.same_request(batch, earlier.values())
    if invalidation is None:
        invalidations.check_batch(batch, earlier.values())
        invalidation = Resource("Invalidation", random_id("I"), batch, ready_at=store.rollout())
        earlier[invalidation.id] = invalidation
    location = f"{API}/distribution/{distribution.id}/invalidation/{invalidation.id}"
    return {"Invalidation": _describe_invalidation(invalidation), "Location": location}


def get_invalidation(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    invalidation = store.invalidations.get(distribution.id, {}).get(request["Id"])
    if invalidation is None:
        raise Refused("NoSuchInvalidation", "The specified invalidation does not exist.")
    return {"Invalidation": _describe_invalidation(invalidation)}


def list_invalidations(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    all_ = store.invalidations.get(distribution.id, {})
    return {"InvalidationList": page(request, {id_: _describe_invalidation(item) for id_, item in all_.items()})}


def _describe_invalidation(invalidation: Resource) -> Members:
    return {
        "Id": invalidation.id,
        "Status": "Completed" if invalidation.ready else "InProgress",
        "CreateTime": invalidation.created,
        "InvalidationBatch": invalidation.config,
    }


# Additional metrics: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_MonitoringSubscription.html


def create_monitoring_subscription(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    refuse_if(
        "MonitoringSubscription" in distribution.facts,
        "MonitoringSubscriptionAlreadyExists",
        "A monitoring subscription already exists for the specified distribution.",
    )
    distribution.facts["MonitoringSubscription"] = request["MonitoringSubscription"]
    return get_monitoring_subscription(store, request)


def get_monitoring_subscription(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    refuse_if(
        "MonitoringSubscription" not in distribution.facts,
        "NoSuchMonitoringSubscription",
        "A monitoring subscription does not exist for the specified distribution.",
    )
    return {"MonitoringSubscription": distribution.facts["MonitoringSubscription"]}


def delete_monitoring_subscription(store: Store, request: Members) -> Members:
    get_monitoring_subscription(store, request)
    del find(DISTRIBUTION, store, request["DistributionId"]).facts["MonitoringSubscription"]
    return {}


# Tags


def tag_resource(store: Store, request: Members) -> Members:
    arn = _taggable(store, request["Resource"])
    tag(store, arn, _tags_of(request))
    return {}


def untag_resource(store: Store, request: Members) -> Members:
    untag(store, _taggable(store, request["Resource"]), items(request["TagKeys"]))
    return {}


def list_tags_for_resource(store: Store, request: Members) -> Members:
    its_tags = store.tags.get(_taggable(store, request["Resource"]), {})
    return {"Tags": {"Items": [{"Key": key, "Value": value} for key, value in its_tags.items()]}}


def tag(store: Store, arn: str, more: dict[str, str]) -> None:
    """Add tags to a resource."""
    together = {**store.tags.get(arn, {}), **more}
    tags.check_tags(together)
    store.tags[arn] = together


def untag(store: Store, arn: str, keys: Iterable[str]) -> None:
    """Take tags from a resource."""
    store.tags[arn] = {key: value for key, value in store.tags.get(arn, {}).items() if key not in set(keys)}


def _taggable(store: Store, arn: str) -> str:
    refuse_if(arn not in store.taggable(), "NoSuchResource", f"The specified resource does not exist: {arn}")
    return arn


def _tags_of(request: Members) -> dict[str, str]:
    return {item["Key"]: item.get("Value", "") for item in items(request.get("Tags"))}


# By name


def _operations_of(kind: Kind) -> dict[str, Operation]:
    return {
        f"Create{kind.name}": functools.partial(create, kind),
        f"Get{kind.name}": functools.partial(get, kind),
        f"Get{kind.name}Config": functools.partial(get, kind),
        f"Update{kind.name}": functools.partial(update, kind),
        f"Delete{kind.name}": functools.partial(delete, kind),
        f"List{kind.plural}": functools.partial(list_all, kind),
    }


def _lists_by_use() -> dict[str, Operation]:
    by_name = {kind.name: kind for kind in KINDS}
    found: dict[str, Operation] = {}
    for name in ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy"):
        listing = functools.partial(list_distributions_by, f"{name}Id", by_name[name])
        found[f"ListDistributionsBy{name}Id"] = listing
    found["ListDistributionsByKeyGroup"] = functools.partial(list_distributions_by, "KeyGroupId", by_name["KeyGroup"])
    return found


#: What the sandbox does of CloudFront's API, by the names of the operations.
OPERATIONS: dict[str, Operation] = {
    **{name: operation for kind in KINDS for name, operation in _operations_of(kind).items()},
    **_operations_of(DISTRIBUTION),
    **_lists_by_use(),
    **FUNCTION_OPERATIONS,
    "CreateDistribution": create_distribution,
    "CreateDistributionWithTags": create_distribution_with_tags,
    "UpdateDistribution": update_distribution,
    "DeleteDistribution": delete_distribution,
    "CreateInvalidation": create_invalidation,
    "GetInvalidation": get_invalidation,
    "ListInvalidations": list_invalidations,
    "CreateMonitoringSubscription": create_monitoring_subscription,
    "GetMonitoringSubscription": get_monitoring_subscription,
    "DeleteMonitoringSubscription": delete_monitoring_subscription,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "ListTagsForResource": list_tags_for_resource,
}
