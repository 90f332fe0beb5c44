"""`tutor cloudfront status` against the emulated account."""

from __future__ import annotations

import json
import re
import typing as t
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pexpect
import pytest

from tests.support import faults
from tests.support.platform import Platform
from tests.support.project import TUTOR

MFE = "apps.learn.example.com"


def put_traffic(platform: Platform, id_: str, **metrics: float) -> None:
    """Put a value of each metric into an hour that has passed and into the one before."""
    now = datetime.now(timezone.utc)
    dimensions = [{"Name": "DistributionId", "Value": id_}, {"Name": "Region", "Value": "Global"}]
    data = [
        {
            "MetricName": name.removeprefix("_"),
            "Dimensions": dimensions,
            "Timestamp": now - timedelta(hours=hours),
            "Value": value,
        }
        for name, value in metrics.items()
        for hours in (2, 3)
    ]
    platform.aws("cloudwatch").put_metric_data(Namespace="AWS/CloudFront", MetricData=data)


def sites(platform: Platform) -> dict[str, dict[str, t.Any]]:
    result = json.loads(platform.run("status", "--format", "json").stdout)
    return {site["site"]: site for site in result["sites"]}


def test_before_anything_is_created_all_is_missing(platform: Platform) -> None:
    assert {site["state"] for site in sites(platform).values()} == {"missing"}


def test_a_platform_is_told_site_by_site(platform: Platform) -> None:
    platform.run("create-cloudfront-resources")
    found = platform.ids()

    told = sites(platform)

    assert {name: (site["id"], site["state"], site["drift"]) for name, site in told.items()} == {
        name: (found[name], "Deployed", "none") for name in ("lms", "cms", MFE)
    }
    assert told["lms"]["certificate"] is None
    assert told[MFE]["host"] == MFE
    assert told[MFE]["certificate"]["arn"] == platform.certificate
    assert datetime.fromisoformat(told[MFE]["certificate"]["expires"]) > datetime.now(timezone.utc)
    assert told["lms"]["logging"] == "off"
    assert told["lms"]["web_acl"] == ""


def test_what_was_changed_by_hand_is_drift(platform: Platform) -> None:
    platform.create()
    platform.change_by_hand("lms", HttpVersion="http1.1")
    platform.change_by_hand("cms", Enabled=False)

    told = sites(platform)

    assert {name: site["drift"] for name, site in told.items()} == {"lms": "changed", "cms": "changed", MFE: "none"}
    assert told["cms"]["state"] == "disabled"


def test_a_site_that_left_the_settings_is_unwanted(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])

    told = sites(platform)

    assert told[MFE]["drift"] == "unwanted"
    assert told[MFE]["host"] == MFE


def test_the_last_day_comes_from_cloudwatch(platform: Platform) -> None:
    platform.create()
    put_traffic(
        platform,
        platform.ids()["lms"],
        Requests=1000,
        BytesDownloaded=5e6,
        CacheHitRate=75,
        _4xxErrorRate=2,
        _5xxErrorRate=0.5,
    )

    told = sites(platform)
    text = platform.run("status").stdout

    day = {name: value for name, value in told["lms"]["last_day"].items() if name != "hours"}
    assert day == {
        "requests": 2000,
        "bytes": 10_000_000,
        "cache_hit_rate": 75.0,
        "error_rate_4xx": 2.0,
        "error_rate_5xx": 0.5,
    }
    assert told["cms"]["last_day"]["requests"] == 0
    assert re.search(r"  ▁+██▁+ 2k req, 10 MB, 75% hits, 2% 4xx, 0.5% 5xx\n", text)
    assert text.count("no requests in the last 24 hours") == 2


def test_hit_rates_that_are_not_known_are_hinted_at(platform: Platform) -> None:
    platform.create()
    put_traffic(platform, platform.ids()["lms"], Requests=1000)

    result = platform.run("status")

    assert "CLOUDFRONT_REALTIME_METRICS" in result.stderr
    assert "hits" not in result.stdout


def test_both_kinds_of_logs_are_told(platform: Platform) -> None:
    platform.create()
    found = platform.ids()
    old = {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""}
    platform.change_by_hand("cms", Logging=old)
    logs = platform.aws("logs")
    arn = f"arn:aws:cloudfront::{platform.sandbox.account}:distribution/{found['lms']}"
    logs.put_delivery_source(name="lms", resourceArn=arn, logType="ACCESS_LOGS")
    destination = logs.put_delivery_destination(
        name="bucket", deliveryDestinationConfiguration={"destinationResourceArn": "arn:aws:s3:::logs"}
    )["deliveryDestination"]["arn"]
    logs.create_delivery(deliverySourceName="lms", deliveryDestinationArn=destination)
    platform.put_in_front()

    told = sites(platform)

    assert {name: site["logging"] for name, site in told.items()} == {"lms": "v2", "cms": "legacy", MFE: "off"}
    assert platform.recorder.operations.count("GetDistributionConfig") == 2


def test_a_web_acl_is_told(platform: Platform) -> None:
    arn = f"arn:aws:wafv2:us-east-1:{platform.sandbox.account}:global/webacl/guard/12345678-1234-1234-1234-123456789012"
    platform.sandbox.add_web_acl(arn)
    platform.project.set(CLOUDFRONT_WEB_ACL_ARN=arn)
    platform.create()

    assert {site["web_acl"] for site in sites(platform).values()} == {arn}
    assert len(re.findall(r" yes  off\n", platform.run("status").stdout)) == 3


def test_calls_grow_only_by_what_no_list_tells(platform: Platform) -> None:
    more = [platform.extra_domain(f"site{number}.example.com") for number in range(7)]
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=more)
    platform.create()
    platform.put_in_front()

    platform.run("status")

    calls = Counter(platform.recorder.operations)
    once = {name: number for name, number in calls.items() if name != "GetDistributionConfig"}
    assert set(once.values()) == {1}, calls
    assert {"GetMetricData", "DescribeCertificate", "DescribeDeliveries"} <= set(once)
    assert calls["GetDistributionConfig"] == 9
    assert platform.recorder.writes == []


@pytest.mark.parametrize(
    ("operation", "action", "field"),
    [
        ("GetMetricData", "cloudwatch:GetMetricData", "last_day"),
        ("DescribeCertificate", "acm:DescribeCertificate", "certificate"),
        ("DescribeDeliveries", "logs:DescribeDeliveries", "logging"),
        ("GetDistributionConfig", "cloudfront:GetDistributionConfig", "logging"),
    ],
)
def test_what_may_not_be_asked_is_a_note_and_the_rest_is_told(
    platform: Platform, operation: str, action: str, field: str
) -> None:
    platform.create()
    platform.put_in_front(faults.deny(operation))

    result = platform.run("status", "--format", "json")

    document = json.loads(result.stdout)
    mfe = document["sites"][-1]
    assert mfe["drift"] == "none"
    assert (mfe[field]["expires"] if field == "certificate" else mfe[field]) is None
    assert len(document["notes"]) == 1
    assert action in document["notes"][0]
    assert action in result.stderr


def test_a_terminal_gets_colors(platform: Platform) -> None:
    platform.create()
    platform.change_by_hand("cms", Enabled=False)
    environment = {**platform.project.environment(), **platform.environment(), "TERM": "xterm"}

    shown = pexpect.run(f"{TUTOR} cloudfront status", env=environment, encoding="utf-8", timeout=60)

    assert "\x1b[31mdisabled\x1b[0m" in shown
    assert "\x1b[33mchanged\x1b[0m" in shown


def test_a_pipe_gets_no_control_characters(platform: Platform) -> None:
    platform.create()

    result = platform.run("status")

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", result.stdout + result.stderr)
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_page_is_written_beside_the_table(platform: Platform, tmp_path: Path) -> None:
    platform.create()
    put_traffic(platform, platform.ids()["lms"], Requests=1000)
    path = tmp_path / "status.html"

    result = platform.run("status", "--html", str(path))

    assert result.stdout.startswith("SITE")
    assert str(path) in result.stderr
    assert path.read_text(encoding="utf-8").count("<svg") == 2


def test_a_page_that_can_not_be_written_is_told_of(platform: Platform, tmp_path: Path) -> None:
    result = platform.run("status", "--html", str(tmp_path / "nowhere" / "status.html"), status=1)

    assert "can not be written: No such file or directory" in result.stderr
