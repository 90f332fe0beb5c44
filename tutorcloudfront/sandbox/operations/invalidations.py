"""The operations on invalidations."""

from __future__ import annotations

from tutorcloudfront.sandbox import shapes
from tutorcloudfront.sandbox.kinds import DISTRIBUTION
from tutorcloudfront.sandbox.operations.common import API, Members
from tutorcloudfront.sandbox.operations.pages import page
from tutorcloudfront.sandbox.operations.resources import find
from tutorcloudfront.sandbox.refusal import Refused
from tutorcloudfront.sandbox.rules.invalidations import check_batch, same_request
from tutorcloudfront.sandbox.store import Resource, Store, random_id


def create_invalidation(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    batch = request["InvalidationBatch"]
    shapes.check("InvalidationBatch", batch)
    earlier = store.invalidations.setdefault(distribution.id, {})
    invalidation = same_request(batch, earlier.values())
    if invalidation is None:
        check_batch(batch, earlier.values())
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
