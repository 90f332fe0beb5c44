"""What goes wrong is told in words, with its mend, exit status 1 and no traceback."""

from __future__ import annotations

import json
import typing as t

import pytest

from tests.support import faults
from tests.support.platform import Platform

HOSTS = [f"h{number}.example.com" for number in range(101)]
ADD_ALIASES = f"""
import dataclasses
from tutorcloudfront.hooks import CLOUDFRONT_SITES

@CLOUDFRONT_SITES.add()
def _add(sites, settings):
    return [dataclasses.replace(sites[0], aliases={HOSTS!r}, certificate_arn=settings.certificate_arn)]
"""


def domain(**values: str) -> list[dict[str, str]]:
    arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
    return [{"domain": "a.example.com", "alias": "b.example.com", "certificate_arn": arn, **values}]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"CACHE_CONFIG": {"min_ttl": 10, "max_ttl": 5}}, "CLOUDFRONT_CACHE_CONFIG: must be in the order"),
        ({"CACHE_CONFIG": {"min_ttl": -1}}, "CLOUDFRONT_CACHE_CONFIG.min_ttl: "),
        ({"CACHE_CONFIG": {"default_ttl": "five minutes"}}, "CLOUDFRONT_CACHE_CONFIG.default_ttl: "),
        ({"CACHE_CONFIG": [1, 2, 3]}, "CLOUDFRONT_CACHE_CONFIG: "),
        ({"CACHE_CONFIG": {"maxttl": 3}}, "CLOUDFRONT_CACHE_CONFIG.maxttl: "),
        ({"EXTRA_DOMAIN": []}, "CLOUDFRONT_EXTRA_DOMAIN: is no setting of this plugin; did you mean"),
        ({"LMS_ALIAS": "cdn.example.com"}, "CLOUDFRONT_LMS_ALIAS: a certificate is needed"),
        (
            {"EXTRA_DOMAINS": domain(certificate_arn=domain()[0]["certificate_arn"].replace("us-east-1", "eu-west-1"))},
            "CLOUDFRONT_EXTRA_DOMAINS[0].certificate_arn: must be in us-east-1, where CloudFront looks for",
        ),
        ({"CERTIFICATE_ARN": "arn:aws:acm"}, "CLOUDFRONT_CERTIFICATE_ARN: "),
        ({"EXTRA_DOMAINS": domain(alias="a.example.com")}, "CLOUDFRONT_EXTRA_DOMAINS[0]: CloudFront fetches this site"),
        ({"EXTRA_DOMAINS": domain() * 2}, "CLOUDFRONT_EXTRA_DOMAINS[1]"),
        ({"EXTRA_DOMAINS": domain(domain="https://a.example.com")}, "CLOUDFRONT_EXTRA_DOMAINS[0].domain: "),
        ({"EXTRA_DOMAINS": domain(alias="b.example.com/path")}, "CLOUDFRONT_EXTRA_DOMAINS[0].alias: "),
        ({"EXTRA_DOMAINS": domain(alias="*.example.com")}, "CLOUDFRONT_EXTRA_DOMAINS[0].alias: "),
        ({"EXTRA_DOMAINS": domain(domain="a." * 130 + "com")}, "CLOUDFRONT_EXTRA_DOMAINS[0].domain: "),
        ({"RESOURCE_PREFIX": "my platform"}, "CLOUDFRONT_RESOURCE_PREFIX: "),
    ],
)
def test_wrong_settings_are_told_before_aws_is_asked(
    platform: Platform, settings: dict[str, t.Any], message: str
) -> None:
    platform.project.set(**{f"CLOUDFRONT_{name}": value for name, value in settings.items()})

    assert message in platform.run("plan", status=1).stderr
    assert platform.recorder.calls == []


def test_all_wrong_settings_are_told_at_once(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_PRICE_CLASS="cheap", CLOUDFRONT_CERTIFICATE_ARN="mine", CLOUDFRONT_TAGS=[])

    told = platform.create(status=1).stderr

    for setting in ("CLOUDFRONT_PRICE_CLASS", "CLOUDFRONT_CERTIFICATE_ARN", "CLOUDFRONT_TAGS"):
        assert f"{setting}: " in told


def test_more_aliases_than_cloudfront_takes_are_told_before_aws_is_asked(platform: Platform) -> None:
    (platform.project.plugins_root / "aliases.py").write_text(ADD_ALIASES)
    platform.project.set(PLUGINS=["aliases", "cloudfront", "mfe"], CLOUDFRONT_CERTIFICATE_ARN=platform.certificate)

    assert "site 'lms'.aliases: may be 100, and they are 101" in platform.run("plan", status=1).stderr
    assert platform.recorder.calls == []


@pytest.mark.parametrize("wrong", [["--bogus"], ["--format", "xml"], ["surplus"]])
def test_a_mistyped_command_does_not_look_like_a_plan_with_changes(platform: Platform, wrong: list[str]) -> None:
    assert "Error: " in platform.run("plan", *wrong, status=1).stderr
    assert platform.recorder.calls == []


def test_without_credentials_the_ways_to_give_them_are_told(platform: Platform) -> None:
    keys = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    environment = {name: value for name, value in platform.environment().items() if name not in keys}

    result = platform.project.tutor("cloudfront", "plan", env=environment, check=False)

    assert result.returncode == 1
    assert "There are no AWS credentials. Set AWS_ACCESS_KEY_ID" in result.stderr
    assert "Traceback" not in result.stderr
    assert platform.recorder.calls == []


def test_credentials_that_aws_does_not_accept_are_told_of(platform: Platform) -> None:
    platform.put_in_front(faults.bad_credentials)

    assert "AWS does not accept these credentials." in platform.run("plan", status=1).stderr


def test_a_profile_that_is_not_there_is_told_of(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_AWS_PROFILE="nobody")

    assert "The config profile (nobody) could not be found" in platform.run("plan", status=1).stderr


@pytest.mark.parametrize(
    ("settings", "mend"),
    [
        ("credential_process = false", "Log in again, as this profile wants it."),
        (
            "sso_session = s\nsso_account_id = 111122223333\nsso_role_name = ops\n"
            "[sso-session s]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start",
            "Log in again, with `aws sso login`.",
        ),
    ],
)
def test_a_profile_that_one_must_log_in_to_is_told_of(platform: Platform, settings: str, mend: str) -> None:
    config = platform.project.folder / "aws-config"
    config.write_text(f"[profile mine]\n{settings}\n")
    environment = {**platform.environment(), "AWS_CONFIG_FILE": str(config), "AWS_PROFILE": "mine"}
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environment[name]

    result = platform.project.tutor("cloudfront", "plan", env=environment, check=False)

    assert result.returncode == 1
    assert f"\n{mend}\n" in result.stderr


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("ListDistributions", "cloudfront:ListDistributions"),
        ("GetResources", "tag:GetResources"),
        ("CreateDistributionWithTags", "cloudfront:CreateDistribution"),
    ],
)
def test_a_missing_permission_is_named(platform: Platform, operation: str, action: str) -> None:
    platform.put_in_front(faults.deny(operation))

    assert f"an IAM policy must allow {action}" in platform.create(status=1).stderr


def test_an_alias_that_another_distribution_holds_is_told_of(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_RESOURCE_PREFIX="other", CLOUDFRONT_LMS_DOMAIN="", CLOUDFRONT_CMS_DOMAIN="")

    told = platform.create(status=1).stderr

    assert "(CNAMEAlreadyExists)" in told
    assert "Another distribution, perhaps in another AWS account, holds this host name." in told


def test_no_dns_record_is_told_for_an_alias_that_aws_refuses(platform: Platform) -> None:
    alias = "cdn.learn.example.com"
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain(alias)])
    platform.create()
    platform.project.set(CLOUDFRONT_RESOURCE_PREFIX="other", CLOUDFRONT_EXTRA_DOMAINS=[], CLOUDFRONT_CMS_DOMAIN="")
    platform.create()
    platform.project.set(CLOUDFRONT_LMS_ALIAS=alias, CLOUDFRONT_CERTIFICATE_ARN=platform.certificate)

    text = platform.create("--yes", status=1)
    document = json.loads(platform.create("--yes", "--format", "json", status=1).stdout)

    assert "(CNAMEAlreadyExists)" in text.stderr
    assert alias not in text.stdout
    assert document["dns"] == []
    assert document["distributions"][0]["id"]


def test_a_dns_record_is_told_once_the_distribution_has_the_alias(platform: Platform) -> None:
    plan = json.loads(platform.run("plan", "--format", "json", status=2).stdout)
    created = json.loads(platform.create("--format", "json").stdout)

    assert plan["dns"] == []
    assert [(record["name"], record["type"]) for record in created["dns"]] == [("apps.learn.example.com", "CNAME")]


def test_a_quota_that_is_reached_is_told_of(platform: Platform) -> None:
    client = platform.aws("cloudfront")
    nothing: t.Any = {"HeadersConfig": {"HeaderBehavior": "none"}, "CookiesConfig": {"CookieBehavior": "none"}}
    for number in range(20):
        config = {"Name": f"taken-{number}", **nothing, "QueryStringsConfig": {"QueryStringBehavior": "none"}}
        client.create_origin_request_policy(OriginRequestPolicyConfig=config)

    told = platform.create(status=1).stderr

    assert "(TooManyOriginRequestPolicies)" in told
    assert "A quota of this AWS account is reached. Ask for more at" in told


def test_a_certificate_that_does_not_cover_a_host_is_told_of(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain("apps.example.org")])

    told = platform.create(status=1).stderr

    assert "(InvalidViewerCertificate)" in told
    assert "cover every host name of the site" in told


def test_an_aws_that_can_not_be_reached_is_told_of(platform: Platform) -> None:
    environment = {**platform.environment(), "AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}

    result = platform.project.tutor("cloudfront", "plan", env=environment, check=False, timeout=300)

    assert result.returncode == 1
    assert "AWS could not be reached" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("operation", ["ListDistributions", "GetResources", "CreateDistributionWithTags"])
def test_an_answer_that_is_none_of_aws_is_told_of(platform: Platform, operation: str) -> None:
    platform.put_in_front(faults.not_aws(operation))

    told = platform.create(status=1).stderr

    assert f"{operation}: what came back is not an answer of AWS's." in told
    assert "Please log in" not in told
    platform.put_in_front()
    platform.create("--yes")
    platform.assert_as_desired()


def test_an_alias_that_is_refused_is_not_what_the_platform_is_told_to_use(platform: Platform) -> None:
    platform.create()
    before = platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]
    platform.project.set(CLOUDFRONT_LMS_ALIAS="cdn.example.org", CLOUDFRONT_CERTIFICATE_ARN=platform.certificate)

    result = platform.create("--yes", status=1)

    assert "(InvalidViewerCertificate)" in result.stderr
    assert f"https://{before['learn.example.com']['domain_name']}" in result.stdout
    assert platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"] == before
