"""Whatever happens on the way, running again ends in the desired state, with no resource twice."""

from __future__ import annotations

import itertools
import signal
import subprocess

import pytest

from tests.support import faults
from tests.support.platform import Platform

MANY_SITES = [f"site{number}.example.com" for number in range(150)]


def test_a_first_run_makes_the_calls_that_must_be_made_and_no_others(platform: Platform) -> None:
    platform.create()

    assert sorted(platform.recorder.writes) == [
        "CreateCachePolicy",
        "CreateCachePolicy",
        "CreateDistributionWithTags",
        "CreateDistributionWithTags",
        "CreateDistributionWithTags",
        "CreateFunction",
        "CreateOriginRequestPolicy",
        "PublishFunction",
    ]
    assert len(platform.recorder.calls) == 17


@pytest.mark.parametrize("number", range(1, 18))
def test_a_run_that_is_killed_after_any_call_is_completed_by_the_next(platform: Platform, number: int) -> None:
    killed: list[subprocess.Popen[str]] = []
    platform.put_in_front(faults.AfterCall(number, lambda: killed[0].kill()))
    killed.append(platform.start("create-cloudfront-resources", "--no-wait"))
    assert killed[0].wait(60) == -signal.SIGKILL
    killed[0].communicate()
    platform.put_in_front()

    platform.create("--yes")

    platform.assert_as_desired()


def test_runs_that_are_started_together_make_everything_once(platform: Platform) -> None:
    platform.put_in_front(faults.latency(0.05))
    runs = [platform.start("create-cloudfront-resources", "--yes") for _ in range(2)]

    ended = [run.communicate(timeout=120) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], ended
    platform.assert_as_desired()


def test_ctrl_c_ends_a_run_with_what_was_done_told(platform: Platform) -> None:
    interrupted: list[subprocess.Popen[str]] = []
    platform.put_in_front(
        faults.AfterCall(1, lambda: interrupted[0].send_signal(signal.SIGINT), only=["CreateDistributionWithTags"]),
        faults.latency(0.1),
    )
    interrupted.append(platform.start("create-cloudfront-resources", "--no-wait"))

    _, told = interrupted[0].communicate(timeout=60)

    assert interrupted[0].returncode == 1
    assert "cache policy learn-example-com-static: created" in told
    assert "Interrupted. Run this again: it goes on from here." in told
    assert "Traceback" not in told
    platform.put_in_front()
    platform.create("--yes")
    platform.assert_as_desired()


@pytest.mark.parametrize("operation", ["GetResources", "ListDistributions", "ListCachePolicies"])
def test_ctrl_c_at_any_call_is_answered_in_words(platform: Platform, operation: str) -> None:
    interrupted: list[subprocess.Popen[str]] = []
    platform.put_in_front(
        faults.AfterCall(1, lambda: interrupted[0].send_signal(signal.SIGINT), only=[operation]), faults.latency(0.1)
    )
    interrupted.append(platform.start("plan"))

    _, told = interrupted[0].communicate(timeout=60)

    assert interrupted[0].returncode == 1
    assert told.endswith("Error: Interrupted. Run this again: it goes on from here.\n")


def test_what_fails_stops_only_what_needs_it(platform: Platform) -> None:
    platform.put_in_front(faults.deny("CreateFunction"))

    result = platform.create(status=1)

    assert "function learn-example-com-refuse: CreateFunction: User:" in result.stderr
    assert "an IAM policy must allow cloudfront:CreateFunction" in result.stderr
    assert "distribution lms: not done: it needs learn-example-com-refuse" in result.stderr
    assert "distribution apps.learn.example.com: created" in result.stderr
    assert list(platform.project.config()["CLOUDFRONT_DISTRIBUTIONS"]) == ["apps.learn.example.com"]
    platform.put_in_front()
    platform.create()
    platform.assert_as_desired()


def test_a_certificate_that_cloudfront_does_not_know_yet_is_waited_for(platform: Platform) -> None:
    message = "The specified SSL certificate doesn't exist, isn't in us-east-1 region, isn't valid, or ..."
    platform.project.set(CLOUDFRONT_LMS_DOMAIN="", CLOUDFRONT_CMS_DOMAIN="")
    platform.put_in_front(faults.Refuse("CreateDistributionWithTags", 400, "InvalidViewerCertificate", message))

    platform.create()

    assert platform.recorder.operations.count("CreateDistributionWithTags") == 2
    assert len(platform.distributions()) == 1


def test_a_change_that_someone_else_was_quicker_with_is_made_on_top_of_theirs(platform: Platform) -> None:
    platform.create()
    platform.project.set(CLOUDFRONT_CACHE_CONFIG={"default_ttl": 60})
    platform.put_in_front(faults.Refuse("UpdateCachePolicy", 412, "PreconditionFailed", "The precondition failed."))

    platform.create("--yes")

    assert platform.recorder.writes == ["UpdateCachePolicy", "UpdateCachePolicy"]
    platform.assert_as_desired()


def test_150_extra_domains_share_few_policies_and_their_lists_are_paged_through(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain(site) for site in MANY_SITES])
    platform.create()
    assert len(platform.distributions()) == 152
    assert {kind: len(names) for kind, names in platform.policies().items()} == {
        "cache": 3,
        "origin request": 0,
        "response headers": 0,
    }
    platform.put_in_front()

    platform.run("plan", status=0)

    calls = {name: len(list(group)) for name, group in itertools.groupby(sorted(platform.recorder.operations))}
    assert calls == {
        "GetResources": 2,
        "ListCachePolicies": 1,
        "ListDistributions": 2,
        "ListFunctions": 1,
        "ListKeyGroups": 1,
        "ListOriginAccessControls": 1,
        "ListOriginRequestPolicies": 1,
        "ListPublicKeys": 1,
        "ListResponseHeadersPolicies": 1,
    }


def test_a_site_more_on_a_platform_of_many_changes_no_other(platform: Platform) -> None:
    domains = [platform.extra_domain(site) for site in MANY_SITES[:105]]
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=domains)
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain("first.example.com"), *domains[1:]])
    platform.put_in_front()

    platform.create()

    assert platform.recorder.writes == ["CreateDistributionWithTags"]


def test_two_runs_at_once_on_a_platform_that_is_half_there_agree(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[])
    platform.create()
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain()], CLOUDFRONT_PRICE_CLASS="PriceClass_100")
    platform.put_in_front(faults.latency(0.05))
    runs = [platform.start("create-cloudfront-resources", "--yes", "--no-wait") for _ in range(2)]

    ended = [run.communicate(timeout=120) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], ended
    platform.assert_as_desired()
