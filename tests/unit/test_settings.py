"""What users may write, and what they read where they wrote something else."""

from __future__ import annotations

import datetime
import typing as t

import pytest
import tutor.config

from tests.support.entries import CERTIFICATE, NEEDED, UUID, checked, config, errors, extra
from tutorcloudfront.naming import prefix_of_host
from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.settings import CacheConfig, ExtraDomain, SavedDistribution, Settings, SettingsError, check
from tutorcloudfront.settings.reading import FACTS

WEB_ACL = f"arn:aws:wafv2:us-east-1:111122223333:global/webacl/NAME/{UUID}"
HERE = "here or into CLOUDFRONT_CERTIFICATE_ARN"


# Good settings


def test_a_platform_that_sets_nothing_has_the_documented_defaults() -> None:
    settings = checked()
    assert settings.model_dump(exclude={"aws_secret_access_key", "jwt_rsa_private_key"}) == {
        "lms_host": "learn.example.com",
        "cms_host": "studio.learn.example.com",
        "mfe_host": "apps.learn.example.com",
        "enable_https": True,
        "aws_access_key_id": "",
        "aws_profile": "",
        "aws_region": "us-east-1",
        "lms_domain": "learn.example.com",
        "cms_domain": "studio.learn.example.com",
        "certificate_arn": "",
        "lms_alias": "",
        "cms_alias": "",
        "cache_config": {"min_ttl": 0, "default_ttl": 300, "max_ttl": 3600},
        "extra_domains": (),
        "course_assets": False,
        "price_class": "PriceClass_All",
        "web_acl_arn": "",
        "log_bucket": "",
        "realtime_metrics": False,
        "tags": {},
        "resource_prefix": "learn-example-com",
        "signing_algorithm": "rsa-sha1",
        "signed_ttl": 7200,
        "signing_secret": "",
        "signing_keys": (),
        "jwt": {
            "issuer": "",
            "audience": (),
            "jwks": "",
            "algorithms": (),
            "token_use": "",
            "required_claims": {},
            "cognito_user_pool_id": "",
            "cognito_client_id": (),
        },
        "distributions": {},
    }
    assert settings.aws_secret_access_key.get_secret_value() == ""


def test_every_setting_of_the_plugin_is_read_and_nothing_else() -> None:
    known = {name.lower() for name in [*FACTS, *DEFAULTS]}
    assert set(Settings.model_fields) == known


def test_all_settings_are_taken_over() -> None:
    settings = checked(
        AWS_ACCESS_KEY_ID="AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY=" secret\n",
        AWS_REGION="ap-southeast-2",
        LMS_DOMAIN="Origin.Example.com",
        CMS_DOMAIN="",
        LMS_ALIAS="cdn.example.com",
        CERTIFICATE_ARN=CERTIFICATE,
        EXTRA_DOMAINS=[extra(domain="*.Docs.example.com", access="public"), {"domain": "a.b.c", "alias": "d.e.f"}],
        PRICE_CLASS="PriceClass_100",
        WEB_ACL_ARN=WEB_ACL,
        TAGS={"Team": "Learning", "cost-center": 4711, "prod": True, "größe": 1.5, "big": 10**20},
        RESOURCE_PREFIX="Learn_1",
        DISTRIBUTIONS={"learn.example.com": {"id": "E1ABC", "domain_name": "d1.cloudfront.net", "host": "*.x.com"}},
    )
    assert settings.aws_secret_access_key.get_secret_value() == "secret"
    assert (settings.lms_domain, settings.cms_domain, settings.lms_alias) == (
        "origin.example.com",
        "",
        "cdn.example.com",
    )
    assert settings.extra_domains == (
        ExtraDomain(domain="*.docs.example.com", alias="build.example.com", certificate_arn=CERTIFICATE),
        ExtraDomain(domain="a.b.c", alias="d.e.f"),
    )
    assert settings.tags == {
        "Team": "Learning",
        "cost-center": "4711",
        "prod": "true",
        "größe": "1.5",
        "big": "100000000000000000000",
    }
    assert settings.distributions == {
        "learn.example.com": SavedDistribution(id="E1ABC", domain_name="d1.cloudfront.net", host="*.x.com")
    }


@pytest.mark.parametrize("name", ["AWS_PROFILE", "LMS_DOMAIN", "CMS_ALIAS", "CERTIFICATE_ARN", "WEB_ACL_ARN"])
def test_nothing_written_behind_a_setting_of_text_is_empty_text(name: str) -> None:
    assert getattr(checked(**{name: None}), name.lower()) == ""


def test_nothing_written_behind_a_list_or_mapping_is_an_empty_one() -> None:
    settings = checked(EXTRA_DOMAINS=None, TAGS=None, DISTRIBUTIONS=None, CACHE_CONFIG=None)
    assert (settings.extra_domains, settings.tags, settings.distributions) == ((), {}, {})
    assert settings.cache_config == CacheConfig()


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), (False, False), ("True", True), ("False", False), ("false", False)]
)
def test_https_is_off_where_tutor_rendered_it_to_the_text_false(value: object, expected: bool) -> None:
    assert checked(ENABLE_HTTPS=value).enable_https is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("True", True), ("False", False), ("{{ ENABLE_HTTPS }}", True)],
)
def test_course_assets_are_off_where_tutor_rendered_the_setting_to_the_text_false(
    value: object, expected: bool
) -> None:
    assert checked(COURSE_ASSETS=value).course_assets is expected


def test_a_platform_without_tutor_mfe_has_no_mfe_host() -> None:
    without = config()
    del without["MFE_HOST"]
    assert check(without).mfe_host == ""


def test_settings_do_not_change() -> None:
    settings = checked()
    with pytest.raises(ValueError, match="frozen"):
        settings.aws_region = "eu-west-1"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (0, 300, 3600)),
        ({"default_ttl": 86400}, (0, 86400, 86400)),
        ({"max_ttl": 60}, (0, 60, 60)),
        ({"min_ttl": 7200}, (7200, 7200, 7200)),
        ({"min_ttl": 600}, (600, 600, 3600)),
        ({"min_ttl": 10, "max_ttl": 20}, (10, 20, 20)),
        ({"min_ttl": "1", "default_ttl": "2", "max_ttl": " 3 "}, (1, 2, 3)),
        ({"max_ttl": 3153600000}, (0, 300, 3153600000)),
    ],
)
def test_ttls_that_are_left_out_follow_those_that_are_set(given: dict[str, t.Any], expected: tuple[int, ...]) -> None:
    cache = checked(CACHE_CONFIG=given).cache_config
    assert (cache.min_ttl, cache.default_ttl, cache.max_ttl) == expected


# Templates


def test_what_tutor_left_unrendered_is_rendered() -> None:
    loaded = config(EXTRA_DOMAINS=[extra(domain="{{ MFE_HOST }}", alias="{{ 'build.' ~ MFE_HOST }}")])
    # As tutor-mfe has it, which loads after this plugin.
    del loaded["MFE_HOST"]
    loaded["MFE_HOST"] = "apps.{{ LMS_HOST }}"
    tutor.config.render_full(loaded)
    assert t.cast(list[t.Any], loaded["CLOUDFRONT_EXTRA_DOMAINS"])[0]["domain"] == "apps.{{ LMS_HOST }}"

    settings = check(loaded)

    assert settings.mfe_host == "apps.learn.example.com"
    assert settings.extra_domains[0].domain == "apps.learn.example.com"
    assert settings.extra_domains[0].alias == "build.apps.learn.example.com"


def test_a_template_that_cannot_be_rendered_is_one_error() -> None:
    assert errors(EXTRA_DOMAINS=[extra(alias="{{ 1 / 0 }}")], LMS_ALIAS="{{ NOT_THERE }}", TAGS={"a": "{{"}) == [
        "CLOUDFRONT_LMS_ALIAS: cannot be rendered: TutorError: \"Missing configuration value: 'NOT_THERE' is undefined\"",
        "CLOUDFRONT_EXTRA_DOMAINS[0].alias: cannot be rendered: ZeroDivisionError: 'division by zero'",
        "CLOUDFRONT_TAGS.a: cannot be rendered: TutorError: \"Template syntax error: unexpected 'end of template'\"",
    ]


def test_a_setting_that_refers_to_itself_is_given_up() -> None:
    assert errors(LMS_ALIAS="{{ CLOUDFRONT_LMS_ALIAS }}") == [
        "CLOUDFRONT_LMS_ALIAS: still holds a template after 5 renderings; does it refer to itself?"
    ]


# Names of settings


def test_a_misspelt_setting_is_answered_with_the_nearest() -> None:
    assert errors(PRICE_CLAS="PriceClass_100") == [
        "CLOUDFRONT_PRICE_CLAS: is no setting of this plugin; did you mean CLOUDFRONT_PRICE_CLASS?"
    ]


def test_a_setting_that_resembles_none_is_to_be_removed() -> None:
    assert errors(QQQ=1) == [
        "CLOUDFRONT_QQQ: is no setting of this plugin; remove it with `tutor config save --unset CLOUDFRONT_QQQ`"
    ]


def test_a_name_in_other_letters_is_answered_with_the_right_ones() -> None:
    assert errors(Lms_Alias="", EXTRA_DOMAINS=[extra(ACCESS="signed")]) == [
        "CLOUDFRONT_EXTRA_DOMAINS[0].ACCESS: is no key that is known here; did you mean access?",
        "CLOUDFRONT_Lms_Alias: is no setting of this plugin; did you mean CLOUDFRONT_LMS_ALIAS?",
    ]


def test_a_name_that_no_setting_can_have_still_makes_one_line() -> None:
    assert errors(**{"A\nB": 1}) == ["'CLOUDFRONT_A\\nB': is no setting of this plugin; remove it from config.yml"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("certificate", "is no key that is known here; did you mean certificate_arn?"),
        (
            "qqq",
            "is no key that is known here; known are domain, alias, bucket, bucket_region, service, service_region, "
            "service_host, actions, resources, methods, certificate_arn, access, cache_key, jwt",
        ),
    ],
)
def test_an_unknown_key_of_an_extra_domain_is_refused(key: str, message: str) -> None:
    assert errors(EXTRA_DOMAINS=[extra(**{key: "x"})]) == [f"CLOUDFRONT_EXTRA_DOMAINS[0].{key}: {message}"]


def test_an_unknown_key_of_the_cache_config_is_refused() -> None:
    assert errors(CACHE_CONFIG={"min-ttl": 1}) == [
        "CLOUDFRONT_CACHE_CONFIG['min-ttl']: is no key that is known here; did you mean min_ttl?"
    ]


# Kinds of values


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("LMS_ALIAS", 3, "must be text, not a number: put it in quotes"),
        ("LMS_ALIAS", False, "must be text, not false: put it in quotes"),
        ("LMS_ALIAS", ["x"], "must be text, not a list"),
        ("LMS_ALIAS", datetime.date(2020, 1, 1), "must be text, not a date"),
        ("LMS_ALIAS", b"\xff", "must be text that can be written as UTF-8"),
        ("EXTRA_DOMAINS", {"domain": "x"}, "must be a list, not a mapping"),
        ("EXTRA_DOMAINS", "apps.example.com", "must be a list, not text"),
        ("CACHE_CONFIG", [300], "must be a mapping, not a list"),
        ("TAGS", ["Team"], "must be a mapping, not a list"),
        ("DISTRIBUTIONS", True, "must be a mapping, not true"),
        ("PRICE_CLASS", None, "must be 'PriceClass_100', 'PriceClass_200' or 'PriceClass_All', not null"),
        ("PRICE_CLASS", "All", "must be 'PriceClass_100', 'PriceClass_200' or 'PriceClass_All', not 'All'"),
        ("PRICE_CLASS", [], "must be 'PriceClass_100', 'PriceClass_200' or 'PriceClass_All', not a list"),
    ],
)
def test_another_kind_of_value_is_refused(name: str, value: object, message: str) -> None:
    assert errors(**{name: value}) == [f"CLOUDFRONT_{name}: {message}"]


def test_what_tutor_says_of_the_platform_is_checked_too() -> None:
    assert errors(ENABLE_HTTPS="maybe", LMS_HOST=3, LMS_DOMAIN="x.y", RESOURCE_PREFIX="p") == [
        "LMS_HOST: must be text, not a number: put it in quotes",
        "ENABLE_HTTPS: must be true or false, not 'maybe'",
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"COURSE_ASSETS": "maybe"}, "must be true or false, not 'maybe'"),
        ({"COURSE_ASSETS": None}, "must be true or false, not null"),
        (
            {"COURSE_ASSETS": True, "LMS_DOMAIN": ""},
            "must be false where CLOUDFRONT_LMS_DOMAIN is empty: course assets come from the LMS",
        ),
    ],
)
def test_course_assets_are_on_or_off_and_need_the_lms(settings: dict[str, t.Any], message: str) -> None:
    assert errors(**settings) == [f"CLOUDFRONT_COURSE_ASSETS: {message}"]


@pytest.mark.parametrize("name", ["acme-logs", "logs.example.com", "a" * 63])
def test_a_bucket_for_logs_is_named(name: str) -> None:
    assert checked(LOG_BUCKET=name).log_bucket == name


@pytest.mark.parametrize("name", ["s3://acme-logs", "arn:aws:s3:::acme-logs", "ab", "Acme", "a..b", "-acme", "a" * 64])
def test_what_is_no_name_of_a_bucket_is_refused(name: str) -> None:
    (error,) = errors(LOG_BUCKET=name)
    wanted = "CLOUDFRONT_LOG_BUCKET: must be the name of an S3 bucket such as 'acme-cdn-logs', without ARN or URL, not "
    assert error.startswith(wanted)


def test_metrics_are_on_or_off() -> None:
    assert checked(REALTIME_METRICS="True").realtime_metrics is True
    assert errors(REALTIME_METRICS="often") == ["CLOUDFRONT_REALTIME_METRICS: must be true or false, not 'often'"]


def test_all_errors_are_told_at_once_in_the_order_of_the_settings() -> None:
    told = errors(
        EXTRA_DOMAINS=[{"domain": "a.example.com"}, extra(alias="localhost")],
        AWS_REGION="",
        LMS_ALIAS="cdn.example.com",
        CMS_DOMAIN="*.example.com",
        OTHER=1,
        CACHE_CONFIG={"min_ttl": -1, "max_ttl": None},
    )
    assert [line.partition(": ")[0] for line in told] == [
        "CLOUDFRONT_AWS_REGION",
        "CLOUDFRONT_CMS_DOMAIN",
        "CLOUDFRONT_LMS_ALIAS",
        "CLOUDFRONT_CACHE_CONFIG.min_ttl",
        "CLOUDFRONT_CACHE_CONFIG.max_ttl",
        "CLOUDFRONT_EXTRA_DOMAINS[0].service",
        "CLOUDFRONT_EXTRA_DOMAINS[0].certificate_arn",
        "CLOUDFRONT_EXTRA_DOMAINS[1].alias",
        "CLOUDFRONT_OTHER",
    ]


# Credentials


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"AWS_ACCESS_KEY_ID": "AKIA"},
            "CLOUDFRONT_AWS_SECRET_ACCESS_KEY: is missing: set both keys or none",
        ),
        (
            {"AWS_SECRET_ACCESS_KEY": "x"},
            "CLOUDFRONT_AWS_SECRET_ACCESS_KEY: is set and CLOUDFRONT_AWS_ACCESS_KEY_ID is not: set both keys or none",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "work"},
            "CLOUDFRONT_AWS_PROFILE: must not be set beside CLOUDFRONT_AWS_ACCESS_KEY_ID: set the keys or the profile",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "abc/+", "AWS_SECRET_ACCESS_KEY": "AKIA"},
            "CLOUDFRONT_AWS_ACCESS_KEY_ID: may have only letters and digits; is it the secret key that stands here?",
        ),
    ],
)
def test_credentials_that_do_not_fit_together_are_refused(settings: dict[str, str], message: str) -> None:
    assert errors(**settings) == [message]


SECRET = "wJalr/XUtnFEMI+K7MDENG"


@pytest.mark.parametrize(
    "settings",
    [
        {"AWS_SECRET_ACCESS_KEY": SECRET},
        {"AWS_ACCESS_KEY_ID": SECRET, "AWS_SECRET_ACCESS_KEY": "AKIA"},
        {"AWS_SECRET_ACCESS_KEY": [SECRET]},
        {"AWS_SECRET_ACCESS_KEY": {SECRET: SECRET}},
        {"AWS_SECRET_ACCESS_KEY": {SECRET: "{{"}},
        {"AWS_SECRET_ACCESS_KEY": f"{{{{ '{SECRET}' / 2 }}}}"},
        {"AWS_SECRET_ACCESS_KEY": f"{{{{ {{}}['{SECRET}'] }}}}"},
        {"AWS_SECRET_ACCESS_KEY": [f"{{{{ {{}}['{SECRET}'] }}}}"]},
        {"AWS_SECRET_KEY": SECRET},
    ],
)
def test_no_message_tells_a_secret(settings: dict[str, t.Any]) -> None:
    with pytest.raises(SettingsError) as caught:
        checked(**settings)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_settings_can_be_printed_without_telling_the_secret() -> None:
    settings = checked(AWS_ACCESS_KEY_ID="AKIA", AWS_SECRET_ACCESS_KEY=SECRET)
    assert SECRET not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-2", "ap-southeast-5", "mx-central-1", "il-central-1"])
def test_regions_are_taken(region: str) -> None:
    assert checked(AWS_REGION=region).aws_region == region


@pytest.mark.parametrize("region", ["", "us-east-1a", "Virginia", "us_east_1", "us-east"])
def test_what_is_no_region_is_refused(region: str) -> None:
    assert errors(AWS_REGION=region) == [
        f"CLOUDFRONT_AWS_REGION: must be an AWS region such as 'us-east-1', not '{region}'"
    ]


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1"])
def test_regions_of_other_partitions_are_refused(region: str) -> None:
    assert errors(AWS_REGION=region) == [
        "CLOUDFRONT_AWS_REGION: must be a region of AWS's main partition such as 'us-east-1': "
        f"'{region}' is in another one"
    ]


# Host names

FULL = f"{'a' * 63}.{'b' * 63}.{'c' * 63}"


@pytest.mark.parametrize(
    "host", ["a.b", "x1.example.com", "xn--bcher-kva.example", "1.example.com", f"{FULL}.{'d' * 61}"]
)
def test_host_names_are_taken(host: str) -> None:
    assert checked(LMS_DOMAIN=host.upper()).lms_domain == host


@pytest.mark.parametrize(
    ("host", "message"),
    [
        (
            "https://Learn.example.com:443/x?y#z",
            "must be a host name without scheme, port or path: 'learn.example.com' in place of "
            "'https://learn.example.com:443/x?y#z'",
        ),
        ("a.b/", "must be a host name without scheme, port or path: 'a.b' in place of 'a.b/'"),
        ("a.b:8000", "must be a host name without scheme, port or path: 'a.b' in place of 'a.b:8000'"),
        ("me@a.b", "must be a host name without scheme, port or path: 'a.b' in place of 'me@a.b'"),
        ("//", "must be a host name without scheme, port or path: 'learn.example.com' in place of '//'"),
        (
            "10.0.0.1",
            "must be a host name such as 'learn.example.com', not the IP address '10.0.0.1', "
            "which CloudFront does not take",
        ),
        (
            "[::1]",
            "must be a host name such as 'learn.example.com', not the IP address '[::1]', which CloudFront does not take",
        ),
        (
            "10.0.0.256",
            "must be a host name such as 'learn.example.com': '10.0.0.256' ends in a number, as only an IP address may",
        ),
        ("a.b.", "must not end with a dot: 'a.b' in place of 'a.b.'"),
        (".", "must not end with a dot: 'learn.example.com' in place of '.'"),
        (
            "*.a.b",
            "must name one host, not '*.a.b' (only the `domain` of an extra domain may begin with `*.`)",
        ),
        ("localhost", "must be a full host name such as 'learn.example.com': 'localhost' has no dot"),
        ("a..b", "has nothing before or between dots: 'a..b'"),
        (".a.b", "has nothing before or between dots: '.a.b'"),
        ("a_b.c", "may have only letters, digits and inner hyphens between the dots: 'a_b' in 'a_b.c'"),
        ("a.-b.c", "may have only letters, digits and inner hyphens between the dots: '-b' in 'a.-b.c'"),
        ("a b.c", "may have only letters, digits and inner hyphens between the dots: 'a b' in 'a b.c'"),
        ("a.b\nc.d", "may have only letters, digits and inner hyphens between the dots: 'b\\nc' in 'a.b\\nc.d'"),
        (f"{'a' * 64}.b", f"may have 63 characters between dots: '{'a' * 64}' has 64"),
        (f"{FULL}.{'d' * 62}", "may have 253 characters and has 254"),
        (
            "Bücher.example",
            "must be written in punycode, as DNS has it: 'xn--bcher-kva.example' in place of 'bücher.example'",
        ),
        (
            "straße.example",
            "must be written in punycode, as DNS has it: 'xn--strae-oqa.example' in place of 'straße.example'",
        ),
        ("\ud800.example", "has characters that no host name has: '\\ud800.example'"),
        ("a_ü.example", "has characters that no host name has: 'a_ü.example'"),
    ],
)
def test_what_is_no_host_name_is_refused_with_the_right_one(host: str, message: str) -> None:
    assert errors(LMS_DOMAIN=host) == [f"CLOUDFRONT_LMS_DOMAIN: {message}"]


# Certificates and web ACLs


@pytest.mark.parametrize("id_", [UUID, f"mrk-{'0a' * 16}"])
def test_certificates_in_us_east_1_are_taken(id_: str) -> None:
    arn = f"arn:aws:acm:us-east-1:111122223333:certificate/{id_}"
    assert checked(CERTIFICATE_ARN=arn).certificate_arn == arn


NO_CERTIFICATE = f"must be the ARN of an ACM certificate such as '{CERTIFICATE}', not "


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (
            CERTIFICATE.replace("us-east-1", "eu-west-1"),
            "must be in us-east-1, where CloudFront looks for certificates",
        ),
        ("mine", f"{NO_CERTIFICATE}'mine'"),
        (UUID, f"{NO_CERTIFICATE}'{UUID}'"),
        (
            "arn:aws:iam::111122223333:server-certificate/x",
            f"{NO_CERTIFICATE}'arn:aws:iam::111122223333:server-certificate/x'",
        ),
        (CERTIFICATE[:-1], f"{NO_CERTIFICATE}'{CERTIFICATE[:-1]}'"),
        (
            CERTIFICATE.replace("arn:aws:", "arn:aws-cn:"),
            "must begin with 'arn:aws:': 'aws-cn' is another AWS partition, which this plugin does not support",
        ),
        (
            CERTIFICATE.replace("arn:aws:", "arn:aws-us-gov:"),
            "must begin with 'arn:aws:': 'aws-us-gov' is another AWS partition, which this plugin does not support",
        ),
    ],
)
def test_a_certificate_that_cloudfront_cannot_use_is_refused(arn: str, message: str) -> None:
    assert errors(CERTIFICATE_ARN=arn) == [f"CLOUDFRONT_CERTIFICATE_ARN: {message}"]
    assert errors(EXTRA_DOMAINS=[extra(certificate_arn=arn)]) == [
        f"CLOUDFRONT_EXTRA_DOMAINS[0].certificate_arn: {message}"
    ]


def test_an_alias_without_a_certificate_says_how_to_get_one() -> None:
    assert errors(LMS_ALIAS="cdn.example.com", EXTRA_DOMAINS=[extra(certificate_arn=None)]) == [
        f"CLOUDFRONT_LMS_ALIAS: {NEEDED.format(repr('cdn.example.com'), 'into CLOUDFRONT_CERTIFICATE_ARN')}",
        f"CLOUDFRONT_EXTRA_DOMAINS[0].certificate_arn: {NEEDED.format(repr('apps.learn.example.com'), HERE)}",
    ]


def test_a_wrong_certificate_is_not_told_as_a_missing_one_as_well() -> None:
    told = errors(CERTIFICATE_ARN="x", LMS_ALIAS="cdn.example.com", EXTRA_DOMAINS=[extra(certificate_arn="")])
    assert told == [f"CLOUDFRONT_CERTIFICATE_ARN: {NO_CERTIFICATE}'x'"]


ACL_EXAMPLE = f"such as '{WEB_ACL}'"


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        (
            f"arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/x/{UUID}",
            "must be a web ACL of scope CLOUDFRONT, made in us-east-1: "
            "'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/x/12345678-90ab-cdef-1234-567890abcdef' is a regional one",
        ),
        (UUID, f"must be a web ACL of today's AWS WAF {ACL_EXAMPLE}: '{UUID}' is one of AWS WAF Classic"),
        (
            "arn:aws:waf::1:webacl/x",
            f"must be a web ACL of today's AWS WAF {ACL_EXAMPLE}: 'arn:aws:waf::1:webacl/x' is one of AWS WAF Classic",
        ),
        ("acl", f"must be the ARN of a web ACL {ACL_EXAMPLE}, not 'acl'"),
        (
            WEB_ACL.replace("arn:aws:", "arn:aws-cn:"),
            "must begin with 'arn:aws:': 'aws-cn' is another AWS partition, which this plugin does not support",
        ),
    ],
)
def test_a_web_acl_that_cloudfront_cannot_use_is_refused(arn: str, message: str) -> None:
    assert errors(WEB_ACL_ARN=arn) == [f"CLOUDFRONT_WEB_ACL_ARN: {message}"]


# TTLs


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (-1, "-1"),
        (1.0, "1.0"),
        (3153600001, "3153600001"),
        pytest.param(10**5000, "a number", id="huge"),
        (float("nan"), "nan"),
        ("5m", "'5m'"),
        ("٣", "'٣'"),
        ("", "''"),
        ("9" * 5000, f"'{'9' * 160}…'"),
        ([1], "a list"),
    ],
)
def test_what_is_no_number_of_seconds_is_refused(value: object, shown: str) -> None:
    assert errors(CACHE_CONFIG={"default_ttl": value}) == [
        "CLOUDFRONT_CACHE_CONFIG.default_ttl: must be a whole number of seconds from 0 to 3153600000 (100 years), "
        f"not {shown}"
    ]


def test_ttls_out_of_order_are_refused() -> None:
    assert errors(CACHE_CONFIG={"min_ttl": 600, "max_ttl": 60}) == [
        "CLOUDFRONT_CACHE_CONFIG: must be in the order min_ttl <= default_ttl <= max_ttl, not 600, 60, 60"
    ]


# Tags and prefix


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("", "x", "['']: must have a key of 1 to 128 characters, and it has 0"),
        ("k" * 129, "x", f".{'k' * 129}: must have a key of 1 to 128 characters, and it has 129"),
        ("AWS:x", "x", "['AWS:x']: must have a key that does not begin with 'aws:', which AWS keeps for itself"),
        (
            "tutor-cloudfront:x",
            "x",
            "['tutor-cloudfront:x']: must have a key that does not begin with 'tutor-cloudfront:', "
            "which this plugin sets itself",
        ),
        ("a!", "x", "['a!']: must have only letters, digits, blanks and _ . : / = + - @ in its key, not '!'"),
        ("a", "\n", ".a: must have only letters, digits, blanks and _ . : / = + - @ in its value, not '\\n'"),
        ("a", "v" * 257, ".a: must have a value of at most 256 characters, and it has 257"),
        ("a", None, '.a: must be text, not null: write "" for an empty value'),
        ("a", ["x"], ".a: must be text, not a list"),
        (3, "x", "[3]: must be text, not a number: put it in quotes"),
    ],
)
def test_tags_that_aws_refuses_are_refused(key: object, value: object, message: str) -> None:
    assert errors(TAGS={key: value}) == [f"CLOUDFRONT_TAGS{message}"]


def test_tags_leave_room_for_the_plugins_own() -> None:
    assert len(checked(TAGS={f"k{i}": "" for i in range(40)}).tags) == 40
    assert errors(TAGS={f"k{i}": "" for i in range(41)}) == [
        "CLOUDFRONT_TAGS: must be at most 40 tags, and they are 41"
    ]


LONG = "x" * 41


@pytest.mark.parametrize(
    ("value", "right"),
    [("Learn.Example", "learn-example"), ("", "learn-example-com"), (LONG, prefix_of_host(LONG))],
)
def test_a_prefix_that_names_cannot_begin_with_is_refused(value: str, right: str) -> None:
    assert errors(RESOURCE_PREFIX=value) == [
        f"CLOUDFRONT_RESOURCE_PREFIX: must be 1 to 40 of A-Z, a-z, 0-9, - and _, such as '{right}', not '{value}'"
    ]
    assert checked(RESOURCE_PREFIX=right).resource_prefix == right


# Sites


@pytest.mark.parametrize(
    ("domain", "setting"),
    [
        ("LEARN.example.com", "LMS_HOST"),
        ("studio.learn.example.com", "CMS_HOST"),
        ("origin.example.com", "CLOUDFRONT_LMS_DOMAIN"),
    ],
)
def test_lms_and_studio_cannot_be_served_as_public_sites(domain: str, setting: str) -> None:
    assert errors(LMS_DOMAIN=" Origin.example.com", EXTRA_DOMAINS=[extra(domain=domain)]) == [
        f"CLOUDFRONT_EXTRA_DOMAINS[0].domain: must not be '{domain.lower()}' ({setting}): the pages of LMS and Studio "
        "need cookies and logins, which a public site does not pass on; give the site a host name of its own"
    ]


@pytest.mark.parametrize(
    ("alias", "setting"), [("learn.example.com", "LMS_HOST"), ("apps.learn.example.com", "MFE_HOST")]
)
def test_an_alias_for_static_files_cannot_be_a_host_of_the_platform(alias: str, setting: str) -> None:
    assert errors(LMS_DOMAIN="origin.example.com", CMS_ALIAS=alias, CERTIFICATE_ARN=CERTIFICATE) == [
        f"CLOUDFRONT_CMS_ALIAS: must not be '{alias}' ({setting}): only static files can be had through an alias, "
        f"and the platform's pages no more; take another host name such as 'cdn.{alias}'"
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"domain": ""}, "domain: must be a host name such as 'learn.example.com', and is empty"),
        (
            {"domain": "*"},
            "domain: must name one host, not '*' (only the `domain` of an extra domain may begin with `*.`)",
        ),
        ({"alias": None}, "service: one of alias, bucket, service must tell where CloudFront fetches the site from"),
        ({"bucket": "acme-media"}, "bucket: must not be set beside alias: a site is fetched from one origin"),
        ({"bucket_region": "eu-west-1"}, "bucket_region: must not be set without bucket"),
        (
            {"alias": "", "bucket": "acme.media"},
            "bucket: must be a bucket without a dot in its name, since S3 has no certificate for others, not 'acme.media'",
        ),
        (
            {"alias": "*.a.b"},
            "alias: must name one host, not '*.a.b' (only the `domain` of an extra domain may begin with `*.`)",
        ),
        ({"access": "private"}, "access: must be 'public', 'signed' or 'jwt', not 'private'"),
        ({"access": None}, "access: must be 'public', 'signed' or 'jwt', not null"),
    ],
)
def test_an_extra_domain_that_is_wrong_is_refused(keys: dict[str, t.Any], message: str) -> None:
    assert errors(EXTRA_DOMAINS=[extra(), extra(**keys)]) == [f"CLOUDFRONT_EXTRA_DOMAINS[1].{message}"]


def test_an_extra_domain_that_lacks_something_is_refused() -> None:
    assert errors(EXTRA_DOMAINS=[{}, None, "apps.example.com"], CERTIFICATE_ARN=CERTIFICATE) == [
        "CLOUDFRONT_EXTRA_DOMAINS[0].domain: is missing: the host that browsers ask for",
        "CLOUDFRONT_EXTRA_DOMAINS[0].service: one of alias, bucket, service must tell where CloudFront fetches the site from",
        "CLOUDFRONT_EXTRA_DOMAINS[1]: must be a mapping, not null",
        "CLOUDFRONT_EXTRA_DOMAINS[2]: must be a mapping, not text",
    ]


def test_a_saved_distribution_that_was_edited_is_refused() -> None:
    assert errors(DISTRIBUTIONS={"learn.example.com": {"id": "?", "domain_name": "d1.cloudfront.net"}}) == [
        "CLOUDFRONT_DISTRIBUTIONS['learn.example.com'].id: must be the id of a distribution such as 'E1ABCDEFGHIJKL', "
        "not '?'",
        "CLOUDFRONT_DISTRIBUTIONS['learn.example.com'].host: is missing: this plugin writes it, so remove what is there "
        "and run `tutor cloudfront create-cloudfront-resources` again",
    ]


@pytest.mark.parametrize("wrong", [0, -1, "2h"])
def test_a_signature_is_good_for_a_second_at_least(wrong: object) -> None:
    assert errors(SIGNED_TTL=wrong) == [
        f"CLOUDFRONT_SIGNED_TTL: must be a whole number of seconds from 1 to 3153600000 (100 years), not {wrong!r}"
    ]
