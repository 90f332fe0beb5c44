"""Public keys, key groups and origin access controls.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
"""

from __future__ import annotations

import time
from dataclasses import replace

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds.base import Existing, Kind, once_more_if_stale
from tutorcloudfront.resources.resource import Config, Resource


class Flat(Kind):
    """A kind of which lists tell the configuration field by field, beside the id."""

    def existing(self, item: Answer) -> Existing:
        body = item.get(self.type, item)
        config = body.get(f"{self.type}Config", body)
        return Existing(self.name, config["Name"], body["Id"], body["Id"], config)


class PublicKey(Flat):
    """Only the comment of a public key can change: the name holds the fingerprint, so that another key is another one."""

    def comparable(self, resource: Resource) -> Config:
        # CloudFront gives a key back with other newlines at its end.
        return {key: resource.config[key] for key in ("Name", "Comment")}

    def create(self, aws: Aws, resource: Resource) -> Existing:
        try:
            return super().create(aws, resource)
        except AwsError as e:
            if e.code != f"{self.type}AlreadyExists":
                raise
        # AWS does not say whether the reference of a deleted key is free again.
        reference = f"{resource.config['CallerReference']}/{int(time.time())}"
        return super().create(aws, replace(resource, config={**resource.config, "CallerReference": reference}))

    def delete(self, aws: Aws, existing: Existing) -> None:
        """Take a key out of the platform's groups that have it, and delete it."""
        prefix = existing.name.rpartition("-key-")[0]
        for group in KEY_GROUP.list(aws):
            if existing.id in group.config["Items"] and KEY_GROUP.is_ours(group, prefix):
                KEY_GROUP.take_out(aws, group, existing.id)
        super().delete(aws, existing)


class KeyGroup(Kind):
    """Keys come into a group one by one and go with the key itself: what another run put in is never left out."""

    def _complete(self, wanted: Config, actual: Config) -> Config:
        others = [key for key in actual["Items"] if key not in wanted["Items"]]
        return {**wanted, "Items": [*others, *wanted["Items"]]}

    def take_out(self, aws: Aws, group: Existing, key: str) -> None:
        """Have a group no longer trust a key."""
        once_more_if_stale(lambda: self._take_out(aws, group, key))

    def _take_out(self, aws: Aws, group: Existing, key: str) -> None:
        answer = aws.cloudfront("GetKeyGroupConfig", Id=group.id)
        config = answer["KeyGroupConfig"]
        left = [other for other in config["Items"] if other != key]
        # A group is never empty: the last one goes with the group.
        if left and left != config["Items"]:
            config = {**config, "Items": left}
            aws.cloudfront("UpdateKeyGroup", Id=group.id, IfMatch=answer["ETag"], KeyGroupConfig=config)


PUBLIC_KEY = PublicKey("PublicKey", "ListPublicKeys")
KEY_GROUP = KeyGroup("KeyGroup", "ListKeyGroups")
ORIGIN_ACCESS_CONTROL = Flat("OriginAccessControl", "ListOriginAccessControls")
