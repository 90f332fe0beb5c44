"""`tutor cloudfront doctor` as people run it, against the emulated account, whose hosts are in nobody's DNS."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import typing as t

import pytest

from tests.support import faults
from tests.support.platform import Platform


@pytest.fixture(autouse=True)
def _unresolvable(project: t.Any) -> None:
    """Give the platform hosts that can not be in DNS: https://www.rfc-editor.org/rfc/rfc2606"""
    project.set(LMS_HOST="learn.example.invalid", CMS_HOST="studio.learn.example.invalid")


def document(platform: Platform, status: int = 1) -> list[dict[str, str]]:
    result = platform.run("doctor", "--format", "json", status=status)
    data = json.loads(result.stdout)
    assert data["summary"] == {
        severity: sum(finding["severity"] == severity for finding in data["findings"])
        for severity in ("error", "warning", "info", "ok")
    }
    findings: list[dict[str, str]] = data["findings"]
    return findings


def of(findings: list[dict[str, str]], check: str, subject: str = "") -> list[tuple[str, str]]:
    return [
        (finding["severity"], finding["message"])
        for finding in findings
        if finding["check"] == check and subject in ("", finding["subject"])
    ]


def test_a_platform_without_distributions_is_told_to_create_them(platform: Platform) -> None:
    findings = document(platform)

    for site in ("lms", "cms", "apps.learn.example.com"):
        assert of(findings, "distribution", site) == [("warning", "There is no distribution yet.")]
    assert [severity for severity, _ in of(findings, "credentials")] == ["ok"]
    assert [severity for severity, _ in of(findings, "certificate")] == ["ok"]
    assert platform.recorder.writes == []


def test_distributions_are_looked_at_where_no_name_leads_to_them(platform: Platform) -> None:
    platform.run("create-cloudfront-resources")
    platform.put_in_front()

    findings = document(platform)

    for site in ("lms", "cms", "apps.learn.example.com"):
        ((severity, message),) = of(findings, "distribution", site)
        assert severity == "ok"
        assert message.endswith("is deployed and as the settings want it.")
    assert all(finding["mend"] for finding in findings if finding["severity"] in ("error", "warning"))
    assert platform.recorder.writes == []


def test_what_was_changed_by_hand_is_told(platform: Platform) -> None:
    platform.run("create-cloudfront-resources")
    platform.change_by_hand("lms", Enabled=False, PriceClass="PriceClass_100")
    platform.project.set(CLOUDFRONT_DISTRIBUTIONS={})

    messages = " ".join(message for _, message in of(document(platform), "distribution", "lms"))

    assert f"{platform.ids()['lms']} is disabled" in messages
    assert "PriceClass" in messages
    assert "is not saved in config.yml" in messages


def test_no_dns_record_is_asked_for_where_the_distribution_lacks_the_alias(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    found = next(item for item in platform.distributions() if item["Comment"].endswith(": apps.learn.example.com"))
    config = client.get_distribution_config(Id=found["Id"])
    changed = {**config["DistributionConfig"], "Aliases": {"Quantity": 0}}
    client.update_distribution(Id=found["Id"], IfMatch=config["ETag"], DistributionConfig=changed)

    findings = document(platform)

    told = [finding for finding in findings if finding["check"] == "dns" and "apps.learn" in finding["message"]]
    assert [finding["severity"] for finding in told] == ["warning"]
    assert told[0]["message"].startswith("apps.learn.example.com is no name of d")
    assert not any("Set the DNS record `apps.learn.example.com" in finding["mend"] for finding in findings)


def test_distributions_that_are_saved_and_gone_are_an_error(platform: Platform) -> None:
    platform.create()
    platform.sandbox.reset()
    platform.sandbox.add_certificate(platform.certificate, ["*.example.com", "*.learn.example.com"])

    ((severity, message),) = of(document(platform), "distribution", "lms")

    assert severity == "error"
    assert "it is not in this AWS account" in message


def test_a_site_that_is_no_longer_in_the_settings_is_told(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])

    findings = document(platform)

    assert any(
        "apps.learn.example.com is no longer in the settings" in told for _, told in of(findings, "distribution")
    )
    assert of(findings, "distribution", "CLOUDFRONT_DISTRIBUTIONS") == [
        ("warning", "apps.learn.example.com is saved there, and is no site in the settings.")
    ]


def test_a_missing_permission_is_named_and_all_else_is_looked_at(platform: Platform) -> None:
    platform.create()
    platform.put_in_front(faults.deny("ListFunctions", "DescribeCertificate"))

    findings = document(platform)

    mends = " ".join(finding["mend"] for finding in findings)
    assert "an IAM policy must allow cloudfront:ListFunctions" in mends
    assert "an IAM policy must allow acm:DescribeCertificate" in mends
    assert of(findings, "dns")


def test_what_no_plan_can_be_made_of_is_told_and_all_else_is_looked_at(platform: Platform) -> None:
    platform.aws("secretsmanager").create_secret(Name="media-keys", SecretString="no key")
    media = {"domain": "media.example.com", "bucket": "acme-media", "access": "signed"}
    site = {**media, "certificate_arn": platform.certificate}
    platform.project.set(CLOUDFRONT_SIGNING_SECRET="media-keys", CLOUDFRONT_EXTRA_DOMAINS=[site])

    findings = document(platform)

    assert any("Secret media-keys holds something else" in told for _, told in of(findings, "distribution"))
    assert of(findings, "dns", "media.example.com")


def test_without_credentials_the_rest_is_looked_at(platform: Platform) -> None:
    platform.create()
    platform.put_in_front(faults.bad_credentials)

    findings = document(platform)

    ((severity, _),) = of(findings, "credentials")
    assert severity == "error"
    assert of(findings, "dns")


def test_wrong_settings_are_told_and_nothing_is_asked(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_PRICE_CLASS="cheap")

    assert "CLOUDFRONT_PRICE_CLASS: " in platform.run("doctor", status=1).stderr
    assert platform.recorder.calls == []


def test_a_pipe_gets_readable_lines_of_a_terminals_width(platform: Platform) -> None:
    platform.create()

    result = platform.run("doctor", status=1)

    assert "\x1b" not in result.stdout + result.stderr
    assert "\r" not in result.stdout + result.stderr
    long = [line for line in result.stdout.splitlines() if len(line) > 80 and " " in line.strip()]
    assert long == []
    assert re.search(r"^\d+ errors?, \d+ warnings?, \d+ in order\.$", result.stdout, re.MULTILINE)
    assert "Asking AWS" in result.stderr


def test_an_aws_that_can_not_be_reached_is_told_of(platform: Platform) -> None:
    environment = {**platform.environment(), "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}

    result = platform.project.tutor("cloudfront", "doctor", env=environment, check=False, timeout=300)

    assert result.returncode == 1
    assert "AWS could not be reached" in result.stdout
    assert "Traceback" not in result.stderr


def test_other_commands_do_without_the_resolver_library() -> None:
    code = "import sys, tutorcloudfront.plugin; sys.exit('dns' in sys.modules or 'certifi' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
