"""What is done otherwise with distributions than with all kinds of resource."""

from __future__ import annotations

import string

from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.kinds import DISTRIBUTION, Kind
from tutorcloudfront.sandbox.operations.common import Members, tags_in
from tutorcloudfront.sandbox.operations.pages import page
from tutorcloudfront.sandbox.operations.resources import created, find, make
from tutorcloudfront.sandbox.rules.common import check_etag
from tutorcloudfront.sandbox.rules.distributions import check_delete
from tutorcloudfront.sandbox.rules.tags import check_tags
from tutorcloudfront.sandbox.store import Store, random_id


def create_distribution(store: Store, request: Members) -> Members:
    return _create_distribution(store, request["DistributionConfig"], {})


def create_distribution_with_tags(store: Store, request: Members) -> Members:
    both = request["DistributionConfigWithTags"]
    return _create_distribution(store, both["DistributionConfig"], tags_in(both))


def _create_distribution(store: Store, config: Config, its_tags: dict[str, str]) -> Members:
    check_tags(its_tags)
    distribution = make(DISTRIBUTION, store, config)
    distribution.facts["DomainName"] = random_id("d", 13, string.ascii_lowercase + string.digits) + ".cloudfront.net"
    store.references[config["CallerReference"]] = distribution.id
    store.tags[store.arn("distribution", distribution.id)] = its_tags
    return created(DISTRIBUTION, store, distribution)


def delete_distribution(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["Id"])
    check_etag(request.get("IfMatch"), distribution.etag)
    check_delete(distribution)
    store.leave(distribution)
    store.tags.pop(store.arn("distribution", distribution.id), None)
    store.invalidations.pop(distribution.id, None)
    if not store.references_stay_used:
        del store.references[distribution.config["CallerReference"]]
    del store.of_kind(DISTRIBUTION.name)[distribution.id]
    return {}


def list_by_use(field: str, kind: Kind, store: Store, request: Members) -> Members:
    """Answer with the ids of the distributions that use a policy or key group."""
    id_ = find(kind, store, request[field]).id
    users = [user for user in store.custom(DISTRIBUTION.name) if id_ in kind.used_by(user.config)]
    return {"DistributionIdList": page(request, {user.id: user.id for user in users})}
