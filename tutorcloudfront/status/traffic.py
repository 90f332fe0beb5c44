"""The last day of a distribution, hour by hour, and the questions to CloudWatch that tell it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

HOURS = 24
HOUR = timedelta(hours=1)
#: CloudWatch takes this many queries in one call:
#: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
MAX_QUERIES = 500
#: Each metric has one statistic that makes sense. The last one is there only with additional metrics.
STATISTICS = {
    "Requests": "Sum",
    "BytesDownloaded": "Sum",
    "4xxErrorRate": "Average",
    "5xxErrorRate": "Average",
    "CacheHitRate": "Average",
}

#: Per cent by the hour, `None` where nothing is known.
Rates = tuple[float | None, ...]
#: Values by hour, by metric and distribution.
Points = Mapping[tuple[str, str], Mapping[datetime, float]]


@dataclass(frozen=True)
class Traffic:
    """What a distribution did in each of `hours`, the oldest first; the last is the hour under way."""

    hours: tuple[datetime, ...]
    requests: tuple[float, ...]
    bytes: tuple[float, ...]
    errors_4xx: Rates
    errors_5xx: Rates
    hits: Rates

    @property
    def total_requests(self) -> float:
        return sum(self.requests)

    @property
    def total_bytes(self) -> float:
        return sum(self.bytes)

    def of_the_day(self, rates: Rates) -> float | None:
        """Return what a rate was over the whole day, an hour counting by its requests."""
        known = [(rate, count) for rate, count in zip(rates, self.requests, strict=True) if rate is not None]
        total = sum(count for _, count in known)
        return sum(rate * count for rate, count in known) / total if total else None


@dataclass(frozen=True)
class Question:
    """A metric of a distribution to ask CloudWatch for."""

    distribution: str
    metric: str

    def query(self, id_: str) -> dict[str, t.Any]:
        dimensions = {"DistributionId": self.distribution, "Region": "Global"}
        return {
            "Id": id_,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/CloudFront",
                    "MetricName": self.metric,
                    "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
                },
                "Period": int(HOUR.total_seconds()),
                "Stat": STATISTICS[self.metric],
            },
        }


def last_day(now: datetime) -> tuple[datetime, ...]:
    """Return when each of the last 24 hours began, the one under way among them."""
    this = now.astimezone(timezone.utc).replace(minute=0, second=0, microsecond=0)
    return tuple(this - HOUR * back for back in reversed(range(HOURS)))


def questions(distributions: Iterable[str]) -> Iterator[tuple[Question, ...]]:
    """Yield what is to be asked for some distributions, as much at a time as fits into one call."""
    everything = [Question(distribution, metric) for distribution in distributions for metric in STATISTICS]
    for start in range(0, len(everything), MAX_QUERIES):
        yield tuple(everything[start : start + MAX_QUERIES])


def traffic_of(distribution: str, hours: Sequence[datetime], points: Points) -> Traffic:
    """Return the day of a distribution; CloudWatch leaves out hours in which nothing happened."""

    def values(metric: str) -> Mapping[datetime, float]:
        return points.get((distribution, metric), {})

    requests, downloaded = values("Requests"), values("BytesDownloaded")
    return Traffic(
        hours=tuple(hours),
        requests=tuple(requests.get(hour, 0.0) for hour in hours),
        bytes=tuple(downloaded.get(hour, 0.0) for hour in hours),
        errors_4xx=tuple(values("4xxErrorRate").get(hour) for hour in hours),
        errors_5xx=tuple(values("5xxErrorRate").get(hour) for hour in hours),
        hits=tuple(values("CacheHitRate").get(hour) for hour in hours),
    )
