"""Distributions: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.html"""

from __future__ import annotations

import re
from dataclasses import replace

from tutorcloudfront.aws.client import Answer, Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.features import FEATURES, begun, is_for, remove_features
from tutorcloudfront.aws.kinds.base import Existing, Kind, once_more_if_stale, tag_items
from tutorcloudfront.aws.newcomers import while_something_is_new
from tutorcloudfront.resources.resource import Config, Resource
from tutorcloudfront.resources.tags import PREFIX_TAG


class Distribution(Kind):
    def existing(self, item: Answer) -> Existing:
        body = item.get("Distribution", item)
        config = body.get("DistributionConfig", body)
        return Existing(
            self.name, "", body["Id"], body["ARN"], config, body["ARN"], None, body["DomainName"], body["Status"]
        )

    def comparable(self, resource: Resource) -> Config:
        # The reference can never change, and AWS's list does not show it.
        return {key: value for key, value in resource.config.items() if key != "CallerReference"}

    def create(self, aws: Aws, resource: Resource) -> Existing:
        """Create a distribution once, however often and by however many this is called.

        AWS refuses a CallerReference that was used before, which makes a deterministic one the key to what another
        run, or this one before its answer got lost, has made. It may refuse that of a deleted distribution as well:
        then the next generation has one of its own.
        """
        generation = 1
        while True:
            try:
                return self._tagged(aws, resource, self._create(aws, _of_generation(resource, generation)))
            except AwsError as e:
                if e.code != "DistributionAlreadyExists":
                    raise
                if holder := self._holder(aws, e):
                    return self.update(aws, resource, holder)
            generation += 1

    def update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        tags = tags_of(aws, existing)
        reference = resource.config["CallerReference"]
        ours = tags.get(PREFIX_TAG) == resource.tags[PREFIX_TAG] or (existing.adopted and PREFIX_TAG not in tags)
        if not ours and not self.has_reference(aws, existing, reference):
            raise _foreign(existing, resource.tags[PREFIX_TAG], "changed")
        return super().update(aws, resource, replace(existing, tags=tags))

    def is_ours(self, existing: Existing, prefix: str) -> bool:  # noqa: ARG002
        """Tell that it is: what has a name was looked at by its tags already."""
        return bool(existing.name)

    def has_reference(self, aws: Aws, existing: Existing, reference: str) -> bool:
        """Tell whether a distribution was created with a CallerReference, of whatever generation."""
        actual = aws.cloudfront("GetDistributionConfig", Id=existing.id)["DistributionConfig"]["CallerReference"]
        return re.fullmatch(re.escape(reference) + r"(/\d+)?", actual) is not None

    def disable(self, aws: Aws, existing: Existing, prefix: str) -> None:
        """Take a distribution's features away and have it serve no longer, the first step to its deletion.

        Raises:
            AwsError: AWS refuses, or the distribution is not tagged as this platform's.
        """
        # Another run may have deleted it meanwhile.
        with unless("NoSuchDistribution", "NoSuchResource"):
            tags = tags_of(aws, existing)
            if tags.get(PREFIX_TAG) != prefix:
                raise _foreign(existing, prefix, "deleted")
            remove_features(aws, existing.id, tags)
            once_more_if_stale(lambda: _switch_off(aws, existing.id))

    def _tagged(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        """Give the distribution its features, then the tags that say so."""
        known, wanted = existing.tags or {}, resource.tags
        new = {tag: wanted[tag] for tag in FEATURES if tag in wanted and known.get(tag) != wanted[tag]}
        old = {tag: known[tag] for tag in FEATURES if tag in known and not is_for(known[tag], wanted.get(tag))}
        remove_features(aws, existing.id, old)
        if starts := {tag: value for tag, value in begun(new).items() if known.get(tag) != value}:
            aws.cloudfront("TagResource", Resource=existing.arn, Tags=tag_items(starts))
        for tag, value in new.items():
            FEATURES[tag].add(aws, existing.id, existing.arn, value)
        return super()._tagged(aws, resource, existing)

    def _create(self, aws: Aws, resource: Resource) -> Existing:
        at_once = begun(resource.tags)
        answer = while_something_is_new(
            aws,
            resource.config,
            lambda: aws.cloudfront(
                "CreateDistributionWithTags",
                DistributionConfigWithTags={"DistributionConfig": resource.config, "Tags": tag_items(at_once)},
            ),
        )
        return replace(self.existing(answer), tags=at_once)

    def _update(self, aws: Aws, resource: Resource, existing: Existing) -> Existing:
        return while_something_is_new(
            aws, resource.config, lambda: super(Distribution, self)._update(aws, resource, existing)
        )

    def _holder(self, aws: Aws, error: AwsError) -> Existing | None:
        """Return the distribution that holds a reference, `None` when it was deleted."""
        # "… is associated with another distribution. Already exists: E1ABCDEF"
        if not (named := re.search(r"Already exists: (\w+)", error.aws_message)):
            raise error
        with unless("NoSuchDistribution"):
            return self.existing(aws.cloudfront("GetDistribution", Id=named.group(1)))
        return None


def _of_generation(resource: Resource, generation: int) -> Resource:
    if generation == 1:
        return resource
    return replace(
        resource, config={**resource.config, "CallerReference": f"{resource.config['CallerReference']}/{generation}"}
    )


def _switch_off(aws: Aws, id_: str) -> None:
    answer = aws.cloudfront("GetDistributionConfig", Id=id_)
    config = answer["DistributionConfig"]
    if config["Enabled"]:
        off = {**config, "Enabled": False}
        aws.cloudfront("UpdateDistribution", Id=id_, IfMatch=answer["ETag"], DistributionConfig=off)


def _foreign(existing: Existing, prefix: str, what: str) -> AwsError:
    return AwsError(
        f"Distribution {existing.id} does not carry the tag {PREFIX_TAG}={prefix}, so it is not {what}. If it is this "
        "platform's, put the tag back in the CloudFront console, and run this again.",
        "ForeignResource",
    )


def tags_of(aws: Aws, existing: Existing) -> dict[str, str]:
    """Return the tags of a resource as they are now, where `Aws.tagged` may lag behind."""
    answer = aws.cloudfront("ListTagsForResource", Resource=existing.arn)
    return {tag["Key"]: tag.get("Value", "") for tag in answer["Tags"]["Items"]}


DISTRIBUTION = Distribution("Distribution", "ListDistributions")
