"""The table in a terminal of 80 columns."""

from __future__ import annotations

import re
import typing as t
from datetime import timedelta

import click
import pytest

from tests.status.examples import ARN, NOW, day, expiring, missing, row
from tutorcloudfront.status.rows import Row
from tutorcloudfront.status.text import table

LONG = "a-rather-long-name-of-a-site.learn.example.com"


def text(*rows: Row, encoding: str = "utf-8") -> str:
    return click.unstyle("\n".join(table(rows, NOW, encoding)))


def test_a_site_has_a_line_of_its_state_one_of_its_host_and_one_of_its_day() -> None:
    told = text(row(traffic=day(), **expiring(NOW + timedelta(days=46, hours=1))))

    assert told.splitlines() == [
        "SITE                            ID              STATE       DRIFT     WAF  LOGS",
        "lms                             E1ABCDEF234567  Deployed    none      no   off",
        "  d111111abcdef8.cloudfront.net  certificate until 2026-06-19 (46 days)",
        "  ▂▂▂▂▂▃▃▃▄▄▄▅▅▅▅▆▆▆▇▇▇▇██ 30k req, 30 MB, 50% hits, 1% 4xx, 0% 5xx",
    ]


def test_nothing_is_wider_than_80_columns() -> None:
    widest = day(
        requests=(999e12 / 24,) * 24,
        bytes=(999e12 / 24,) * 24,
        errors_4xx=(33.3,) * 24,
        errors_5xx=(33.3,) * 24,
        hits=(33.3,) * 24,
    )
    rows = [
        row(LONG, host=LONG, state="InProgress", drift="unwanted", logging="legacy", traffic=widest, **expiring(NOW)),
        row("x" * 30, web_acl="arn", drift="changed", logging="v2", traffic=widest),
        missing(LONG),
    ]

    assert max(map(len, text(*rows).splitlines())) <= 80


def test_without_additional_metrics_no_hit_rate_is_told() -> None:
    assert "hits" not in text(row(traffic=day(hits=(None,) * 24)))


def test_a_day_without_requests_is_told_as_such() -> None:
    assert "  no requests in the last 24 hours" in text(row(traffic=day(requests=(0.0,) * 24)))


def test_a_site_without_distribution_says_what_creates_it() -> None:
    (_, first, second) = text(missing()).splitlines()

    assert first.split() == ["cms", "-", "missing", "missing", "-", "-"]
    assert "create-cloudfront-resources" in second


@pytest.mark.parametrize(
    ("certificate", "told", "color"),
    [
        ({}, "CloudFront's own certificate", None),
        (expiring(NOW + timedelta(days=100)), "certificate until 2026-08-12 (100 days)", None),
        (expiring(NOW + timedelta(days=1)), "certificate until 2026-05-05 (1 day)", "yellow"),
        (expiring(NOW - timedelta(days=1)), "certificate expired on 2026-05-03", "red"),
        (expiring(None, "PENDING_VALIDATION"), "certificate: PENDING_VALIDATION", "red"),
        ({"certificate_arn": ARN}, "certificate: not known", None),
    ],
)
def test_a_certificate_calls_for_attention_when_it_needs_it(
    certificate: dict[str, t.Any], told: str, color: str | None
) -> None:
    (_, _, line) = table([row(**certificate)], NOW)

    assert line.endswith(click.style(told, fg=color) if color else told)


def test_where_the_output_has_no_bars_plain_characters_draw_the_shape() -> None:
    told = text(row(traffic=day()), encoding="ascii")

    assert told.isascii()
    assert re.search(r"  [_.:\-=+*#]{24} 30k req", told)
