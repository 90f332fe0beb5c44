"""What is made of facts that need no network: AWS's answers, and the state of distributions."""

from __future__ import annotations

import typing as t
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tutorcloudfront.doctor.facts import AccountFacts, Certificate, Drift, Identity, Refusal, Serving, Simulation, Usage
from tutorcloudfront.doctor.finding import Finding
from tutorcloudfront.doctor.judgement.account import judge_account
from tutorcloudfront.doctor.judgement.certificates import covers, judge_acm
from tutorcloudfront.doctor.judgement.distributions import judge_drift, judge_saved, judge_serving

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
ARN = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
CERTIFICATE = Certificate(ARN, "ISSUED", ("*.example.com", "example.com"), NOW + timedelta(days=90))
ME = Identity("111122223333", "arn:aws:iam::111122223333:user/ops")
SERVING = Serving("lms", "learn.example.com", "E1", "Deployed", enabled=True, saved_id="E1")


def severities(found: t.Iterable[Finding]) -> list[str]:
    return [finding.severity for finding in found]


# Certificates


def acm(found: Certificate | Refusal, *hosts: str) -> Finding:
    (finding,) = judge_acm(ARN, found, hosts or ("cdn.example.com",), NOW)
    return finding


def test_a_certificate_that_is_issued_and_covers_and_lasts_is_in_order() -> None:
    assert acm(CERTIFICATE) == Finding(
        "ok",
        "certificate",
        "certificate 12345678-1234-1234-1234-123456789012",
        "Issued, for *.example.com, example.com, until 2026-04-01.",
    )


@pytest.mark.parametrize(
    ("host", "covered"),
    [
        ("cdn.example.com", True),
        ("example.com", True),
        ("*.example.com", True),
        ("a.cdn.example.com", False),
        ("*.cdn.example.com", False),
        ("cdn.example.org", False),
    ],
)
def test_a_wildcard_covers_one_label(host: str, covered: bool) -> None:
    assert covers(CERTIFICATE.names, host) is covered


def test_a_certificate_that_does_not_cover_a_host_is_an_error_that_names_it() -> None:
    found = acm(CERTIFICATE, "cdn.example.com", "apps.learn.example.com")

    assert found.severity == "error"
    assert found.message == "It does not cover apps.learn.example.com, only *.example.com, example.com."


def test_a_certificate_that_is_not_validated_yet_names_the_records_to_set() -> None:
    record = "_a.example.com. CNAME _b.acm-validations.aws."
    found = acm(replace(CERTIFICATE, status="PENDING_VALIDATION", expires=None, records=(record,)))

    assert found.severity == "error"
    assert record in found.mend


def test_of_a_certificate_that_was_revoked_nothing_is_said_of_its_end() -> None:
    assert "REVOKED" in acm(replace(CERTIFICATE, status="REVOKED", expires=NOW + timedelta(days=3))).message


def test_a_certificate_that_failed_tells_why() -> None:
    found = acm(replace(CERTIFICATE, status="FAILED", expires=None, reason="CAA_ERROR"))

    assert (found.severity, found.message) == (
        "error",
        "ACM says FAILED (CAA_ERROR), and CloudFront takes only issued certificates.",
    )
    assert found.mend


@pytest.mark.parametrize(("days", "severity"), [(-1, "error"), (0, "error"), (3, "warning"), (60, "ok")])
def test_the_end_of_a_certificate_is_seen_coming(days: int, severity: str) -> None:
    assert acm(replace(CERTIFICATE, expires=NOW + timedelta(days=days))).severity == severity


def test_an_imported_certificate_is_for_people_to_renew() -> None:
    assert "import its successor" in acm(replace(CERTIFICATE, expires=NOW, imported=True)).mend


@pytest.mark.parametrize(
    ("renewal", "severity"), [("FAILED", "warning"), ("SUCCESS", "ok"), ("PENDING_VALIDATION", "warning")]
)
def test_a_renewal_that_does_not_come_about_is_told_in_time(renewal: str, severity: str) -> None:
    assert acm(replace(CERTIFICATE, renewal=renewal)).severity == severity


def test_a_certificate_that_is_not_there_is_an_error() -> None:
    found = acm(Refusal("ResourceNotFoundException", "DescribeCertificate: Could not find it", ""))

    assert (found.severity, found.message) == ("error", "ACM has no such certificate in this account.")
    assert "CLOUDFRONT_CERTIFICATE_ARN" in found.mend


def test_a_certificate_that_may_not_be_looked_at_is_a_warning_that_names_the_permission() -> None:
    mend = "These credentials may not do this: an IAM policy must allow acm:DescribeCertificate."
    found = acm(Refusal("AccessDeniedException", "DescribeCertificate: no", mend))

    assert (found.severity, found.mend) == ("warning", mend)


# The account


def test_without_credentials_nothing_else_is_said_of_the_account() -> None:
    (found,) = judge_account(AccountFacts(Refusal("NoCredentialsError", "There are no AWS credentials.", "")))

    assert (found.severity, found.check) == ("error", "credentials")
    assert found.mend


def test_a_list_that_may_not_be_had_is_an_error_that_names_the_permission() -> None:
    mend = "These credentials may not do this: an IAM policy must allow cloudfront:ListFunctions."
    lists = {"distribution": None, "function": Refusal("AccessDenied", "ListFunctions: no (AccessDenied)", mend)}

    found = [finding for finding in judge_account(AccountFacts(ME, lists)) if finding.check == "permissions"]

    assert [(finding.severity, finding.mend) for finding in found] == [("error", mend)]


@pytest.mark.parametrize(
    ("used", "severity", "message"),
    [
        (17, "ok", "Custom cache policies: 17 of 20."),
        (18, "warning", "Nearly used up: custom cache policies: 18 of 20 are there."),
        (20, "warning", "No more can be made: custom cache policies: 20 of 20 are there."),
    ],
)
def test_a_quota_is_told_before_it_is_used_up(used: int, severity: str, message: str) -> None:
    facts = AccountFacts(ME, usage=(Usage("cache_policy", used, 20, asked=True),))

    (found,) = [finding for finding in judge_account(facts) if finding.check == "quotas"]

    assert (found.severity, found.message) == (severity, message)


def test_quotas_that_are_only_defaults_are_said_to_be() -> None:
    facts = AccountFacts(ME, usage=(Usage("function", 1, 100, asked=False),))

    assert [finding.severity for finding in judge_account(facts) if finding.check == "quotas"] == ["ok", "info"]


@pytest.mark.parametrize(
    ("simulation", "severity", "said"),
    [
        (Simulation(allowed=("cloudfront:CreateDistribution",)), "ok", "IAM would allow all"),
        (Simulation(denied=("cloudfront:CreateDistribution",)), "warning", "may not do cloudfront:CreateDistribution."),
        (Simulation(denied=("cloudfront:DeleteFunction",)), "info", "which only taking things away needs."),
        (Simulation(reason="no"), "info", "was not looked at: no."),
    ],
)
def test_what_iam_says_of_changes_is_told(simulation: Simulation, severity: str, said: str) -> None:
    found = [f for f in judge_account(AccountFacts(ME, simulation=simulation)) if f.check == "permissions"][-1]

    assert found.severity == severity
    assert said in found.message


# Distributions


def test_a_distribution_in_order_is_said_to_be() -> None:
    assert severities(judge_serving(SERVING)) == ["ok"]


@pytest.mark.parametrize(
    ("serving", "severity", "said"),
    [
        (replace(SERVING, id="", saved_id=""), "warning", "There is no distribution yet."),
        (
            replace(SERVING, id=""),
            "error",
            "config.yml says that E1 serves this site, and it is not in this AWS account",
        ),
        (replace(SERVING, enabled=False), "error", "E1 is disabled"),
        (replace(SERVING, status="InProgress"), "warning", "E1 is InProgress"),
        (replace(SERVING, saved_id=""), "warning", "E1 is not saved in config.yml"),
        (replace(SERVING, saved_id="E2"), "error", "config.yml says that E2 serves this site, and AWS has E1 for it."),
        (
            replace(SERVING, drift=Drift("distribution", "lms", ("Enabled",))),
            "warning",
            "as the settings want it: Enabled.",
        ),
    ],
)
def test_a_fault_of_a_distribution_is_told_with_its_mend(serving: Serving, severity: str, said: str) -> None:
    (found,) = judge_serving(serving)

    assert found.severity == severity
    assert said in found.message
    assert found.mend


def test_many_fields_are_counted() -> None:
    assert "A, B, C, D and 2 more." in judge_drift(Drift("cache_policy", "static", tuple("ABCDEF"))).message


def test_a_shared_resource_that_is_gone_is_told() -> None:
    assert judge_drift(Drift("cache_policy", "x-static")).message == "The cache policy x-static is missing."


def test_what_is_saved_for_no_site_is_told() -> None:
    (found,) = judge_saved(["old.example.com", "learn.example.com"], {"learn.example.com"})

    assert (found.severity, found.subject) == ("warning", "CLOUDFRONT_DISTRIBUTIONS")
    assert found.message.startswith("old.example.com")


# Words


def test_what_servers_say_can_not_move_the_cursor() -> None:
    finding = Finding("error", "file", "lms", "Cache-Control: \x1b[2Jprivate\r\n\x07", "mend\x00")

    assert (finding.message, finding.mend) == ("Cache-Control: ?[2Jprivate ?", "mend?")
