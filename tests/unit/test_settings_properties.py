"""Whatever stands in config.yml, users read messages and never a traceback."""

from __future__ import annotations

import re
import string
import typing as t

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tutor.exceptions import TutorError

from tests.support.entries import config
from tests.support.settings import CERTIFICATE
from tests.support.soak import examples
from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.settings import CacheConfig, ExtraDomain, SavedDistribution, Settings, SettingsError, check
from tutorcloudfront.sites import sites_of

pytestmark = pytest.mark.soak

WORDS = st.sampled_from(
    [
        "{{",
        "{{ LMS_HOST }}",
        "{{ 1 / 0 }}",
        "{% if",
        "*.example.com",
        "https://[",
        "arn:aws:acm:",
        "a.b",
        "😀.example",
        "\ud800",
        *CacheConfig.model_fields,
        *ExtraDomain.model_fields,
        *SavedDistribution.model_fields,
    ]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.binary() | st.text() | WORDS
KEYS = WORDS | st.text() | st.integers() | st.booleans() | st.none()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)
LINE = re.compile(r"(CLOUDFRONT_[A-Z_]+|LMS_HOST|CMS_HOST|MFE_HOST|ENABLE_HTTPS)(\.\w+|\[.+?\])*: .+")


def told(**values: t.Any) -> tuple[str, ...]:
    """Return the errors of these settings, none where they are taken."""
    try:
        assert isinstance(check(config(**values)), Settings)
    except SettingsError as error:
        return error.errors or ("an error that says nothing",)
    return ()


def assert_taken_or_told(**values: t.Any) -> None:
    for line in told(**values):
        assert LINE.fullmatch(line), line


@settings(deadline=None, max_examples=examples(300))
@given(st.sampled_from([*DEFAULTS, "LMS_HOST", "CMS_HOST", "MFE_HOST", "ENABLE_HTTPS", "OTHER"]), VALUES)
def test_any_value_of_any_setting_is_taken_or_told_of(name: str, value: object) -> None:
    assert_taken_or_told(**{name: value})


@settings(deadline=None, max_examples=examples(200))
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULTS, VALUES)))
def test_any_values_of_all_settings_are_taken_or_told_of(values: dict[str, t.Any]) -> None:
    assert_taken_or_told(**values)


@settings(deadline=None, max_examples=examples(100))
@given(
    st.lists(
        st.fixed_dictionaries({}, optional=dict.fromkeys(ExtraDomain.model_fields, VALUES)),
        max_size=3,
    ),
    st.fixed_dictionaries({}, optional=dict.fromkeys(CacheConfig.model_fields, VALUES)),
)
def test_any_extra_domains_and_ttls_are_taken_or_told_of(domains: list[t.Any], ttls: dict[str, t.Any]) -> None:
    assert_taken_or_told(EXTRA_DOMAINS=domains, CACHE_CONFIG=ttls)


#: Mostly right, and unusual.
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True) | st.sampled_from(
    ["a" * 63, "xn--mnchen-3ya"]
)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(lambda labels: f"{'.'.join(labels)}.example.com")
TAG_TEXT = st.characters(categories=("L", "N", "Z"), include_characters="_.:/=+-@")
RIGHT = st.fixed_dictionaries(
    {"CERTIFICATE_ARN": st.just(CERTIFICATE)},
    optional={
        "LMS_DOMAIN": HOSTS,
        "CMS_DOMAIN": HOSTS | st.just(""),
        "LMS_ALIAS": HOSTS,
        "CACHE_CONFIG": st.fixed_dictionaries({"default_ttl": st.integers(0, 3600)}),
        "EXTRA_DOMAINS": st.lists(
            st.fixed_dictionaries({"domain": HOSTS | HOSTS.map("*.{}".format), "alias": HOSTS}), max_size=4
        ),
        "RESOURCE_PREFIX": st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
        "LOG_BUCKET": st.from_regex(r"[a-z0-9-]{3,63}", fullmatch=True),
        "REALTIME_METRICS": st.booleans(),
        "TAGS": st.dictionaries(
            st.text(TAG_TEXT, min_size=1, max_size=128), st.text(TAG_TEXT, max_size=256), max_size=40
        ),
    },
)
#: Of ASCII: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Tag.html
TAG_CHARACTERS = string.ascii_letters + string.digits + " _.:/=+-@"
NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(RIGHT)
def test_settings_that_are_taken_make_resources_that_aws_takes(values: dict[str, t.Any]) -> None:
    try:
        checked = check(config(**values))
        sites = sites_of(checked)
    except TutorError:
        return
    resources = desired_resources(checked, sites, {})
    for resource in resources:
        assert len(resource.config["Comment"]) <= 128
        assert len(resource.tags) <= 50
        for key, value in resource.tags.items():
            assert 1 <= len(key) <= 128
            assert len(value) <= 256
            assert set(f"{key}{value}".encode("ascii", "ignore").decode()) <= set(TAG_CHARACTERS)
        if resource.kind == "distribution":
            assert all(len(alias) <= 253 for alias in resource.config["Aliases"]["Items"])
        else:
            assert NAME.fullmatch(resource.name)
    names = [(resource.kind, resource.name) for resource in resources]
    comments = [resource.config["Comment"] for resource in resources if resource.kind == "distribution"]
    assert len(names) == len(set(names))
    assert len(comments) == len(set(comments)), "a distribution is recognised in AWS's lists by its comment"


def test_yaml_that_holds_itself_is_told_of() -> None:
    for name in DEFAULTS:
        assert_taken_or_told(**{name: yaml.safe_load("&a [*a, *a]")})
        assert_taken_or_told(**{name: yaml.safe_load("&a {domain: *a, id: *a}")})
