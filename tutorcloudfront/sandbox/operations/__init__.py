"""CloudFront's operations on the account: what is asked for, by name, and what is answered.

An operation is a function of the store and of the request's members, as botocore's model names them. It returns
the answer's members; what the model does not have for an operation is left out when the answer is written.
"""

from __future__ import annotations

import functools

from tutorcloudfront.sandbox.kinds import DISTRIBUTION, KINDS, Kind
from tutorcloudfront.sandbox.operations import distributions, functions, invalidations, monitoring, resources, tags
from tutorcloudfront.sandbox.operations.common import Members, Operation
from tutorcloudfront.sandbox.operations.distributions import list_by_use
from tutorcloudfront.sandbox.rules.behaviors import POLICIES

__all__ = ["OPERATIONS", "Members", "Operation"]


def _operations_of(kind: Kind) -> dict[str, Operation]:
    return {
        f"Create{kind.name}": functools.partial(resources.create, kind),
        f"Get{kind.name}": functools.partial(resources.get, kind),
        f"Get{kind.name}Config": functools.partial(resources.get, kind),
        f"Update{kind.name}": functools.partial(resources.update, kind),
        f"Delete{kind.name}": functools.partial(resources.delete, kind),
        f"List{kind.plural}": functools.partial(resources.list_all, kind),
    }


def _lists_by_use() -> dict[str, Operation]:
    by_name = {kind.name: kind for kind in KINDS}
    found: dict[str, Operation] = {}
    for name in POLICIES:
        found[f"ListDistributionsBy{name}Id"] = functools.partial(list_by_use, f"{name}Id", by_name[name])
    found["ListDistributionsByKeyGroup"] = functools.partial(list_by_use, "KeyGroupId", by_name["KeyGroup"])
    return found


#: What the sandbox does of CloudFront's API, by the names of the operations.
OPERATIONS: dict[str, Operation] = {
    **{name: operation for kind in (*KINDS, DISTRIBUTION) for name, operation in _operations_of(kind).items()},
    **_lists_by_use(),
    **functions.OPERATIONS,
    "CreateDistribution": distributions.create_distribution,
    "CreateDistributionWithTags": distributions.create_distribution_with_tags,
    "DeleteDistribution": distributions.delete_distribution,
    "CreateInvalidation": invalidations.create_invalidation,
    "GetInvalidation": invalidations.get_invalidation,
    "ListInvalidations": invalidations.list_invalidations,
    "CreateMonitoringSubscription": monitoring.create_monitoring_subscription,
    "GetMonitoringSubscription": monitoring.get_monitoring_subscription,
    "DeleteMonitoringSubscription": monitoring.delete_monitoring_subscription,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "ListTagsForResource": tags.list_tags_for_resource,
}
