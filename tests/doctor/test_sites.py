"""Sites looked at from outside, through real name servers, handshakes and requests."""

from __future__ import annotations

import ssl
import typing as t
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from tests.doctor.internet import Internet, Pages, html, pages, tls_context
from tests.doctor.platform import (
    CDN,
    CDN_PAGES,
    CLOUDFRONT,
    DISTRIBUTION,
    EDGE,
    FILE,
    LMS,
    LMS_PAGES,
    LMS_SITE,
    MFE,
    MFE_DISTRIBUTION,
    MFE_ORIGIN,
    MFE_PAGES,
    MFE_SITE,
    SERVER,
    findings,
    put_up_edge,
    put_up_names,
    put_up_server,
    through_cloudfront,
    wrong,
)
from tutorcloudfront.doctor.facts import Handshake, SiteFacts, Target
from tutorcloudfront.doctor.finding import Finding
from tutorcloudfront.doctor.judgement.certificates import judge_origin, judge_viewers


def test_nothing_is_wrong_with_a_platform_in_order(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {**CDN_PAGES, **MFE_PAGES})
    put_up_server(world)

    found = findings(world, LMS_SITE, MFE_SITE)

    assert wrong(found) == []
    assert {finding.check for finding in found if finding.severity == "ok"} == {
        "dns",
        "origin",
        "tls",
        "file",
        "platform",
        "pages",
        "mfe",
    }


def test_an_asset_is_asked_for_as_a_browser_does_for_the_platform(world: Internet) -> None:
    put_up_names(world)
    server = world.web(EDGE, pages(CDN_PAGES), tls_context(world.authority.issue(CDN)))
    put_up_server(world)

    findings(world, LMS_SITE)

    asked = dict(server.requests)
    assert asked[FILE]["origin"] == f"https://{LMS}"
    assert {"/login", "/admin/"} <= asked.keys()


# Names


def test_a_platform_without_any_names_is_told_name_by_name(world: Internet) -> None:
    told = [finding.message for finding in wrong(findings(world, LMS_SITE))]

    assert [message.split(",")[0].split(" is not")[0] for message in told] == [DISTRIBUTION, CDN, f"The origin {LMS}"]


def test_name_servers_that_do_not_answer_are_one_finding(world: Internet) -> None:
    from tutorcloudfront.doctor.judgement.names import without_resolver

    world.names.silent.update([LMS, CDN, DISTRIBUTION])

    (told,) = wrong(without_resolver(findings(world, LMS_SITE)))

    assert told.severity == "error"
    assert told.message == "No name server answered: 3 names could not be looked up, nor what is behind them."


def test_an_alias_that_leads_to_another_distribution_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone |= {CDN: ["d999.cloudfront.net"], "d999.cloudfront.net": [EDGE]}

    (told,) = wrong(findings(world, LMS_SITE))

    assert (
        told.message
        == f"{CDN} leads to d999.cloudfront.net, another distribution than this site's, which is {DISTRIBUTION}."
    )
    assert f"`{CDN} CNAME {DISTRIBUTION}`" in told.mend


def test_an_alias_with_the_distributions_addresses_leads_there(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone[CDN] = [EDGE]

    assert wrong(findings(world, LMS_SITE)) == []


def test_an_alias_with_other_addresses_of_cloudfronts_leads_there(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone[CDN] = ["192.0.2.11"]
    world.web("192.0.2.11", pages({}, (404, CLOUDFRONT, b"")), tls_context(world.authority.issue(CDN)))

    assert wrong(findings(world, LMS_SITE)) == []


def test_an_alias_that_leads_to_the_platform_is_an_error_and_the_site_is_looked_at_all_the_same(
    world: Internet,
) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone[CDN] = [SERVER]

    found = findings(world, LMS_SITE)

    (told,) = wrong(found)
    assert (
        told.message == f"{CDN} leads to {SERVER}, where CloudFront does not answer: browsers do not reach this site."
    )
    assert ("ok", "file") in {(finding.severity, finding.check) for finding in found}


def test_an_alias_of_a_distribution_that_is_gone_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_server(world)
    del world.names.zone[DISTRIBUTION]

    messages = [finding.message for finding in wrong(findings(world, LMS_SITE))]

    assert messages == [
        f"{DISTRIBUTION}, the distribution's own name, is not in DNS.",
        f"{CDN} leads to {DISTRIBUTION}, which is not in DNS.",
    ]


# Origins


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        ({"self_signed": True}, "self-signed certificate, which CloudFront does not trust"),
        ({"starts": -9.0, "ends": -1.0}, "a certificate that has expired"),
    ],
)
def test_an_origin_with_a_bad_certificate_means_502(
    world: Internet, certificate: dict[str, t.Any], message: str
) -> None:
    put_up_names(world)
    put_up_edge(world, otherwise=through_cloudfront(502, X_Cache="Error from cloudfront"))
    put_up_server(world, **certificate)

    told = [
        finding for finding in findings(world, LMS_SITE) if finding.check == "origin" and finding.severity == "error"
    ]

    assert len(told) == 1
    assert message in told[0].message
    assert "CloudFront answers 502" in told[0].message


def test_an_origin_with_somebody_elses_certificate_is_told_whose(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.web(SERVER, pages({}), tls_context(world.authority.issue("*.hosting.example")))

    (told,) = wrong(findings(world, LMS_SITE))

    assert "shows a certificate for another name (*.hosting.example): CloudFront answers 502." in told.message


def test_an_origin_that_speaks_plain_http_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.says(SERVER, b"HTTP/1.1 400 Bad Request\r\n\r\n")

    (told,) = wrong(findings(world, LMS_SITE))

    assert "answers plain HTTP on port 443" in told.message
    assert "ENABLE_HTTPS" in told.mend


def test_an_origin_without_tls_1_2_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.web(SERVER, pages(LMS_PAGES), tls_context(world.authority.issue(LMS), ssl.TLSVersion.TLSv1_3))

    (told,) = wrong(findings(world, LMS_SITE))

    assert "does not speak TLS 1.2" in told.message


def test_an_origin_whose_certificate_ends_soon_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world, ends=3.0)

    (told,) = wrong(findings(world, LMS_SITE))

    assert told.severity == "warning"
    assert f"The certificate of the origin {LMS} ends on" in told.message


def test_an_origin_that_only_cloudfront_reaches_is_no_fault(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {"/static/images/favicon.ico": through_cloudfront(Access_Control_Allow_Origin="*")})
    world.mute(SERVER)

    found = findings(world, LMS_SITE)

    assert wrong(found) == []
    assert any("but CloudFront gets answers" in finding.message for finding in found)


def test_an_origin_that_nobody_reaches_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {}, otherwise=through_cloudfront(504, X_Cache="Error from cloudfront"))
    world.mute(SERVER)

    told = {(finding.severity, finding.check) for finding in wrong(findings(world, LMS_SITE))}

    assert told == {("error", "origin"), ("error", "file")}


def test_an_origin_that_refuses_is_an_error_without_a_distribution(world: Internet) -> None:
    put_up_names(world)

    (told,) = wrong(findings(world, replace(LMS_SITE, distribution="")))

    assert told.severity == "error"
    assert f"The origin {LMS} could not be reached from this machine (refused" in told.message


def test_an_origin_by_plain_http_is_looked_at_on_port_80(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.web(SERVER, pages(LMS_PAGES), port=80)

    assert wrong(findings(world, replace(LMS_SITE, origin_https=False, platform_https=False))) == []


def test_an_origin_that_is_a_distribution_of_this_platform_is_a_loop(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone[LMS] = [DISTRIBUTION]

    told = [finding for finding in findings(world, LMS_SITE) if "fetch from itself" in finding.message]

    assert [finding.severity for finding in told] == ["error"]


def test_an_origin_with_the_distributions_addresses_is_a_loop(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.names.zone[LMS] = [EDGE]

    told = [finding for finding in findings(world, LMS_SITE) if "fetch from itself" in finding.message]

    assert [finding.severity for finding in told] == ["error"]


def test_an_origin_behind_another_distribution_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world)
    world.names.zone |= {LMS: ["d999.cloudfront.net"], "d999.cloudfront.net": [SERVER]}

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("warning", "origin")
    assert "behind another distribution, d999.cloudfront.net" in told.message


def test_an_origin_with_ipv6_only_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    world.names.zone[LMS] = ["2001:db8::1"]

    told = [finding for finding in wrong(findings(world, LMS_SITE)) if finding.check == "origin"]

    assert [finding.severity for finding in told] == ["error"]
    assert "CloudFront fetches by IPv4" in told[0].message


# What browsers meet


def test_a_distribution_with_another_certificate_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, hosts=("*.cloudfront.net",))
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("error", "tls")
    assert f"{CDN} shows a certificate for another name: *.cloudfront.net." in told.message


def test_a_cloudfront_that_can_not_be_reached_is_this_machines_fault(world: Internet) -> None:
    put_up_names(world)
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("warning", "tls")
    assert "CloudFront could not be reached from this machine (refused" in told.message


@pytest.mark.parametrize(("check", "severity"), [("tls", "ok"), ("origin", "warning")])
def test_a_certificate_that_ends_soon_is_told_of_where_nobody_else_tells_of_it(check: str, severity: str) -> None:
    """ACM is asked for those that browsers see."""
    now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    ending = Handshake("cdn.example.com", expires=now + timedelta(days=3))
    facts = SiteFacts(LMS_SITE, viewers=(ending,), origin_handshake=ending)

    (told,) = judge_viewers(facts, now) if check == "tls" else judge_origin(facts, now)

    assert (told.check, told.severity) == (check, severity)


# Files


def test_the_platforms_icon_is_asked_for_where_no_page_names_a_file(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {LMS_SITE.fallback: through_cloudfront(Access_Control_Allow_Origin="*")})
    put_up_server(world, {"/": html()})

    assert ("ok", "file") in {(finding.severity, finding.check) for finding in findings(world, LMS_SITE)}


@pytest.mark.parametrize("allowed", [{}, {"Access_Control_Allow_Origin": "https://other.example.com"}])
def test_a_file_that_the_platform_may_not_load_is_an_error(world: Internet, allowed: dict[str, str]) -> None:
    put_up_names(world)
    put_up_edge(world, {FILE: through_cloudfront(**allowed)})  # type: ignore[arg-type]
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("error", "file")
    assert f"Pages of https://{LMS} may not load fonts from here" in told.message


def test_a_file_that_the_origin_does_not_let_be_kept_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {FILE: through_cloudfront(Access_Control_Allow_Origin="*", Cache_Control="private")})
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert told.message == "The origin forbids CloudFront to keep static files: Cache-Control: private."


def test_a_file_that_the_platform_lacks_as_well_is_the_platforms_fault(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {})
    put_up_server(world, {"/": LMS_PAGES["/"]})

    (told,) = wrong(findings(world, LMS_SITE))

    assert told.message == f"https://{CDN}{FILE}: CloudFront answers 404, and the origin 404."
    assert told.mend.startswith("The platform itself does not serve this file")


def test_a_file_that_only_cloudfront_refuses_is_an_error(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {FILE: through_cloudfront(403)})
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert "web ACL" in told.mend


def test_a_file_by_somebody_in_the_place_of_cloudfront_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {FILE: (200, {}, b"")})
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("warning", "file")
    assert "not by CloudFront" in told.message


@pytest.mark.parametrize("status", [200, 302])
def test_a_login_page_through_cloudfront_is_an_error(world: Internet, status: int) -> None:
    put_up_names(world)
    put_up_edge(world, {**CDN_PAGES, "/login": through_cloudfront(status)})
    put_up_server(world)

    (told,) = wrong(findings(world, LMS_SITE))

    assert (told.severity, told.check) == ("error", "pages")
    assert f"https://{CDN}/login is answered with status {status}" in told.message


def test_a_platform_that_does_not_use_its_distribution_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world)
    put_up_server(world, {**LMS_PAGES, "/": html(FILE)})

    (told,) = wrong(findings(world, LMS_SITE))

    assert told.message == f"The pages of {LMS} load their files from {LMS}, not from CloudFront."
    assert "tutor local restart openedx" in told.mend


# Micro-frontends


def test_html_that_is_kept_for_long_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    page = through_cloudfront(Content_Type="text/html", Cache_Control="public, max-age=31536000, immutable")
    put_up_edge(world, {**MFE_PAGES, "/authn/login": page})
    put_up_server(world)

    (told,) = wrong(findings(world, MFE_SITE))

    assert (told.severity, told.check) == ("warning", "mfe")
    assert "may be kept for 31536000 seconds" in told.message


@pytest.mark.parametrize("headers", [{"X_Cache": "Hit from cloudfront"}, {"Age": "17"}])
def test_a_runtime_config_from_the_cache_is_an_error(world: Internet, headers: dict[str, str]) -> None:
    put_up_names(world)
    config = through_cloudfront(Content_Type="application/json", **headers)  # type: ignore[arg-type]
    put_up_edge(world, {**MFE_PAGES, "/api/mfe_config/v1": config})
    put_up_server(world)

    (told,) = wrong(findings(world, MFE_SITE))

    assert (told.severity, told.check) == ("error", "mfe")
    assert "comes from a cache" in told.message


def test_a_page_in_place_of_the_runtime_config_is_a_warning(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {**MFE_PAGES, "/api/mfe_config/v1": through_cloudfront(Content_Type="text/html")})
    put_up_server(world)

    (told,) = wrong(findings(world, MFE_SITE))

    assert "a page in place of the runtime config" in told.message


def test_any_of_the_micro_frontends_will_do(world: Internet) -> None:
    put_up_names(world)
    put_up_edge(world, {"/account/": MFE_PAGES["/authn/login"], "/api/mfe_config/v1": MFE_PAGES["/api/mfe_config/v1"]})
    put_up_server(world)

    found = findings(world, MFE_SITE)

    assert wrong(found) == []
    assert any(f"https://{MFE}/account/ comes through CloudFront" in finding.message for finding in found)


# Guarded sites

MEDIA_SITE = replace(MFE_SITE, kind="other", access="signed")


def guarded(world: Internet, server: Pages, target: Target = MEDIA_SITE, refusal: int = 403) -> list[Finding]:
    """Return the findings about a guarded site whose edge refuses everything, and whose web server does not."""
    put_up_names(world)
    put_up_edge(world, {}, otherwise=through_cloudfront(refusal))
    world.web(SERVER, server, tls_context(world.authority.issue(MFE_ORIGIN)))
    return findings(world, target)


@pytest.mark.parametrize(
    "server",
    [pages({"/": (200, {}, b"files")}), pages({"/": (403, {}, b"")}), pages({}, (200, {}, b"the same for all"))],
    ids=["looks for files", "hides the list of its files", "has one page for all"],
)
@pytest.mark.parametrize(("access", "refusal"), [("signed", 403), ("jwt", 401)])
def test_a_web_server_that_answers_past_cloudfront_is_a_warning(
    world: Internet, server: Pages, access: t.Any, refusal: int
) -> None:
    (told,) = wrong(guarded(world, server, replace(MEDIA_SITE, access=access), refusal))

    assert (told.severity, told.check) == ("warning", "origin")
    assert "to one who comes past CloudFront" in told.message
    assert "private S3 bucket" in told.mend


@pytest.mark.parametrize("status", [401, 403])
def test_a_web_server_that_refuses_what_comes_past_cloudfront_is_in_order(world: Internet, status: int) -> None:
    found = guarded(world, pages({}, (status, {}, b"")))

    assert wrong(found) == []
    assert any("refuses what is asked past CloudFront" in finding.message for finding in found)


@pytest.mark.parametrize("changes", [{"access": "public"}, {"has_web_server": False}])
def test_only_web_servers_behind_a_guard_are_asked_past_it(world: Internet, changes: dict[str, t.Any]) -> None:
    found = guarded(world, pages({}), replace(MEDIA_SITE, **changes))

    assert not any("past CloudFront" in finding.message for finding in found)


@pytest.mark.parametrize(("access", "status"), [("signed", 200), ("jwt", 200), ("jwt", 302)])
def test_a_guarded_site_that_answers_anybody_is_an_error(world: Internet, access: t.Any, status: int) -> None:
    server = pages({}, (403, {}, b""))

    (told,) = wrong(guarded(world, server, replace(MEDIA_SITE, access=access), status))

    assert (told.severity, told.check) == ("error", "file")


@pytest.mark.parametrize(("has_web_server", "mend"), [(True, "Set an A record"), (False, "That name is AWS's")])
def test_an_origin_that_is_not_in_dns_is_for_its_owner_to_mend(
    world: Internet, has_web_server: bool, mend: str
) -> None:
    put_up_names(world)
    put_up_server(world)

    found = findings(world, replace(MFE_SITE, origin="nowhere.example.com", has_web_server=has_web_server))

    (told,) = [finding for finding in wrong(found) if finding.check == "origin"]
    assert told.mend.startswith(mend)


def test_a_site_without_a_distribution_has_only_its_origin_looked_at(world: Internet) -> None:
    put_up_names(world)
    put_up_server(world)

    found = findings(world, replace(MFE_SITE, distribution=""))

    assert wrong(found) == []
    assert MFE_DISTRIBUTION not in world.names.questions
    assert {finding.check for finding in found} == {"dns", "origin"}
    assert MFE_ORIGIN in world.names.questions


def test_a_wildcard_is_not_looked_up(world: Internet) -> None:
    put_up_names(world)
    put_up_server(world)

    found = findings(world, replace(MFE_SITE, aliases=("*.learn.example.com",)))

    assert wrong(found) == []
    assert any(finding.message.startswith("*.learn.example.com was not looked up") for finding in found)


def test_many_dead_hosts_are_all_told_of(world: Internet) -> None:
    targets = []
    for number in range(40):
        host, address = f"h{number}.example.com", f"198.51.100.{number}"
        world.names.zone[host] = [address]
        world.mute(address)
        targets.append(replace(MFE_SITE, name=host, origin=host, aliases=(), distribution=""))

    told = wrong(findings(world, *targets))

    assert [finding.subject for finding in told] == [target.name for target in targets]
    assert all("(timeout" in finding.message for finding in told)
