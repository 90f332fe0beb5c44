"""CloudFront Functions: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-functions.html

A function is changed in its DEVELOPMENT stage and does nothing until it is published to LIVE.
"""

from __future__ import annotations

import typing as t
from dataclasses import replace

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds.base import Existing, Kind, tag_items
from tutorcloudfront.resources.differences import differences, merged
from tutorcloudfront.resources.resource import Resource

LIVE = "LIVE"


class Function(Kind):
    def existing(self, item: Answer) -> Existing:
        summary = item.get("FunctionSummary", item)
        name, metadata = summary["Name"], summary["FunctionMetadata"]
        arn, stage = metadata["FunctionARN"], metadata["Stage"]
        return Existing(self.name, name, name, arn, summary["FunctionConfig"], arn=arn, status=stage)

    def _create(self, aws: Aws, resource: Resource) -> Existing:
        # Tags come with the function where botocore is new enough, and in a call of their own where it is not.
        at_once = dict(resource.tags) if aws.takes("cloudfront", "CreateFunction", "Tags") else {}
        answer = aws.cloudfront(
            "CreateFunction",
            Name=resource.name,
            Tags=tag_items(at_once) if at_once else None,
            **_definition(resource.config, resource),
        )
        return replace(self._publish(aws, resource, answer["ETag"]), tags=at_once)

    def _find(self, aws: Aws, name: str, error: AwsError) -> Existing:  # noqa: ARG002
        # A run that was killed may have left a function that is not published, which the list of LIVE ones lacks.
        return self.existing(aws.cloudfront("DescribeFunction", Name=name))

    def _update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        if existing.status == LIVE and not differences(resource.config, existing.config):
            return existing
        draft = aws.cloudfront("DescribeFunction", Name=resource.name)
        config, etag = draft["FunctionSummary"]["FunctionConfig"], draft["ETag"]
        if differences(resource.config, config):
            definition = _definition(merged(resource.config, config), resource)
            etag = aws.cloudfront("UpdateFunction", Name=resource.name, IfMatch=etag, **definition)["ETag"]
        return replace(self._publish(aws, resource, etag), tags=existing.tags)

    def _delete(self, aws: Aws, existing: Existing) -> None:
        etag = aws.cloudfront("DescribeFunction", Name=existing.name)["ETag"]
        aws.cloudfront("DeleteFunction", Name=existing.name, IfMatch=etag)

    def _publish(self, aws: Aws, resource: Resource, etag: str) -> Existing:
        return self.existing(aws.cloudfront("PublishFunction", Name=resource.name, IfMatch=etag))


def _definition(config: t.Mapping[str, t.Any], resource: Resource) -> dict[str, t.Any]:
    return {"FunctionConfig": config, **resource.attachments}


FUNCTION = Function("Function", "ListFunctions", {"Stage": LIVE})
