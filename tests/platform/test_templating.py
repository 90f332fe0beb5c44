"""What the patches say for which settings, in Jinja alone: many cases, no Tutor project."""

from __future__ import annotations

import typing as t

import jinja2
import pytest

from tutorcloudfront import templating
from tutorcloudfront.signing import keys

SETTINGS: dict[str, t.Any] = {
    "CLOUDFRONT_CMS_DOMAIN": "studio.learn.example.com",
    "CLOUDFRONT_DISTRIBUTIONS": {
        "learn.example.com": {"id": "E1", "domain_name": "d1.cloudfront.net", "host": "d1.cloudfront.net"},
        "studio.learn.example.com": {"id": "E2", "domain_name": "d2.cloudfront.net", "host": "cdn.example.com"},
        "apps.learn.example.com": {"id": "E3", "domain_name": "d3.cloudfront.net", "host": "apps.learn.example.com"},
    },
    "CLOUDFRONT_EXTRA_DOMAINS": [
        {"domain": "media.learn.example.com", "bucket": "acme"},
        {"domain": "apps.learn.example.com", "alias": "origin.example.com"},
    ],
    "CLOUDFRONT_LMS_DOMAIN": "learn.example.com",
    "CMS_HOST": "studio.learn.example.com",
    "ENABLE_HTTPS": True,
    "LMS_HOST": "learn.example.com",
    "MEILISEARCH_PUBLIC_URL": "https://meilisearch.learn.example.com",
    "MFE_HOST": "apps.learn.example.com",
}
MEDIA = {"id": "E4", "domain_name": "d4.cloudfront.net", "host": "media.learn.example.com"}
#: What a platform has beside these once it has a private bucket behind signatures.
SIGNED: dict[str, t.Any] = {
    "CLOUDFRONT_DISTRIBUTIONS": {**SETTINGS["CLOUDFRONT_DISTRIBUTIONS"], "media.learn.example.com": MEDIA},
    "CLOUDFRONT_EXTRA_DOMAINS": [
        {"domain": "media.learn.example.com", "bucket": "acme", "access": "signed"},
        {"domain": "apps.learn.example.com", "alias": "origin.example.com"},
    ],
    "CLOUDFRONT_SIGNED_TTL": 7200,
    "CLOUDFRONT_SIGNING_ALGORITHM": "rsa-sha1",
    "CLOUDFRONT_SIGNING_KEYS": [{"id": "K1", "private_key": keys.generate("rsa-sha1"), "state": "signing"}],
}


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    plugins = {"cloudfront", "mfe"}
    monkeypatch.setattr(templating, "is_loaded", plugins.__contains__)
    return plugins


def render(name: str, **settings: t.Any) -> str:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.globals.update(cloudfront_patch=templating.cloudfront_patch, patch=lambda _name: "")
    call = environment.from_string(f'{{{{ cloudfront_patch("{name}") }}}}')
    return call.render({name: value for name, value in {**SETTINGS, **settings}.items() if value is not ...})


def site(**settings: t.Any) -> str:
    """Return the address of the origin host's site in the Caddyfile, if there is one."""
    lines = [line for line in render("caddyfile", **settings).splitlines() if line.endswith("{$default_site_port} {")]
    return lines[0].removesuffix("{$default_site_port} {") if lines else ""


NAMES = [path.name for path in templating.PATCHES.glob("[!.]*")]
WRONG: list[t.Any] = [
    None,
    "",
    "nonsense",
    5,
    True,
    [],
    ["a"],
    {},
    {"a": None},
    [{}],
    [[]],
    [None],
    [{"domain": 5, "alias": []}],
]


def test_all_patches_are_there() -> None:
    assert all(render(name, **SIGNED) for name in NAMES)
    assert len(NAMES) == 7


def test_the_image_needs_nothing_until_there_is_something_to_sign() -> None:
    assert {name for name in NAMES if not render(name)} == {"openedx-dockerfile-post-python-requirements"}
    assert "CLOUDFRONT" not in render("openedx-lms-production-settings")


@pytest.mark.parametrize("missing", ["CLOUDFRONT_DISTRIBUTIONS", "CLOUDFRONT_EXTRA_DOMAINS", "CLOUDFRONT_SIGNING_KEYS"])
def test_the_lms_signs_nothing_unless_all_is_there(missing: str) -> None:
    settings = {**SIGNED, missing: SETTINGS.get(missing, [])}
    assert "CLOUDFRONT" not in render("openedx-lms-production-settings", **settings)


def test_a_key_that_is_on_its_way_to_cloudfront_does_not_sign() -> None:
    (known,) = SIGNED["CLOUDFRONT_SIGNING_KEYS"]
    new = {"id": "K2", "private_key": keys.generate("rsa-sha1"), "state": "new"}
    rendered = render("openedx-lms-production-settings", **{**SIGNED, "CLOUDFRONT_SIGNING_KEYS": [known, new]})
    assert "CLOUDFRONT_KEY_ID = 'K1'" in rendered
    assert "'K2'" not in rendered


def test_studio_never_sees_the_private_key() -> None:
    assert "PRIVATE KEY" not in render("openedx-cms-production-settings", **SIGNED)


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_wrong_distributions_render_nothing(wrong: object) -> None:
    assert {render(name, CLOUDFRONT_DISTRIBUTIONS=wrong) for name in NAMES} == {""}


@pytest.mark.parametrize(
    "entry", [None, "d1.cloudfront.net", [], {}, {"host": None}, {"host": 5}, {"host": 'a"\nb'}], ids=repr
)
def test_a_wrong_distribution_renders_nothing(entry: object) -> None:
    distributions = dict.fromkeys(SETTINGS["CLOUDFRONT_DISTRIBUTIONS"], entry)

    assert {render(name, CLOUDFRONT_DISTRIBUTIONS=distributions) for name in NAMES} == {""}


@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_wrong_extra_domains_render_no_site(wrong: object) -> None:
    assert site(CLOUDFRONT_EXTRA_DOMAINS=wrong) == ""


@pytest.mark.parametrize("wrong", [None, "", 5, [], "{{ nonsense }}", "{% if", "other.example.com"], ids=repr)
def test_a_domain_without_distribution_renders_nothing(wrong: object) -> None:
    assert render("openedx-lms-production-settings", CLOUDFRONT_LMS_DOMAIN=wrong) == ""
    assert render("caddyfile-lms", CLOUDFRONT_LMS_DOMAIN=wrong) == ""


def test_each_of_lms_and_studio_stands_alone() -> None:
    only_studio = {"studio.learn.example.com": SETTINGS["CLOUDFRONT_DISTRIBUTIONS"]["studio.learn.example.com"]}

    shown = {name for name in NAMES if render(name, CLOUDFRONT_DISTRIBUTIONS=only_studio)}

    assert shown == {"openedx-cms-production-settings", "caddyfile-cms"}


def test_settings_that_refer_to_settings_are_followed() -> None:
    entry = {"domain": "apps.{{ LMS_HOST }}", "alias": "origin-{{ MFE_HOST }}"}
    settings = {"LMS_HOST": "{{ BASE }}", "BASE": "learn.example.com", "MFE_HOST": "apps.{{ LMS_HOST }}"}

    assert site(CLOUDFRONT_EXTRA_DOMAINS=[entry], **settings) == "origin-apps.learn.example.com"


def test_settings_that_refer_to_themselves_come_to_an_end() -> None:
    assert site(MFE_HOST="x{{ MFE_HOST }}") == ""


def test_the_origin_host_has_the_scheme_of_the_platform() -> None:
    assert "    redir / https://learn.example.com\n" in render("caddyfile")
    assert "    redir / http://learn.example.com\n" in render("caddyfile", ENABLE_HTTPS=False)


@pytest.mark.parametrize("setting", ["LMS_HOST", "CMS_HOST", "MFE_HOST", "NOTES_HOST"])
def test_a_host_that_caddy_serves_already_gets_no_second_site(setting: str) -> None:
    host = SETTINGS.get(setting, "notes.example.com")
    entry = {"domain": "apps.learn.example.com", "alias": host.upper()}

    assert site(CLOUDFRONT_EXTRA_DOMAINS=[entry], **{setting: host}) == ""


def test_the_search_host_gets_no_second_site() -> None:
    entry = {"domain": "apps.learn.example.com", "alias": "meilisearch.learn.example.com"}

    assert site(CLOUDFRONT_EXTRA_DOMAINS=[entry]) == ""


@pytest.mark.parametrize(
    "alias", ["a b", "a{b", "a\n}", "*.example.com", "", None, 5, "https://a.example.com"], ids=repr
)
def test_what_is_no_host_gets_no_site(alias: object) -> None:
    assert site(CLOUDFRONT_EXTRA_DOMAINS=[{"domain": "apps.learn.example.com", "alias": alias}]) == ""


def test_without_tutor_mfe_there_is_no_origin_host(loaded: set[str]) -> None:
    assert site() == "origin.example.com"
    loaded.remove("mfe")
    assert site() == ""
    assert site(MFE_HOST=...) == ""


def test_the_newline_that_jinja_ignores_stays_ignored() -> None:
    ours = '{{ cloudfront_patch("caddyfile") }}'
    others = [("caddyfile", "first\n"), ("caddyfile", "last\n\n"), ("other", "x\n")]

    patches = templating.append_patches(others)

    assert patches[:3] == [("caddyfile", "first\n"), ("caddyfile", f"last\n{ours}"), ("other", "x\n")]
    assert len(patches) == 3 + len(NAMES) - 1
