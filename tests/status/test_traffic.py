"""What CloudWatch is asked, and what becomes of its answers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.status.examples import NOW, day
from tutorcloudfront.status.traffic import HOURS, MAX_QUERIES, last_day, questions, traffic_of


def test_the_last_day_is_24_full_hours_with_the_one_under_way() -> None:
    hours = last_day(NOW)

    assert len(hours) == HOURS
    assert hours[-1] == datetime(2026, 5, 4, 12, tzinfo=timezone.utc)
    assert {later - earlier for earlier, later in zip(hours, hours[1:])} == {timedelta(hours=1)}  # noqa: B905, RUF007


@pytest.mark.parametrize(("distributions", "calls"), [(0, 0), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_calls_grow_by_hundreds_of_distributions(distributions: int, calls: int) -> None:
    ids = [f"E{number}" for number in range(distributions)]

    batches = list(questions(ids))

    assert len(batches) == calls
    assert all(len(batch) <= MAX_QUERIES for batch in batches)
    assert {question.distribution for batch in batches for question in batch} == set(ids)


def test_each_metric_is_asked_for_by_the_statistic_that_it_has() -> None:
    (batch,) = questions(["E1"])
    stats = [question.query(f"q{number}")["MetricStat"] for number, question in enumerate(batch)]

    assert {stat["Metric"]["MetricName"]: stat["Stat"] for stat in stats} == {
        "Requests": "Sum",
        "BytesDownloaded": "Sum",
        "4xxErrorRate": "Average",
        "5xxErrorRate": "Average",
        "CacheHitRate": "Average",
    }
    assert stats[0]["Metric"]["Dimensions"] == [
        {"Name": "DistributionId", "Value": "E1"},
        {"Name": "Region", "Value": "Global"},
    ]


def test_hours_that_cloudwatch_leaves_out_had_no_requests_and_no_rate() -> None:
    hours = last_day(NOW)
    points = {("E1", "Requests"): {hours[3]: 7.0}, ("E1", "CacheHitRate"): {hours[3]: 90.0}, ("E2", "Requests"): {}}

    traffic = traffic_of("E1", hours, points)

    assert traffic.requests == (*(0.0,) * 3, 7.0, *(0.0,) * 20)
    assert traffic.hits[2:5] == (None, 90.0, None)
    assert traffic.errors_4xx == (None,) * HOURS


def test_a_rate_of_the_day_counts_hours_by_their_requests() -> None:
    busy_and_bad = day(
        requests=(900.0, 100.0, *(0.0,) * 22), errors_5xx=(10.0, 0.0, *(None,) * 22), hits=(None,) * HOURS
    )

    assert busy_and_bad.of_the_day(busy_and_bad.errors_5xx) == 9.0
    assert busy_and_bad.of_the_day(busy_and_bad.hits) is None
