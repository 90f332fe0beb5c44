"""Sites, plan and facts → rows."""

from __future__ import annotations

import typing as t
from datetime import datetime, timezone

from tests.status.examples import ARN, day
from tests.support.settings import extra_domain, settings_of
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.reconcile.inventory import Inventory
from tutorcloudfront.reconcile.plan import Plan, make_plan
from tutorcloudfront.resources.desired import desired_resources
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.result import Served
from tutorcloudfront.sites import sites_of
from tutorcloudfront.status.facts import Certificate, Facts
from tutorcloudfront.status.rows import Row, document, rows

SETTINGS = settings_of(EXTRA_DOMAINS=[extra_domain()])
DESIRED = {
    Ref(resource.kind, resource.name): resource for resource in desired_resources(SETTINGS, sites_of(SETTINGS), {})
}
LMS, CMS, MFE = (Ref("distribution", name) for name in ("lms", "cms", "apps.learn.example.com"))


def existing(ref: Ref, **config: t.Any) -> Existing:
    """Return a resource just as it is desired, but for some of its configuration."""
    resource = DESIRED[ref]
    ids = {ref: f"id-{ref.name}" for ref in DESIRED}
    actual = {**resource.with_ids(ids).config, **config}
    id_ = ids[ref]
    return Existing(ref.kind, ref.name, id_, id_, actual, f"arn:{id_}", resource.tags, "d1.cloudfront.net", "Deployed")


def everything(**changed: Existing) -> dict[Ref, Existing]:
    return {ref: changed.get(ref.name, existing(ref)) for ref in DESIRED}


def status(there: dict[Ref, Existing], facts: Facts | None = None, plan: Plan | None = None) -> dict[str, Row]:
    plan = plan or make_plan(list(DESIRED.values()), Inventory(there, {}), SETTINGS.resource_prefix)
    served = [Served(site, there.get(Ref("distribution", site.name))) for site in sites_of(SETTINGS)]
    return {row.site: row for row in rows(served, plan, facts or Facts({}, {}, {}))}


def test_a_platform_as_desired_has_no_drift() -> None:
    assert {row.drift for row in status(everything()).values()} == {"none"}


def test_a_distribution_that_differs_has_changed() -> None:
    found = status(everything(lms=existing(LMS, HttpVersion="http1.1")))

    assert [(row.site, row.drift) for row in found.values()] == [
        ("lms", "changed"),
        ("cms", "none"),
        ("apps.learn.example.com", "none"),
    ]


def test_sites_whose_policy_differs_have_changed() -> None:
    ref = Ref("cache_policy", "learn-example-com-static")
    found = status({**everything(), ref: existing(ref, MinTTL=77)})

    assert {row.site: row.drift for row in found.values()} == {
        "lms": "changed",
        "cms": "changed",
        "apps.learn.example.com": "none",
    }


def test_what_is_not_there_is_missing() -> None:
    there = everything()
    del there[CMS]

    row = status(there)["cms"]

    assert (row.state, row.drift, row.id, row.host, row.logging) == ("missing", "missing", "", "", None)


def test_a_disabled_distribution_is_so_whatever_its_status() -> None:
    assert status(everything(lms=existing(LMS, Enabled=False)))["lms"].state == "disabled"


def test_a_distribution_whose_site_left_the_settings_is_unwanted() -> None:
    gone = Existing(
        "distribution", "old", "E0", "E0", {**existing(LMS).config, "Aliases": {"Items": ["old.example.com"]}}
    )
    row = status({**everything(), Ref("distribution", "old"): gone})["old"]

    assert (row.drift, row.id, row.host) == ("unwanted", "E0", "old.example.com")


def test_facts_find_their_site() -> None:
    expires = datetime(2027, 1, 1, tzinfo=timezone.utc)
    certificate = Certificate(DESIRED[MFE].config["ViewerCertificate"]["ACMCertificateArn"], "ISSUED", expires)
    facts = Facts({certificate.arn: certificate}, {"id-lms": "v2"}, {"id-lms": day()})

    found = status(everything(cms=existing(CMS, WebACLId="arn:waf")), facts)

    assert found["apps.learn.example.com"].certificate == certificate
    assert found["lms"].certificate_arn == ""
    assert [row.logging for row in found.values()] == ["v2", None, None]
    assert [row.web_acl for row in found.values()] == ["", "arn:waf", ""]
    assert found["lms"].traffic == day()


def test_the_document_tells_what_is_not_known_by_null() -> None:
    found = status(everything(lms=existing(LMS, ViewerCertificate={"ACMCertificateArn": ARN})))

    lms = document([found["lms"]], ["a note"])["sites"][0]

    assert lms["certificate"] == {"arn": ARN, "status": None, "expires": None}
    assert lms["logging"] is None
    assert lms["last_day"] is None


def test_the_document_has_each_hour() -> None:
    (site,) = document([status(everything(), Facts({}, {}, {"id-lms": day()}))["lms"]], [])["sites"]

    assert site["last_day"]["requests"] == 30000
    assert site["last_day"]["cache_hit_rate"] == 50
    assert len(site["last_day"]["hours"]) == 24
    assert site["last_day"]["hours"][0] == {
        "from": "2026-05-03T13:00:00+00:00",
        "requests": 100,
        "bytes": 100000,
        "cache_hit_rate": 50.0,
        "error_rate_4xx": 1.0,
        "error_rate_5xx": 0.0,
    }
