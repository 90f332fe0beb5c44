"""The operations on tags."""

from __future__ import annotations

from collections.abc import Iterable

from tutorcloudfront.sandbox.configs import items
from tutorcloudfront.sandbox.operations.common import Members, tags_in
from tutorcloudfront.sandbox.refusal import refuse_if
from tutorcloudfront.sandbox.rules.tags import check_tags
from tutorcloudfront.sandbox.store import Store


def tag_resource(store: Store, request: Members) -> Members:
    arn = _taggable(store, request["Resource"])
    tag(store, arn, tags_in(request))
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
    check_tags(together)
    store.tags[arn] = together


def untag(store: Store, arn: str, keys: Iterable[str]) -> None:
    """Take tags from a resource."""
    store.tags[arn] = {key: value for key, value in store.tags.get(arn, {}).items() if key not in set(keys)}


def _taggable(store: Store, arn: str) -> str:
    refuse_if(arn not in store.taggable(), "NoSuchResource", f"The specified resource does not exist: {arn}")
    return arn
