"""What AWS refuses of monitoring subscriptions, which are additional metrics."""

from __future__ import annotations

import typing as t

from tests.sandbox.examples import created, refused

ENABLED = {"RealtimeMetricsSubscriptionConfig": {"RealtimeMetricsSubscriptionStatus": "Enabled"}}


def test_a_subscription_is_made_once_read_back_and_deleted_once(cloudfront: t.Any) -> None:
    id_ = created(cloudfront)["Id"]
    refused("NoSuchMonitoringSubscription", cloudfront.get_monitoring_subscription, DistributionId=id_)
    subscribe = cloudfront.create_monitoring_subscription

    subscribe(DistributionId=id_, MonitoringSubscription=ENABLED)

    assert cloudfront.get_monitoring_subscription(DistributionId=id_)["MonitoringSubscription"] == ENABLED
    again = {"DistributionId": id_, "MonitoringSubscription": ENABLED}
    refused("MonitoringSubscriptionAlreadyExists", subscribe, **again)
    cloudfront.delete_monitoring_subscription(DistributionId=id_)
    refused("NoSuchMonitoringSubscription", cloudfront.delete_monitoring_subscription, DistributionId=id_)


def test_a_subscription_is_of_a_distribution_that_is_there(cloudfront: t.Any) -> None:
    nowhere = {"DistributionId": "E1", "MonitoringSubscription": ENABLED}
    refused("NoSuchDistribution", cloudfront.create_monitoring_subscription, **nowhere)
