"""Days and rows to draw."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

from tutorcloudfront.status.facts import Certificate
from tutorcloudfront.status.rows import Row
from tutorcloudfront.status.traffic import HOURS, Traffic, last_day

NOW = datetime(2026, 5, 4, 12, 34, 56, tzinfo=timezone.utc)
ARN = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def day(**values: t.Any) -> Traffic:
    """Return a day of 100 to 2400 requests an hour, 1 % of them 4xx and half of them hits."""
    counts = tuple(100.0 * (index + 1) for index in range(HOURS))
    usual = {
        "requests": counts,
        "bytes": tuple(count * 1000 for count in counts),
        "errors_4xx": (1.0,) * HOURS,
        "errors_5xx": (0.0,) * HOURS,
        "hits": (50.0,) * HOURS,
    }
    return Traffic(hours=last_day(NOW), **{**usual, **values})


def expiring(expires: datetime | None, status: str = "ISSUED") -> dict[str, t.Any]:
    """Return the fields of a row with a certificate."""
    return {"certificate_arn": ARN, "certificate": Certificate(ARN, status, expires)}


def row(site: str = "lms", **values: t.Any) -> Row:
    usual: dict[str, t.Any] = {
        "host": "d111111abcdef8.cloudfront.net",
        "id": "E1ABCDEF234567",
        "state": "Deployed",
        "drift": "none",
        "certificate_arn": "",
        "certificate": None,
        "web_acl": "",
        "logging": "off",
        "traffic": None,
    }
    return Row(site=site, **{**usual, **values})


def missing(site: str = "cms") -> Row:
    return row(site, host="", id="", state="missing", drift="missing", logging=None)
