"""What a distribution can have beside its configuration: additional metrics, access logs.

No list of AWS's shows them, so a tag says that a distribution has one. Before the feature it says that it is begun, and it
is taken off after it, so that a run that ends in between leaves nothing that a later one would overlook.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError, unless
from tutorcloudfront.aws.patience import patiently
from tutorcloudfront.resources.tags import LOGS_TAG, METRICS_TAG

#: Ends the value of a tag whose feature may be there or not.
BEGUN = ":begun"
CONFLICT = "ConflictException"
#: Seconds for which others may want the same destination changed, since all distributions have it in common.
CONFLICT_PASSES_AFTER = 15


class Feature(t.Protocol):
    def add(self, aws: Aws, id_: str, arn: str, value: str) -> None:
        """Give a distribution the feature, which it may have already; `value` is that of the tag."""

    def remove(self, aws: Aws, id_: str, value: str) -> None:
        """Take the feature from a distribution, which may be without it already."""


class AdditionalMetrics:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewing-cloudfront-metrics.html"""

    def add(self, aws: Aws, id_: str, arn: str, value: str) -> None:  # noqa: ARG002
        subscription = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}
        with unless("MonitoringSubscriptionAlreadyExists"):
            aws.cloudfront("CreateMonitoringSubscription", DistributionId=id_, MonitoringSubscription=subscription)

    def remove(self, aws: Aws, id_: str, value: str) -> None:  # noqa: ARG002
        with unless("NoSuchMonitoringSubscription"):
            aws.cloudfront("DeleteMonitoringSubscription", DistributionId=id_)


class AccessLogs:
    """Standard logging (v2) into a bucket, which is a delivery of CloudWatch Logs'.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
    """

    def add(self, aws: Aws, id_: str, arn: str, value: str) -> None:
        source = _source(id_)
        aws.call("logs", "PutDeliverySource", name=source, resourceArn=arn, logType="ACCESS_LOGS")
        destination = patiently(
            lambda: aws.call(
                "logs",
                "PutDeliveryDestination",
                name=_destination(value),
                outputFormat="w3c",
                deliveryDestinationConfiguration={"destinationResourceArn": f"arn:aws:s3:::{value}"},
            )["deliveryDestination"],
            _is_conflict,
            CONFLICT_PASSES_AFTER,
        )
        patiently(lambda: self._deliver(aws, source, destination["arn"]), _is_conflict, CONFLICT_PASSES_AFTER)

    def _deliver(self, aws: Aws, source: str, destination: str) -> None:
        try:
            aws.call(
                "logs",
                "CreateDelivery",
                deliverySourceName=source,
                deliveryDestinationArn=destination,
                s3DeliveryConfiguration={"suffixPath": "{DistributionId}/{yyyy}/{MM}/{dd}"},
            )
        except AwsError as e:
            # AWS says the same of a delivery that is there and of a destination that is being changed.
            if e.code != CONFLICT or not _deliveries(aws, source):
                raise

    def remove(self, aws: Aws, id_: str, value: str) -> None:
        source = _source(id_)
        for id_ in _deliveries(aws, source):
            with unless("ResourceNotFoundException"):
                aws.call("logs", "DeleteDelivery", id=id_)
        with unless("ResourceNotFoundException"):
            aws.call("logs", "DeleteDeliverySource", name=source)
        # As long as another distribution's logs go there, AWS refuses.
        with unless("ResourceNotFoundException", CONFLICT):
            aws.call("logs", "DeleteDeliveryDestination", name=_destination(value))


FEATURES: dict[str, Feature] = {METRICS_TAG: AdditionalMetrics(), LOGS_TAG: AccessLogs()}


def begun(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tags as they are before the features that they speak of are there."""
    return {key: value + BEGUN if key in FEATURES else value for key, value in tags.items()}


def is_for(tag: str, value: str | None) -> bool:
    """Tell whether a feature that is there or begun is the one that is wanted."""
    return tag.removesuffix(BEGUN) == value


def remove_features(aws: Aws, id_: str, tags: Mapping[str, str]) -> None:
    """Take from a distribution what its tags say that it has, or may have."""
    for tag, feature in FEATURES.items():
        if value := tags.get(tag):
            feature.remove(aws, id_, value.removesuffix(BEGUN))


def _deliveries(aws: Aws, source: str) -> list[str]:
    found = aws.pages("logs", "DescribeDeliveries", "deliveries")
    return [delivery["id"] for delivery in found if delivery["deliverySourceName"] == source]


def _is_conflict(error: AwsError) -> bool:
    return error.code == CONFLICT


def _source(distribution: str) -> str:
    return f"tutor-cloudfront-{distribution}"


def _destination(bucket: str) -> str:
    # At most 60 characters, and no dots; a bucket's name has at most 63.
    return "tutor-" + re.sub(r"[^\w-]", "_", bucket)[-54:]
