"""The operations on additional metrics.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_MonitoringSubscription.html
"""

from __future__ import annotations

from tutorcloudfront.sandbox.kinds import DISTRIBUTION
from tutorcloudfront.sandbox.operations.common import Members
from tutorcloudfront.sandbox.operations.resources import find
from tutorcloudfront.sandbox.refusal import refuse_if
from tutorcloudfront.sandbox.store import Store


def create_monitoring_subscription(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    refuse_if(
        "MonitoringSubscription" in distribution.facts,
        "MonitoringSubscriptionAlreadyExists",
        "A monitoring subscription already exists for the specified distribution.",
    )
    distribution.facts["MonitoringSubscription"] = request["MonitoringSubscription"]
    return get_monitoring_subscription(store, request)


def get_monitoring_subscription(store: Store, request: Members) -> Members:
    distribution = find(DISTRIBUTION, store, request["DistributionId"])
    refuse_if(
        "MonitoringSubscription" not in distribution.facts,
        "NoSuchMonitoringSubscription",
        "A monitoring subscription does not exist for the specified distribution.",
    )
    return {"MonitoringSubscription": distribution.facts["MonitoringSubscription"]}


def delete_monitoring_subscription(store: Store, request: Members) -> Members:
    get_monitoring_subscription(store, request)
    del find(DISTRIBUTION, store, request["DistributionId"]).facts["MonitoringSubscription"]
    return {}
