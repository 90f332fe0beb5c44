"""Secrets of AWS Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html

What a secret holds is read only where it is needed. That it holds what it should, its tags tell.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.resources.resource import Resource
from tutorcloudfront.resources.tags import PREFIX_TAG

MISSING = "ResourceNotFoundException"


class Secret(Kind):
    def look_up(self, aws: Aws, name: str, prefix: str) -> Existing | None:  # noqa: ARG002
        return self._found(aws, name)

    def create(self, aws: Aws, resource: Resource) -> Existing:
        try:
            aws.call(
                "secretsmanager",
                "CreateSecret",
                Name=resource.name,
                Description=resource.config["Description"],
                SecretString=_content(resource),
                Tags=_tag_items(resource.tags),
            )
        except AwsError as e:
            if e.code not in ("ResourceExistsException", "InvalidRequestException"):
                raise
            # It is there, or will be deleted in some days: then it is taken back.
            aws.call("secretsmanager", "RestoreSecret", SecretId=resource.name)
            return self.update(aws, resource, self._there(aws, resource, e))
        return self._there(aws, resource, None)

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Put in new keys, then the tags that tell of them.

        Raises:
            AwsError: AWS refuses, or the secret is somebody else's.
        """
        if not self.is_ours(existing, resource.tags[PREFIX_TAG]):
            raise AwsError(
                f"Secret {resource.name} is not this platform's: it has no tag {PREFIX_TAG}={resource.tags[PREFIX_TAG]}. "
                "Name another one in CLOUDFRONT_SIGNING_SECRET, or tag it.",
                "ForeignResource",
            )
        aws.call("secretsmanager", "PutSecretValue", SecretId=existing.id, SecretString=_content(resource))
        aws.call("secretsmanager", "UpdateSecret", SecretId=existing.id, Description=resource.config["Description"])
        aws.call("secretsmanager", "TagResource", SecretId=existing.id, Tags=_tag_items(resource.tags))
        gone = [tag.key for tag in self.tag_differences(resource, existing) if tag.new is None]
        if gone:
            aws.call("secretsmanager", "UntagResource", SecretId=existing.id, TagKeys=gone)
        return self._there(aws, resource, None)

    def delete(self, aws: Aws, existing: Existing) -> None:
        try:
            # Without its public halves in CloudFront, what it holds is of no use.
            aws.call("secretsmanager", "DeleteSecret", SecretId=existing.id, ForceDeleteWithoutRecovery=True)
        except AwsError as e:
            if e.code != MISSING:
                raise

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        return (existing.tags or {}).get(PREFIX_TAG) == prefix

    def _there(self, aws: Aws, resource: Resource, error: AwsError | None) -> Existing:
        found = self._found(aws, resource.name)
        if found is None:
            raise error or AwsError(f"Secret {resource.name} is gone again. Run this again.", MISSING)
        return found

    def _found(self, aws: Aws, name: str) -> Existing | None:
        try:
            answer = aws.call("secretsmanager", "DescribeSecret", SecretId=name)
        except AwsError as e:
            if e.code == MISSING:
                return None
            raise
        if "DeletedDate" in answer:
            return None
        config = {"Name": answer["Name"], "Description": answer.get("Description", "")}
        tags = {tag["Key"]: tag["Value"] for tag in answer.get("Tags", [])}
        return Existing(self.name, name, answer["ARN"], answer["ARN"], config, tags=tags)


def secret_content(aws: Aws, name: str) -> str | None:
    """Return what a secret holds, `None` if there is no such secret, or nothing in it yet.

    Raises:
        AwsError: it may not be read.
    """
    try:
        return t.cast(str, aws.call("secretsmanager", "GetSecretValue", SecretId=name).get("SecretString"))
    except AwsError as e:
        # AWS says the second of a secret that is to be deleted.
        if e.code in (MISSING, "InvalidRequestException"):
            return None
        raise


def _content(resource: Resource) -> str:
    return resource.attachments["SecretString"].decode()


def _tag_items(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


SECRET = Secret("Secret")
