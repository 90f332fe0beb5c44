"""The operations that there are for every kind of resource."""

from __future__ import annotations

from tutorcloudfront.sandbox import shapes
from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.kinds import Kind
from tutorcloudfront.sandbox.operations.common import API, Members
from tutorcloudfront.sandbox.operations.descriptions import describe, summary, type_of
from tutorcloudfront.sandbox.operations.pages import page
from tutorcloudfront.sandbox.refusal import Refused, refuse_if
from tutorcloudfront.sandbox.rules.common import check_etag
from tutorcloudfront.sandbox.store import Resource, Store


def create(kind: Kind, store: Store, request: Members) -> Members:
    resource = make(kind, store, request[kind.config])
    return created(kind, store, resource)


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
        any(resource.id in kind.used_by(user.config) for user in store.custom(kind.user)),
        kind.still_in_use,
        f"Cannot delete the {kind.name} because it is in use.",
    )
    del store.of_kind(kind.name)[resource.id]
    return {}


def list_all(kind: Kind, store: Store, request: Members) -> Members:
    type_ = request.get("Type")
    refuse_if(type_ not in (None, "managed", "custom"), "InvalidArgument", "The parameter Type is not valid.")
    wanted = [item for item in store.of_kind(kind.name).values() if type_ in (None, type_of(item))]
    return {f"{kind.name}List": page(request, {item.id: summary(store, item) for item in wanted})}


def find(kind: Kind, store: Store, id_: str) -> Resource:
    """Return a resource, or raise `Refused` with the kind's own error."""
    try:
        return store.of_kind(kind.name)[id_]
    except KeyError:
        raise Refused(kind.no_such, f"The specified {kind.name} does not exist.") from None


def make(kind: Kind, store: Store, config: Config) -> Resource:
    """Put a new resource into the account."""
    complete = _checked(kind, store, config, None)
    refuse_if(
        len(store.custom(kind.name)) >= kind.quota,
        f"TooMany{kind.plural}",
        f"You have reached the maximum number of {kind.plural} for this account: {kind.quota}.",
    )
    resource = Resource(kind.name, kind.new_id(), complete, ready_at=store.rollout())
    store.put(resource)
    return resource


def created(kind: Kind, store: Store, resource: Resource) -> Members:
    """Return the answer to who has made a resource."""
    location = f"{API}/{kind.path}/{resource.id}"
    return {kind.name: describe(store, resource), "Location": location, "ETag": resource.etag}


def _checked(kind: Kind, store: Store, config: Config, old: Resource | None) -> Config:
    """Return the complete configuration, after all that AWS would check of it."""
    shapes.check(kind.config, config)
    kind.check_given(store, config, old)
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
