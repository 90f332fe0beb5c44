"""What all kinds of CloudFront resources have in common.

CloudFront names its operations after its kinds (`ListCachePolicies`, `GetCachePolicyConfig`, `CachePolicyAlreadyExists`),
so that a kind is little more than its name: see `policies.py` for the form to fill in.
"""

from __future__ import annotations

import re
import time
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.patience import patiently
from tutorcloudfront.resources.differences import Difference, differences, merged
from tutorcloudfront.resources.resource import Config, Ref, Resource
from tutorcloudfront.resources.shared import comment_begin, is_name_of_ours
from tutorcloudfront.resources.tags import tag_list, unwanted

T = t.TypeVar("T")

#: Seconds between looks for a resource that AWS says is there and its list does not show yet.
STALE_LIST_WAITS = (1, 2, 4, 8)
#: Seconds for which AWS may count a user of a resource that is gone.
FREE_AFTER = 15


@dataclass(frozen=True)
class Existing:
    """A resource that AWS holds.

    `config` is what the list tells of it. `reference` is what other configurations call it by: its id, or its ARN.
    `name` is empty where the list does not tell whose it is. `tags` is `None` where they are not known, and `arn`
    empty where AWS has no tags. `adopted` ones are taken over from somebody, as the user asked.
    """

    kind: str
    name: str
    id: str
    reference: str
    config: Config
    arn: str = ""
    tags: Mapping[str, str] | None = None
    domain_name: str = ""
    status: str = ""
    adopted: bool = False

    @property
    def ref(self) -> Ref:
        """The desired resource that it is."""
        return Ref(self.kind, self.name)


@dataclass(frozen=True)
class Kind:
    """A kind of CloudFront resource: how it is listed, recognised, compared, created, updated and deleted.

    `type` is CloudFront's word for it in the names of operations. Where there is no `list_operation`, resources are looked
    up by their names. Resources given to the methods have all their references resolved.

    All methods that call AWS raise `AwsError`.
    """

    type: str
    list_operation: str = ""
    list_arguments: Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The kind's name in plans: `cache_policy`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.type).lower()

    @property
    def label(self) -> str:
        """The kind's name for people: `cache policy`."""
        return self.name.replace("_", " ")

    def list(self, aws: Aws) -> list[Existing]:
        """Return all of the account's, whoever made them; nothing of a kind that AWS has no list of."""
        if not self.list_operation:
            return []
        return [self.existing(item) for item in aws.cloudfront_list(self.list_operation, **self.list_arguments)]

    def look_up(self, aws: Aws, name: str, prefix: str) -> Existing | None:
        """Return a platform's resource of a kind that AWS has no list of, `None` if there is none of this name."""
        raise NotImplementedError

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        """Tell whether this plugin made a resource; a name alone, which anybody can give, is not enough to delete it."""
        told = existing.config.get("Comment") or existing.config.get("Description") or ""
        return is_name_of_ours(existing.name, prefix) and told.startswith(comment_begin(prefix))

    def existing(self, item: Answer) -> Existing:
        """Return an item of the list, or the answer to a create or update, as what it stands for."""
        body = item.get(self.type, item)
        config = body[f"{self.type}Config"]
        return Existing(self.name, config["Name"], body["Id"], body["Id"], config)

    def comparable(self, resource: Resource) -> Config:
        """Return what of a desired configuration can be compared and changed."""
        return resource.config

    def differences(self, resource: Resource, existing: Existing) -> tuple[Difference, ...]:
        """Return how an existing resource must change."""
        wanted = self._complete(self.comparable(resource), existing.config)
        return (*differences(wanted, existing.config), *self.tag_differences(resource, existing))

    def moves(self, diff: tuple[Difference, ...]) -> bool:  # noqa: ARG002
        """Tell whether others call a resource by another reference once it has changed like this."""
        return False

    def create(self, aws: Aws, resource: Resource) -> Existing:
        """Create a resource; one that is there already, by another run or a lost answer, is brought up to date."""
        try:
            created = self._create(aws, resource)
        except AwsError as e:
            if e.code != f"{self.type}AlreadyExists":
                raise
            return self.update(aws, resource, self._find(aws, resource.name, e))
        return self._tagged(aws, resource, created)

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Get, merge, put; once more from the get when someone else was quicker."""
        return self._tagged(aws, resource, once_more_if_stale(lambda: self._update(aws, resource, existing)))

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Delete a resource, also one that is gone already; where AWS still counts a user of it, a little later."""
        try:
            patiently(lambda: self._delete(aws, existing), lambda e: e.code.endswith("InUse"), FREE_AFTER)
        except AwsError as e:
            if not e.code.startswith("NoSuch"):
                raise

    def _delete(self, aws: Aws, existing: Existing) -> None:
        etag = aws.cloudfront(f"Get{self.type}Config", Id=existing.id)["ETag"]
        aws.cloudfront(f"Delete{self.type}", Id=existing.id, IfMatch=etag)

    def _create(self, aws: Aws, resource: Resource) -> Existing:
        return self.existing(aws.cloudfront(f"Create{self.type}", **{f"{self.type}Config": resource.config}))

    def _update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        field = f"{self.type}Config"
        answer = aws.cloudfront(f"Get{field}", Id=existing.id)
        wanted = self._complete(self.comparable(resource), answer[field])
        if not differences(wanted, answer[field]):
            return existing
        config = merged(wanted, answer[field])
        put = aws.cloudfront(f"Update{self.type}", Id=existing.id, IfMatch=answer["ETag"], **{field: config})
        return replace(self.existing(put), tags=existing.tags)

    def _complete(self, wanted: Config, actual: Config) -> Config:  # noqa: ARG002
        """Return a desired configuration with what of the actual one belongs to it."""
        return wanted

    def _tagged(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Put the tags right, and give the resource its name."""
        diff = self.tag_differences(resource, existing)
        if missing := {tag.key: tag.new for tag in diff if tag.new is not None}:
            aws.cloudfront("TagResource", Resource=existing.arn, Tags=tag_items(missing))
        if gone := [tag.key for tag in diff if tag.new is None]:
            aws.cloudfront("UntagResource", Resource=existing.arn, TagKeys={"Items": gone})
        left = {key: value for key, value in (existing.tags or {}).items() if key not in gone}
        return replace(existing, name=resource.name, tags={**left, **resource.tags})

    def tag_differences(self, resource: Resource, existing: Existing) -> tuple[TagDifference, ...]:
        """Return how the tags of an existing resource must change."""
        known = existing.tags or {}
        wrong = {key: value for key, value in resource.tags.items() if known.get(key) != value}
        gone = unwanted(resource.tags, known) if resource.tags else []
        return (
            *(TagDifference(f"Tags[{key}]", known.get(key), value) for key, value in wrong.items()),
            *(TagDifference(f"Tags[{key}]", known[key], None) for key in gone),
        )

    def _find(self, aws: Aws, name: str, error: AwsError) -> Existing:
        """Return the resource of this name, looking again while AWS's list lags behind; else raise `error`."""
        for wait in (0, *STALE_LIST_WAITS):
            time.sleep(wait)
            for existing in self.list(aws):
                if existing.name == name:
                    return existing
        raise error


def once_more_if_stale(get_and_put: Callable[[], T]) -> T:
    """Change something; once more from the get when someone else was quicker with the put."""
    with unless("PreconditionFailed"):
        return get_and_put()
    return get_and_put()


def tag_items(tags: Mapping[str, str]) -> dict[str, t.Any]:
    """Return tags as CloudFront's operations take them."""
    return {"Items": tag_list(tags)}


@dataclass(frozen=True)
class TagDifference(Difference):
    """A tag that is missing, another or no longer wanted."""

    @property
    def key(self) -> str:
        return self.path.removeprefix("Tags[").removesuffix("]")
