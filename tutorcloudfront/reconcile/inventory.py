"""What AWS holds: all lists side by side, and one more round for what they leave open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.errors import DENIED, AwsError
from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.aws.kinds.bucket_policy import BUCKET_POLICY, NO_BUCKET
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION, tags_of
from tutorcloudfront.aws.kinds.lambda_function import LAMBDA_FUNCTION
from tutorcloudfront.aws.kinds.role import ROLE
from tutorcloudfront.aws.kinds.secret import SECRET
from tutorcloudfront.resources.distributions import caller_reference, comment
from tutorcloudfront.resources.edge import tasks_of
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.resources.sharing import Usage
from tutorcloudfront.resources.tags import PREFIX_TAG, features, name_in, ownership, unwanted
from tutorcloudfront.settings import Settings
from tutorcloudfront.sites import Site


@dataclass(frozen=True)
class Inventory:
    """The resources that are this platform's or could be, by kind and name, and who uses them.

    `rivals` are distributions that carry the tags of a site which another distribution serves, `strangers` those that
    are not this platform's. `missing` tells of buckets that are to be fetched from and are not there.
    """

    existing: Mapping[Ref, Existing]
    usage: Usage
    rivals: Sequence[Existing] = field(default_factory=tuple)
    strangers: Sequence[Existing] = field(default_factory=tuple)
    missing: Sequence[str] = ()


def take_inventory(aws: Aws, settings: Settings, sites: Sequence[Site], *, thorough: bool = False) -> Inventory:
    """Ask AWS for all it holds. The number of calls grows by pages of 100 and by private buckets, not by sites.

    IAM's roles are asked for where there are functions or are to be some, and if it is to be `thorough`.

    Raises:
        AwsError: a list could not be had.
    """
    by_comment = {comment(settings.resource_prefix, site.name): site.name for site in sites}
    with ThreadPoolExecutor(PARALLEL) as pool:
        lists = [pool.submit(kind.list, aws) for kind in KINDS.values()]
        tagging = pool.submit(aws.tagged, PREFIX_TAG, settings.resource_prefix)
        roles = [pool.submit(_roles, aws, needed=True)] if any(map(tasks_of, sites)) else []
        asked = _asked_for(settings, sites)
        looks = [pool.submit(_looked_up, aws, ref, settings) for ref in sorted(asked)]
        tagged = tagging.result()
        found = [_with_tags(item, tagged) for each in lists for item in each.result()]
        functions = LAMBDA_FUNCTION.tagged(tagged)
        if not roles and (functions or thorough):
            roles = [pool.submit(_roles, aws, needed=bool(functions))]
        named = list(pool.map(lambda item: _named(aws, item, settings, by_comment), found))
        left = {Ref(BUCKET_POLICY.name, bucket) for bucket in _left_buckets(named)} - asked
        looks_at_left = [pool.submit(_looked_up, aws, ref, settings) for ref in sorted(left)]
        seen = [each.result() for each in (*looks, *looks_at_left)]
        missing = [str(error) for each in looks if isinstance(error := each.result(), AwsError)]
        existing = [item for item in seen if isinstance(item, Existing)]
        inventory = _inventory(
            [*named, *functions, *(item for each in roles for item in each.result()), *existing], settings
        )
        return replace(inventory, missing=missing)


def _roles(aws: Aws, *, needed: bool) -> list[Existing]:
    """Return the roles of functions; where none should be there, not to be allowed to ask for them is no error."""
    try:
        return ROLE.all(aws)
    except AwsError as e:
        if needed or e.code not in DENIED:
            raise
        return []


def _asked_for(settings: Settings, sites: Sequence[Site]) -> set[Ref]:
    """Return what is to be looked up by name, since no list of AWS's shows it."""
    buckets = {Ref(BUCKET_POLICY.name, site.bucket) for site in sites if site.bucket}
    return buckets | ({Ref(SECRET.name, settings.signing_secret)} if settings.signing_secret else set())


def _looked_up(aws: Aws, ref: Ref, settings: Settings) -> Existing | AwsError | None:
    """Return a resource that is looked up by name, or the error where a bucket is not there at all."""
    try:
        return KINDS[ref.kind].look_up(aws, ref.name, settings.resource_prefix)
    except AwsError as e:
        # Without its bucket a platform can be destroyed all the same.
        if e.code == NO_BUCKET:
            return e
        raise


def _left_buckets(items: Sequence[Existing]) -> set[str]:
    """Return the buckets that this platform's distributions are fetching from."""
    hosts = [
        origin["DomainName"]
        for item in items
        if item.kind == DISTRIBUTION.name and item.name
        for origin in item.config["Origins"]["Items"]
        if "S3OriginConfig" in origin
    ]
    return {match[1] for host in hosts if (match := re.match(r"([a-z0-9-]+)\.s3\.", host))}


def _with_tags(item: Existing, tagged: Mapping[str, Mapping[str, str]]) -> Existing:
    """Return a resource with its tags in the list of what carries ours, if it is of a kind that is found there."""
    return replace(item, tags=tagged.get(item.arn)) if item.arn else item


def _inventory(items: Sequence[Existing], settings: Settings) -> Inventory:
    existing: dict[Ref, Existing] = {}
    rivals, strangers = [], []
    # Where two distributions claim a site, the one that config.yml speaks of serves it.
    saved = {distribution.id for distribution in settings.distributions.values()}
    for item in sorted(items, key=lambda item: (item.id not in saved, item.id)):
        if not item.name:
            strangers.append(item)
        elif existing.setdefault(item.ref, item) is not item:
            rivals.append(item)
    return Inventory(existing, _usage(items), rivals, strangers)


def _named(aws: Aws, item: Existing, settings: Settings, by_comment: Mapping[str, str]) -> Existing:
    """Return a resource with its name in this platform and its tags, as far as they matter."""
    name = item.name or _claimed_name(item, by_comment)
    if not name or not item.arn or not _could_be_ours(item, settings):
        return item
    expected = ownership(settings, name) | (features(settings) if item.kind == DISTRIBUTION.name else {})
    if item.tags and expected.items() <= item.tags.items() and not unwanted(expected, item.tags):
        return replace(item, name=name)
    # Tags lag behind in the list of what carries them, and a comment is soon copied: look at the thing itself.
    tags = tags_of(aws, item)
    ours = item.name or tags.get(PREFIX_TAG) == settings.resource_prefix or _was_made_for(aws, item, name, settings)
    return replace(item, tags=tags, name=name if ours else "")


def _claimed_name(item: Existing, by_comment: Mapping[str, str]) -> str:
    """Return the site that a distribution seems to be of, by its tags or its comment."""
    return name_in(item.tags or {}) or by_comment.get(item.config["Comment"], "")


def _could_be_ours(item: Existing, settings: Settings) -> bool:
    return not item.name or item.name.startswith(f"{settings.resource_prefix}-")


def _was_made_for(aws: Aws, item: Existing, site: str, settings: Settings) -> bool:
    """Tell whether a distribution was created for a site, whatever became of its tags."""
    return DISTRIBUTION.has_reference(aws, item, caller_reference(settings.resource_prefix, site))


def _usage(items: Sequence[Existing]) -> Usage:
    """Return which distribution uses which shared resource; others' count as well, since AWS counts them."""
    refs = {item.reference: item.ref for item in items if item.kind != DISTRIBUTION.name}
    usage: dict[Ref, set[str]] = {}
    for item in items:
        for reference in _references(item):
            if reference in refs:
                usage.setdefault(refs[reference], set()).add(item.name or item.id)
    return usage


def _references(item: Existing) -> set[str]:
    if item.kind != DISTRIBUTION.name:
        return set()
    behaviors = [item.config["DefaultCacheBehavior"], *item.config["CacheBehaviors"]["Items"]]
    fields = ("CachePolicyId", "OriginRequestPolicyId", "ResponseHeadersPolicyId")
    policies = {behavior.get(field, "") for behavior in behaviors for field in fields}
    functions = {each["FunctionARN"] for behavior in behaviors for each in behavior["FunctionAssociations"]["Items"]}
    groups = {group for behavior in behaviors for group in behavior["TrustedKeyGroups"]["Items"]}
    access = {origin.get("OriginAccessControlId", "") for origin in item.config["Origins"]["Items"]}
    return policies | functions | groups | access
