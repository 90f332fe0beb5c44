"""Lambda functions for the edge: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html

CloudFront runs published versions, which never change: new code is another version. The tags of a function say which one
is the last, and of what it was made. They are written when it is there, so that a run that ends before is gone on with.
Where a stack made the function, they say how that version is described.
"""

from __future__ import annotations

import typing as t
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.kinds.base import Existing, Kind, TagDifference
from tutorcloudfront.aws.patience import patiently
from tutorcloudfront.resources.differences import Difference
from tutorcloudfront.resources.resource import Config, Resource
from tutorcloudfront.resources.tags import DIGEST_TAG, PREFIX_TAG, VERSION_TAG, unwanted, version_of_stack

MISSING = "ResourceNotFoundException"
CONFLICT = "ResourceConflictException"
INVALID = "InvalidParameterValueException"
#: Beside what the digest tells, the fields that Lambda can be asked to change.
FIELDS = ("Role", "Runtime", "Handler", "MemorySize", "Timeout", "Description")
OWN_TAGS = (DIGEST_TAG, VERSION_TAG)
LATEST = "$LATEST"
#: AWS takes some seconds to tell Lambda of a new role, and Lambda some to make a function or a version of it ready.
GIVE_UP_AFTER = 90.0


class LambdaFunction(Kind):
    """The reference of a function is its last version, "" as long as there is none."""

    def tagged(self, tagged: Mapping[str, Mapping[str, str]]) -> list[Existing]:
        """Return the functions among what carries a platform's tag."""
        return [self._of(arn, tags) for arn, tags in tagged.items() if arn.startswith("arn:aws:lambda:")]

    def look_up(self, aws: Aws, name: str, prefix: str) -> Existing | None:  # noqa: ARG002
        with unless(MISSING):
            found = aws.call("lambda", "GetFunction", FunctionName=name)
            tags = found.get("Tags", {})
            version = tags.get(VERSION_TAG, "")
            if version.startswith(version_of_stack("")):
                tags = {**tags, VERSION_TAG: _described(aws, name, version)}
            return self._of(found["Configuration"]["FunctionArn"], tags)
        return None

    def comparable(self, resource: Resource) -> Config:
        """Return what tells of which code and settings a function is, nothing where that is not known now."""
        return {key: value for key, value in resource.config.items() if key == "Digest"}

    def tag_differences(self, resource: Resource, existing: Existing) -> tuple[TagDifference, ...]:
        others = {key: value for key, value in (existing.tags or {}).items() if key not in OWN_TAGS}
        return super().tag_differences(resource, replace(existing, tags=others))

    def moves(self, diff: tuple[Difference, ...]) -> bool:
        return any(not isinstance(item, TagDifference) for item in diff)

    def create(self, aws: Aws, resource: Resource) -> Existing:
        # In conflict with it is what another run, or this one before its answer got lost, has made.
        with unless(CONFLICT):
            patiently(lambda: self._make(aws, resource), _role_is_new, GIVE_UP_AFTER)
        found = self.look_up(aws, resource.name, "")
        if found is None:
            raise AwsError(f"Lambda function {resource.name} is gone again. Run this again.", MISSING)
        return self.update(aws, resource, found)

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Put code, settings and tags right, and publish a version where one is missing.

        Raises:
            AwsError: AWS refuses, or the function is somebody else's.
        """
        # The tags as they are now, where those of the list may lag behind.
        found = self.look_up(aws, resource.name, "") or existing
        if not self.is_ours(found, resource.tags[PREFIX_TAG]):
            raise AwsError(
                f"Lambda function {resource.name} is not this platform's: it has no tag "
                f"{PREFIX_TAG}={resource.tags[PREFIX_TAG]}. Delete it, or set another CLOUDFRONT_RESOURCE_PREFIX.",
                "ForeignResource",
            )
        if not self.differences(resource, found):
            return found
        version = found.reference.rpartition(":")[2]
        moved = self.moves(super().differences(resource, found))
        if moved:
            version = self._published(aws, resource)
        tags = {**resource.tags, DIGEST_TAG: resource.config["Digest"], VERSION_TAG: version}
        aws.call("lambda", "TagResource", Resource=found.arn, Tags=tags)
        known = {key: value for key, value in (found.tags or {}).items() if key not in OWN_TAGS}
        if gone := unwanted(resource.tags, known):
            aws.call("lambda", "UntagResource", Resource=found.arn, TagKeys=gone)
        if moved:
            self._prune(aws, resource.name, {version, (found.tags or {}).get(VERSION_TAG, "")})
        left = {key: value for key, value in known.items() if key not in gone}
        return self._of(found.arn, {**left, **tags})

    def delete(self, aws: Aws, existing: Existing) -> None:
        try:
            aws.call("lambda", "DeleteFunction", FunctionName=existing.name)
        except AwsError as e:
            if e.code == MISSING:
                return
            if "replicated function" not in e.aws_message:
                raise
            raise AwsError(
                f"Edge locations still have copies of Lambda function {existing.name}, and AWS takes some hours to take "
                "them away once no distribution uses it. Run this again tomorrow, or in some hours: it goes on from here.",
                e.code,
                e.aws_message,
            ) from e

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        return (existing.tags or {}).get(PREFIX_TAG) == prefix

    def _of(self, arn: str, tags: Mapping[str, str]) -> Existing:
        # A digest without a version says nothing, and the number of a stack's is to be looked up.
        version = tags.get(VERSION_TAG, "")
        version = version if version.isdecimal() else ""
        config = {"Digest": tags.get(DIGEST_TAG) if version else None}
        name = arn.rpartition(":")[2]
        return Existing(self.name, name, name, f"{arn}:{version}" if version else "", config, arn=arn, tags=tags)

    def _make(self, aws: Aws, resource: Resource) -> Answer:
        return aws.call(
            "lambda",
            "CreateFunction",
            FunctionName=resource.name,
            PackageType="Zip",
            Architectures=resource.config["Architectures"],
            Code={"ZipFile": resource.attachments["ZipFile"]},
            Tags=dict(resource.tags),
            **_fields(resource),
        )

    def _published(self, aws: Aws, resource: Resource) -> str:
        """Return the number of the version that has the code and the settings; Lambda makes one if there is none."""
        name, code = resource.name, resource.attachments["ZipFile"]
        digest = b64encode(sha256(code).digest()).decode()
        found = _when_ready(aws, name)
        if found["CodeSha256"] != digest:
            architectures = resource.config["Architectures"]
            patiently(
                lambda: aws.call(
                    "lambda", "UpdateFunctionCode", FunctionName=name, ZipFile=code, Architectures=architectures
                ),
                _is_busy,
                GIVE_UP_AFTER,
            )
            found = _when_ready(aws, name)
        if any(found.get(field) != value for field, value in _fields(resource).items()):
            patiently(
                lambda: aws.call("lambda", "UpdateFunctionConfiguration", FunctionName=name, **_fields(resource)),
                lambda e: _is_busy(e) or _role_is_new(e),
                GIVE_UP_AFTER,
            )
            _when_ready(aws, name)
        answer = patiently(
            lambda: aws.call("lambda", "PublishVersion", FunctionName=name, CodeSha256=digest), _is_busy, GIVE_UP_AFTER
        )
        version = str(answer["Version"])
        _when_ready(aws, name, version)
        return version

    def _prune(self, aws: Aws, name: str, kept: set[str]) -> None:
        """Delete versions that nothing needs any more; those that edge locations still have, AWS refuses to."""
        try:
            versions = _versions(aws, name)
        except AwsError:
            return
        for version in {item["Version"] for item in versions} - kept:
            try:
                aws.call("lambda", "DeleteFunction", FunctionName=name, Qualifier=version)
            except AwsError:
                continue


def _versions(aws: Aws, name: str) -> list[Answer]:
    """Return the published versions of a function, the last one last."""
    found: list[Answer] = []
    marker = None
    while True:
        answer = aws.call("lambda", "ListVersionsByFunction", FunctionName=name, Marker=marker)
        found += (item for item in answer["Versions"] if item["Version"] != LATEST)
        marker = answer.get("NextMarker")
        if not marker:
            return sorted(found, key=lambda item: int(item["Version"]))


def _described(aws: Aws, name: str, description: str) -> str:
    """Return the number of the last version with a description, "" where there is none."""
    found = [item["Version"] for item in _versions(aws, name) if item.get("Description") == description]
    return str(found[-1]) if found else ""


def _fields(resource: Resource) -> dict[str, t.Any]:
    return {name: resource.config[name] for name in FIELDS}


def _when_ready(aws: Aws, name: str, version: str | None = None) -> Answer:
    """Return a function, or a version of one, once Lambda is done with what was asked before.

    https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
    """

    def look() -> Answer:
        found: Answer = aws.call("lambda", "GetFunction", FunctionName=name, Qualifier=version)["Configuration"]
        if found.get("State") == "Failed" or found.get("LastUpdateStatus") == "Failed":
            reason = found.get("StateReason") or found.get("LastUpdateStatusReason") or "no reason given"
            raise AwsError(f"Lambda could not make function {name} ready: {reason}", "Failed")
        if found.get("State") == "Pending" or found.get("LastUpdateStatus") == "InProgress":
            raise AwsError(f"Lambda function {name} is not ready yet. Run this again: it goes on from here.", "Pending")
        return found

    return patiently(look, lambda e: e.code == "Pending", GIVE_UP_AFTER)


def _role_is_new(error: AwsError) -> bool:
    return error.code == INVALID and "cannot be assumed" in error.aws_message


def _is_busy(error: AwsError) -> bool:
    return error.code == CONFLICT


LAMBDA_FUNCTION = LambdaFunction("LambdaFunction")
