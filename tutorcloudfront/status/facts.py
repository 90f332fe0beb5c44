"""What the lists do not tell of distributions: certificates, access logs, traffic. Asked for side by side.

What may not be asked, or can not be had, is a note in place of an answer: a state that is told but for the numbers
is better than none.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from tutorcloudfront.aws.client import PARALLEL, Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.status.traffic import HOUR, Question, Traffic, last_day, questions, traffic_of

T = t.TypeVar("T")

#: Standard logging (v2), the old kind, none.
Logging = t.Literal["v2", "legacy", "off"]


@dataclass(frozen=True)
class Certificate:
    """A certificate of ACM's; one that is not issued yet has no expiry."""

    arn: str
    status: str
    expires: datetime | None


@dataclass(frozen=True)
class Facts:
    """By ARN of the certificate, or by id of the distribution; what is missing is not known."""

    certificates: Mapping[str, Certificate]
    logging: Mapping[str, Logging]
    traffic: Mapping[str, Traffic]
    notes: tuple[str, ...] = ()


def gather(aws: Aws, distributions: Sequence[Existing], now: datetime) -> Facts:
    """Ask for each certificate once, for the logs of the account, and for the traffic by hundreds of distributions."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        look = _Look(pool)
        arns = sorted({arn for item in distributions if (arn := certificate_arn(item))})
        hours = last_day(now)
        deliveries = look.up("Access logs", lambda: _delivering(aws))
        certificates = {arn: look.up("Certificates", lambda arn=arn: _certificate(aws, arn)) for arn in arns}  # type: ignore[misc]
        asked = list(questions(item.id for item in distributions))
        days = [look.up("Traffic", lambda batch=batch: _points(aws, batch, hours)) for batch in asked]  # type: ignore[misc]
        logging = _logging(aws, look, distributions, deliveries())
        points = [day() for day in days]
        return Facts(
            {arn: found for arn, answer in certificates.items() if (found := answer())},
            logging,
            _traffic(asked, points, hours),
            tuple(look.notes),
        )


def certificate_arn(distribution: Existing) -> str:
    """Return the certificate of ACM's that a distribution has, "" with CloudFront's own."""
    return str(distribution.config["ViewerCertificate"].get("ACMCertificateArn") or "")


class _Look:
    """Looks things up in a pool; what fails is noted once, however often it fails in the same way."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> list[str]:
        return list(self._notes)

    def up(self, what: str, question: Callable[[], T]) -> Callable[[], T | None]:
        """Begin to ask; return what gives the answer in the end, or `None` where there is none."""
        future = self._pool.submit(question)

        def answer() -> T | None:
            try:
                return future.result()
            except AwsError as e:
                self._notes[f"{what} are not known. {e}" if what.endswith("s") else f"{what} is not known. {e}"] = None
                return None

        return answer


def _certificate(aws: Aws, arn: str) -> Certificate:
    found = aws.call("acm", "DescribeCertificate", CertificateArn=arn)["Certificate"]
    return Certificate(arn, found["Status"], found.get("NotAfter"))


def _delivering(aws: Aws) -> set[str]:
    """Return the ARNs of what has standard logging (v2), which is a delivery of CloudWatch Logs'.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
    """
    delivered = {item["deliverySourceName"] for item in aws.pages("logs", "DescribeDeliveries", "deliveries")}
    if not delivered:
        return set()
    sources = aws.pages("logs", "DescribeDeliverySources", "deliverySources")
    return {arn for source in sources if source["name"] in delivered for arn in source["resourceArns"]}


def _logging(
    aws: Aws, look: _Look, distributions: Iterable[Existing], delivering: set[str] | None
) -> dict[str, Logging]:
    """Return how distributions log; for the old kind each must be asked that has not the new one."""
    logging: dict[str, Logging] = {}
    left = {}
    for item in distributions:
        if delivering is not None and item.arn in delivering:
            logging[item.id] = "v2"
        else:
            left[item.id] = look.up("Access logs", lambda item=item: _has_old_logs(aws, item))  # type: ignore[misc]
    for id_, answer in left.items():
        has_old = answer()
        if has_old:
            logging[id_] = "legacy"
        elif has_old is False and delivering is not None:
            logging[id_] = "off"
    return logging


def _has_old_logs(aws: Aws, distribution: Existing) -> bool:
    config = aws.cloudfront("GetDistributionConfig", Id=distribution.id)["DistributionConfig"]
    return bool(config.get("Logging", {}).get("Bucket"))


def _points(
    aws: Aws, batch: Sequence[Question], hours: Sequence[datetime]
) -> dict[tuple[str, str], dict[datetime, float]]:
    """Return the values of metrics by hour."""
    named = {f"q{number}": question for number, question in enumerate(batch)}
    found: dict[tuple[str, str], dict[datetime, float]] = {}
    token = None
    while token != "":
        answer = aws.call(
            "cloudwatch",
            "GetMetricData",
            MetricDataQueries=[question.query(id_) for id_, question in named.items()],
            StartTime=hours[0],
            EndTime=hours[-1] + HOUR,
            NextToken=token,
        )
        for result in answer["MetricDataResults"]:
            question = named[result["Id"]]
            values = zip(result["Timestamps"], result["Values"], strict=True)
            found.setdefault((question.distribution, question.metric), {}).update(values)
        token = answer.get("NextToken") or ""
    return found


def _traffic(
    asked: Sequence[Sequence[Question]],
    points: Sequence[Mapping[tuple[str, str], Mapping[datetime, float]] | None],
    hours: Sequence[datetime],
) -> dict[str, Traffic]:
    """Return the days of the distributions all of whose questions were answered."""
    unknown = {
        question.distribution
        for batch, answer in zip(asked, points, strict=True)
        if answer is None
        for question in batch
    }
    known = {key: values for answer in points if answer for key, values in answer.items()}
    ids = {question.distribution for batch in asked for question in batch} - unknown
    return {id_: traffic_of(id_, hours, known) for id_ in ids}
