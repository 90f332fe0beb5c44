"""The statement of a platform in the policy of a bucket, among those of others, which stay as they are.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
"""

from __future__ import annotations

import json
import typing as t
from collections.abc import Sequence

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.kinds.base import Existing, Kind
from tutorcloudfront.resources.buckets import statement_id
from tutorcloudfront.resources.resource import Config, Resource

Document = dict[str, t.Any]
VERSION = "2012-10-17"
NO_BUCKET = "NoSuchBucket"
#: How often a statement is put in before another's changes of the same policy, made at the same moment, are blamed.
ATTEMPTS = 5


class BucketPolicy(Kind):
    """What stands in the policy under a platform's statement id, which is the resource's id. The bucket is its name."""

    def look_up(self, aws: Aws, name: str, prefix: str) -> Existing | None:
        return self._found(name, statement_id(prefix), _policy(aws, name))

    def create(self, aws: Aws, resource: Resource) -> Existing:
        (statement,) = resource.config["Statement"]
        sid = statement["Sid"]
        for _ in range(ATTEMPTS):
            policy = _policy(aws, resource.name)
            found = self._found(resource.name, sid, policy)
            if found and not self.differences(resource, found):
                return found
            # S3 has no ETag for policies: another writer may have read the same one. So look again.
            _put(aws, resource.name, {**policy, "Statement": [*_others(policy, sid), statement]})
        raise AwsError(f"The policy of bucket {resource.name} does not stay as it is put. Run this again.", "Conflict")

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:  # noqa: ARG002
        return self.create(aws, resource)

    def delete(self, aws: Aws, existing: Existing) -> None:
        with unless(NO_BUCKET):
            policy = _policy(aws, existing.name)
            if (others := _others(policy, existing.id)) != policy["Statement"]:
                _put(aws, existing.name, {**policy, "Statement": others})

    def is_ours(self, existing: Existing, prefix: str) -> bool:
        return existing.id == statement_id(prefix)

    def _found(self, bucket: str, sid: str, policy: Document) -> Existing | None:
        ours = [_listed(item) for item in policy["Statement"] if item.get("Sid") == sid]
        return Existing(self.name, bucket, sid, bucket, {"Statement": ours}) if ours else None


def _policy(aws: Aws, bucket: str) -> Document:
    """Return the policy of a bucket, with its statements as a list."""
    try:
        policy: Document = json.loads(aws.call("s3", "GetBucketPolicy", Bucket=bucket)["Policy"])
    except AwsError as e:
        if e.code == NO_BUCKET:
            raise AwsError(f"Bucket {bucket}: {e}", e.code) from e
        if e.code != "NoSuchBucketPolicy":
            raise
        policy = {"Version": VERSION}
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}


def _put(aws: Aws, bucket: str, policy: Document) -> None:
    if policy["Statement"]:
        aws.call("s3", "PutBucketPolicy", Bucket=bucket, Policy=json.dumps(policy))
    else:
        aws.call("s3", "DeleteBucketPolicy", Bucket=bucket)


def _others(policy: Document, sid: str) -> Sequence[Document]:
    return [item for item in policy["Statement"] if item.get("Sid") != sid]


def _listed(statement: Config) -> Config:
    """Return a statement of ours with its distributions as a list, which S3 may give back as one."""
    arns = statement.get("Condition", {}).get("StringEquals", {}).get("AWS:SourceArn")
    if not isinstance(arns, str):
        return statement
    return {**statement, "Condition": {"StringEquals": {"AWS:SourceArn": [arns]}}}


BUCKET_POLICY = BucketPolicy("BucketPolicy")
