"""Which sites the settings make, and what other plugins may do with them."""

from __future__ import annotations

import inspect
import re
import textwrap
import typing as t
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tutor.exceptions import TutorError

from tests.support.entries import CERTIFICATE, NEEDED, checked, extra
from tutorcloudfront import hooks
from tutorcloudfront.hooks import CLOUDFRONT_SITES
from tutorcloudfront.settings import Settings, SettingsError
from tutorcloudfront.sites import Behavior, Serve, Site, remarks, sites_of

STATIC = (Behavior(serve="static", path="/static/*"),)
REFUSED = Behavior(serve="refused")
ORIGIN = Behavior(serve="origin")
OTHER_CERTIFICATE = CERTIFICATE.replace("1234", "4321")
DOCS = Site(
    name="docs.example.com",
    origin="docs-build.example.com",
    aliases=("docs.example.com",),
    certificate_arn=CERTIFICATE,
    default=ORIGIN,
)

Callback = t.Callable[[list[Site], Settings], t.Any]


@pytest.fixture(autouse=True)
def _no_other_plugins() -> Iterator[None]:
    callbacks = list(CLOUDFRONT_SITES.callbacks)
    CLOUDFRONT_SITES.clear()
    yield
    CLOUDFRONT_SITES.callbacks[:] = callbacks


def sites(**settings: t.Any) -> list[Site]:
    return sites_of(checked(**settings))


def errors(**settings: t.Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        sites(**settings)
    return list(caught.value.errors)


def add(*added: t.Any) -> None:
    CLOUDFRONT_SITES.add()(lambda sites, _settings: [*sites, *added])


def errors_of(*added: t.Any) -> list[str]:
    """Return what is said of sites that another plugin adds to a platform that serves none of its own."""
    add(*added)
    return errors(LMS_DOMAIN="", CMS_DOMAIN="")


# Sites of the settings


def test_only_static_files_of_lms_and_studio_are_served() -> None:
    assert sites() == [
        Site("lms", origin="learn.example.com", behaviors=STATIC, default=REFUSED, domain="learn.example.com"),
        Site(
            "cms",
            origin="studio.learn.example.com",
            behaviors=STATIC,
            default=REFUSED,
            domain="studio.learn.example.com",
        ),
    ]


def test_aliases_come_with_the_certificate_for_all() -> None:
    lms, cms = sites(LMS_ALIAS="cdn.example.com", CERTIFICATE_ARN=CERTIFICATE)
    assert (lms.aliases, lms.certificate_arn) == (("cdn.example.com",), CERTIFICATE)
    assert (cms.aliases, cms.certificate_arn) == ((), "")


@pytest.mark.parametrize(
    ("alias", "aliases"),
    [("b.example.com", ("a.example.com", "b.example.com")), ("a.example.com", ("a.example.com",))],
)
def test_one_distribution_serves_lms_and_studio_where_they_share_a_domain(alias: str, aliases: tuple[str, ...]) -> None:
    assert sites(
        LMS_DOMAIN="origin.example.com",
        CMS_DOMAIN="origin.example.com",
        LMS_ALIAS="a.example.com",
        CMS_ALIAS=alias,
        CERTIFICATE_ARN=CERTIFICATE,
    ) == [
        Site(
            "lms",
            origin="origin.example.com",
            behaviors=STATIC,
            default=REFUSED,
            aliases=aliases,
            certificate_arn=CERTIFICATE,
            domain="origin.example.com",
        )
    ]


ASSETS = tuple(Behavior(serve="origin", path=path) for path in ("/assets/courseware/*", "/asset-v1:*", "/c4x/*"))


def test_course_assets_are_served_by_the_lms_when_switched_on() -> None:
    lms, cms = sites(COURSE_ASSETS=True)
    assert (lms.behaviors, lms.default) == (STATIC + ASSETS, REFUSED)
    assert cms.behaviors == STATIC


def test_course_assets_are_served_where_lms_and_studio_share_a_domain() -> None:
    (shared,) = sites(LMS_DOMAIN="origin.example.com", CMS_DOMAIN="origin.example.com", COURSE_ASSETS=True)
    assert shared.behaviors == STATIC + ASSETS


def test_an_empty_domain_makes_no_site() -> None:
    assert [site.name for site in sites(LMS_DOMAIN="")] == ["cms"]
    assert sites(LMS_DOMAIN="", CMS_DOMAIN="") == []


def test_a_platform_without_https_is_fetched_without() -> None:
    assert [site.origin_https for site in sites(ENABLE_HTTPS="False", EXTRA_DOMAINS=[extra()])] == [False] * 3


def test_an_extra_domain_is_served_whole_as_its_origin_says() -> None:
    settings = {
        "EXTRA_DOMAINS": [
            {"domain": "docs.example.com", "alias": "docs-build.example.com"},
            {"domain": "*.files.example.com", "alias": "a.example.com", "certificate_arn": OTHER_CERTIFICATE},
        ],
        "CERTIFICATE_ARN": CERTIFICATE,
    }
    assert sites(**settings)[2:] == [
        DOCS,
        Site(
            name="*.files.example.com",
            origin="a.example.com",
            aliases=("*.files.example.com",),
            certificate_arn=OTHER_CERTIFICATE,
            default=ORIGIN,
            domain="*.files.example.com",
        ),
    ]


def test_the_configuration_of_micro_frontends_is_never_cached() -> None:
    mfe = sites(EXTRA_DOMAINS=[extra(domain="apps.learn.example.com")])[2]
    assert mfe.default == ORIGIN
    assert mfe.behaviors == (
        Behavior(serve="dynamic", path="/api/mfe_config/*"),
        Behavior(serve="dynamic", path="/api/frontend_site_config/*"),
    )


def test_without_tutor_mfe_no_domain_is_taken_for_that_of_micro_frontends() -> None:
    assert sites(MFE_HOST="", EXTRA_DOMAINS=[extra()])[2].behaviors == ()


# Sites of other plugins


def test_the_documented_example_of_the_filter_works() -> None:
    comment = inspect.getsource(hooks).partition("from where it is built::\n#:\n")[2].partition("CLOUDFRONT_SITES: ")[0]
    example = textwrap.dedent(re.sub(r"^#:", "", comment, flags=re.MULTILINE))
    exec(compile(example, "example", "exec"), {})
    assert sites(CERTIFICATE_ARN=CERTIFICATE)[2:] == [DOCS]


def test_another_plugin_may_change_and_remove_sites() -> None:
    CLOUDFRONT_SITES.add()(
        lambda sites, _: [replace(site, origin="Other.example.com") for site in sites if site.name == "lms"]
    )
    [site] = sites()
    assert (site.name, site.origin, site.domain) == ("lms", "other.example.com", "learn.example.com")


def test_lists_in_place_of_tuples_are_taken() -> None:
    add(replace(DOCS, aliases=["docs.example.com"], behaviors=[]))  # type: ignore[arg-type]
    assert sites()[2] == DOCS


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (lambda sites, settings: None, "returned NoneType"),
        (lambda sites, settings: {"lms": sites[0]}, "returned dict"),
        (
            lambda sites, settings: sites.nothing,
            "failed with \"AttributeError: 'list' object has no attribute 'nothing'\"",
        ),
    ],
)
def test_a_callback_that_returns_no_list_is_told_what_to_return(callback: Callback, message: str) -> None:
    CLOUDFRONT_SITES.add()(callback)
    assert errors() == [f"CLOUDFRONT_SITES: a callback of another plugin {message}; it must return a list of Site"]


def test_a_callback_that_returns_something_among_the_sites_is_told_what_to_return() -> None:
    add({"name": "docs"}, None)
    assert errors() == [
        "CLOUDFRONT_SITES[2]: a callback of another plugin returned dict here; it must be a Site",
        "CLOUDFRONT_SITES[3]: a callback of another plugin returned NoneType here; it must be a Site",
    ]


def test_what_a_callback_has_to_say_itself_is_passed_on() -> None:
    def callback(sites: list[Site], settings: Settings) -> list[Site]:
        raise TutorError("DOCS_HOST is missing")

    CLOUDFRONT_SITES.add()(callback)
    with pytest.raises(TutorError, match=r"^DOCS_HOST is missing$"):
        sites()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("domain", ["x"], ".domain: must be text, not a list"),
        ("origin", "x", ".origin: must be a full host name such as 'learn.example.com': 'x' has no dot"),
        ("origin", None, ".origin: must be a host name such as 'learn.example.com', and is empty"),
        ("aliases", "docs.example.com", ".aliases: must be a list, not text"),
        (
            "aliases",
            ("10.0.0.1",),
            ".aliases[0]: must be a host name such as 'learn.example.com', not the IP address '10.0.0.1', "
            "which CloudFront does not take",
        ),
        (
            "certificate_arn",
            CERTIFICATE.replace("us-east-1", "eu-west-1"),
            ".certificate_arn: must be in us-east-1, where CloudFront looks for certificates",
        ),
        ("default", "origin", ".default: must be a Behavior, not text"),
        (
            "default",
            Behavior(serve=t.cast(Serve, "public")),
            ".default.serve: must be 'static', 'origin', 'fixed', 'dynamic' or 'refused', not 'public'",
        ),
        ("behaviors", ("/static/*",), ".behaviors[0]: must be a Behavior, not text"),
        ("origin_https", "maybe", ".origin_https: must be true or false, not 'maybe'"),
    ],
)
def test_a_field_of_another_type_is_refused(field: str, value: t.Any, message: str) -> None:
    assert errors_of(replace(DOCS, **{field: value})) == [f"site 'docs.example.com'{message}"]


# Rules


def test_a_host_can_be_served_only_once() -> None:
    assert errors(
        LMS_ALIAS="cdn.example.com",
        CMS_ALIAS="cdn.example.com",
        EXTRA_DOMAINS=[extra(), extra(), extra(domain="cdn.example.com")],
        CERTIFICATE_ARN=CERTIFICATE,
    ) == [
        "CLOUDFRONT_CMS_ALIAS: 'cdn.example.com' is served by CLOUDFRONT_LMS_ALIAS already; "
        "one host name can be served only once",
        "CLOUDFRONT_EXTRA_DOMAINS[1].domain: 'apps.learn.example.com' is served by CLOUDFRONT_EXTRA_DOMAINS[0].domain "
        "already; one host name can be served only once",
        "CLOUDFRONT_EXTRA_DOMAINS[2].domain: 'cdn.example.com' is served by CLOUDFRONT_LMS_ALIAS already; "
        "one host name can be served only once",
    ]


def test_a_host_can_be_served_only_once_by_one_distribution_too() -> None:
    assert errors_of(replace(DOCS, aliases=("docs.example.com", "Docs.example.com"))) == [
        "site 'docs.example.com': 'docs.example.com' is served by site 'docs.example.com' already; "
        "one host name can be served only once"
    ]


def test_a_name_can_be_given_only_once() -> None:
    add(replace(DOCS, name="lms"))
    assert errors() == [
        "site 'lms': the name 'lms' is that of CLOUDFRONT_LMS_DOMAIN already; it is a site's identity, so each must have "
        "its own"
    ]


def test_a_result_can_be_saved_only_once() -> None:
    add(replace(DOCS, domain="learn.example.com"))
    assert errors() == [
        "site 'docs.example.com': what is saved under 'learn.example.com' is the result of CLOUDFRONT_LMS_DOMAIN already; "
        "give the site another `domain`"
    ]


def test_a_site_needs_a_name() -> None:
    assert errors_of(replace(DOCS, name="")) == ["site ''.name: must not be empty"]


def test_a_site_with_an_alias_needs_a_certificate() -> None:
    hosts = "'docs.example.com', '*.docs.example.com'"
    site = replace(DOCS, certificate_arn="", aliases=("docs.example.com", "*.docs.example.com"))
    assert errors_of(site) == [f"site 'docs.example.com'.certificate_arn: {NEEDED.format(hosts, 'here')}"]


def test_a_site_changed_by_another_plugin_is_named_as_one() -> None:
    CLOUDFRONT_SITES.add()(lambda sites, _: [replace(sites[0], aliases=("a.example.com",)), sites[1]])
    assert errors() == [f"site 'lms'.certificate_arn: {NEEDED.format(repr('a.example.com'), 'here')}"]


def test_cloudfronts_quotas_of_one_distribution_are_kept() -> None:
    hosts = tuple(f"a{i}.example.com" for i in range(101))
    behaviors = tuple(Behavior(serve="static", path=f"/{i}") for i in range(75))
    assert errors_of(replace(DOCS, aliases=hosts, behaviors=behaviors)) == [
        "site 'docs.example.com'.aliases: may be 100, and they are 101",
        "site 'docs.example.com'.behaviors: may be 74 beside the default one, and they are 75",
    ]


def test_paths_of_behaviors_are_checked() -> None:
    site = replace(
        DOCS,
        default=Behavior(serve="origin", path="/x"),
        behaviors=(*STATIC, Behavior(serve="origin"), Behavior(serve="origin", path="*.png"), *STATIC),
    )
    assert errors_of(site) == [
        "site 'docs.example.com'.default.path: must be empty, not '/x': the default is for all other paths",
        "site 'docs.example.com'.behaviors[1].path: must begin with `/` or `*`, such as '/static/*', not ''",
        "site 'docs.example.com'.behaviors[3].path: '/static/*' has a behavior before this one, which would win",
    ]


def test_more_sites_than_aws_allows_are_refused() -> None:
    domains = [extra(domain=f"a{i}.example.com") for i in range(499)]
    assert len(sites(CMS_DOMAIN="", EXTRA_DOMAINS=domains)) == 500
    assert errors(EXTRA_DOMAINS=domains) == [
        "CLOUDFRONT_EXTRA_DOMAINS: there are 501 sites in all, and AWS's quota is 500 distributions an account"
    ]


END = "which this site serves: a loop; name the host where the files really are"


def test_a_site_that_is_fetched_from_itself_is_a_loop() -> None:
    assert errors(
        LMS_DOMAIN="cdn.example.com",
        LMS_ALIAS="cdn.example.com",
        EXTRA_DOMAINS=[extra(domain="a.b.c", alias="A.b.c")],
        CERTIFICATE_ARN=CERTIFICATE,
    ) == [
        f"CLOUDFRONT_LMS_DOMAIN: CloudFront fetches this site from 'cdn.example.com', {END}",
        f"CLOUDFRONT_EXTRA_DOMAINS[0]: CloudFront fetches this site from 'a.b.c', {END}",
    ]


def test_a_site_that_is_fetched_from_a_distribution_of_its_own_is_a_loop() -> None:
    saved = {"learn.example.com": {"id": "E1", "domain_name": "d1.cloudfront.net", "host": "d1.cloudfront.net"}}
    with pytest.raises(SettingsError) as raised:
        sites(LMS_DOMAIN="D1.cloudfront.net", DISTRIBUTIONS=saved)
    assert raised.value.errors == (
        "CLOUDFRONT_LMS_DOMAIN: CloudFront fetches this site from 'd1.cloudfront.net', which is a distribution that this "
        "plugin made: a loop; name the host where the files really are",
    )


def test_sites_that_are_fetched_from_each_other_are_one_loop() -> None:
    add(replace(DOCS, origin="learn-a.example.com"))
    assert errors(
        EXTRA_DOMAINS=[
            extra(domain="into-the-ring.example.com", alias="learn-a.example.com"),
            extra(domain="learn-a.example.com", alias="x.b.example.com"),
            extra(domain="x.b.example.com", alias="docs.example.com"),
        ]
    ) == [
        "CLOUDFRONT_EXTRA_DOMAINS[1]: CloudFront fetches this site from 'x.b.example.com', "
        "which CLOUDFRONT_EXTRA_DOMAINS[2] serves and fetches from 'docs.example.com', "
        f"which site 'docs.example.com' serves and fetches from 'learn-a.example.com', {END}"
    ]


def test_a_site_may_be_fetched_from_another_and_beside_a_wildcard() -> None:
    domains = [
        extra(domain="a.example.com", alias="b.example.com"),
        extra(domain="b.example.com", alias="c.example.org"),
        # The origin's own DNS record goes before the wildcard one that leads to CloudFront.
        extra(domain="*.deep.example.com", alias="origin.deep.example.com"),
    ]
    assert len(sites(EXTRA_DOMAINS=domains)) == 5


def test_an_alias_of_no_distribution_is_told_of() -> None:
    settings = checked(LMS_DOMAIN="", LMS_ALIAS="cdn.example.com", CERTIFICATE_ARN=CERTIFICATE)

    assert list(remarks(settings, sites_of(settings))) == [
        "CLOUDFRONT_LMS_ALIAS is not used, since CLOUDFRONT_LMS_DOMAIN is empty."
    ]
