"""Whatever stands in config.yml, users read messages and never a traceback."""

from __future__ import annotations

import re
import typing as t

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_settings import config
from tutorcloudfront.plugin import DEFAULTS
from tutorcloudfront.settings import CacheConfig, ExtraDomain, SavedDistribution, Settings, SettingsError, check

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


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([*DEFAULTS, "LMS_HOST", "CMS_HOST", "MFE_HOST", "ENABLE_HTTPS", "JWT", "OTHER"]), VALUES)
def test_any_value_of_any_setting_is_taken_or_told_of(name: str, value: object) -> None:
    assert_taken_or_told(**{name: value})


@settings(deadline=None, max_examples=200)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(DEFAULTS, VALUES)))
def test_any_values_of_all_settings_are_taken_or_told_of(values: dict[str, t.Any]) -> None:
    assert_taken_or_told(**values)


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries({}, optional={**dict.fromkeys(ExtraDomain.model_fields, VALUES), "bucket": VALUES}),
        max_size=3,
    ),
    st.fixed_dictionaries({}, optional=dict.fromkeys(CacheConfig.model_fields, VALUES)),
)
def test_any_extra_domains_and_ttls_are_taken_or_told_of(domains: list[t.Any], ttls: dict[str, t.Any]) -> None:
    assert_taken_or_told(EXTRA_DOMAINS=domains, CACHE_CONFIG=ttls)


def test_yaml_that_holds_itself_is_told_of() -> None:
    for name in DEFAULTS:
        assert_taken_or_told(**{name: yaml.safe_load("&a [*a, *a]")})
        assert_taken_or_told(**{name: yaml.safe_load("&a {domain: *a, id: *a}")})
