"""`tutor cloudfront invalidate` against the emulated account."""

from __future__ import annotations

import json
import re
import signal
import typing as t

import pexpect
import pytest

from tests.support import faults
from tests.support.platform import Platform
from tests.support.project import TUTOR

MFE = "apps.learn.example.com"


def invalidate(platform: Platform, *args: str, status: int = 0) -> list[dict[str, t.Any]]:
    result = platform.run("invalidate", "--format", "json", *args, status=status)
    found: list[dict[str, t.Any]] = json.loads(result.stdout)["invalidations"]
    return found


def made(platform: Platform, site: str) -> list[list[str]]:
    """Return the paths of each invalidation that CloudFront has of a site."""
    client, id_ = platform.aws("cloudfront"), platform.ids()[site]
    listed = client.list_invalidations(DistributionId=id_)["InvalidationList"].get("Items", [])
    got = [client.get_invalidation(DistributionId=id_, Id=item["Id"])["Invalidation"] for item in listed]
    return sorted(sorted(item["InvalidationBatch"]["Paths"]["Items"]) for item in got)


def slow(platform: Platform, seconds: float = 3600) -> None:
    """Have distributions, and invalidations, stay in progress for so long, in an account that is empty again."""
    platform.sandbox.deploy_seconds = seconds
    platform.sandbox.reset()
    platform.sandbox.add_certificate(platform.certificate, ["*.learn.example.com"])


def test_by_default_the_static_files_of_lms_and_studio_are_fetched_anew(platform: Platform) -> None:
    platform.create()

    found = invalidate(platform)

    assert [(item["site"], item["distribution"], item["paths"]) for item in found] == [
        ("lms", platform.ids()["lms"], ["/static/*"]),
        ("cms", platform.ids()["cms"], ["/static/*"]),
    ]
    assert made(platform, "lms") == made(platform, "cms") == [["/static/*"]]
    assert made(platform, MFE) == []


def test_a_site_that_is_served_whole_is_invalidated_whole(platform: Platform) -> None:
    platform.create()

    platform.run("invalidate", "--site", MFE)

    assert (made(platform, "lms"), made(platform, MFE)) == ([], [["/*"]])


def test_paths_are_for_the_sites_that_are_named(platform: Platform) -> None:
    platform.create()

    platform.run("invalidate", "--site", "lms", "--site", MFE, "/b", "/a/*", "/a/covered", "/b")

    assert made(platform, "lms") == made(platform, MFE) == [["/a/*", "/b"]]
    assert made(platform, "cms") == []


def test_the_same_request_is_made_once_and_one_more_time_when_asked_for(platform: Platform) -> None:
    platform.create()

    # By the clock, ten minutes may end in between, but not twice.
    first, second, third = ({item["id"] for item in invalidate(platform)} for _ in range(3))
    assert first == second or second == third

    anew = {item["id"] for item in invalidate(platform, "--again")}
    assert not anew & (first | second | third)


def test_another_image_is_another_request(platform: Platform) -> None:
    platform.create()
    before = {item["id"] for item in invalidate(platform)}
    platform.project.set(DOCKER_IMAGE_OPENEDX="docker.io/acme/openedx:2")

    assert not before & {item["id"] for item in invalidate(platform)}


@pytest.mark.parametrize("seed", range(2))
def test_answers_that_get_lost_cost_nothing(platform: Platform, seed: int) -> None:
    platform.create()
    platform.put_in_front(faults.Flaky(0.3, seed))

    found = invalidate(platform, "--wait")

    platform.put_in_front()
    assert [item["status"] for item in found] == ["Completed", "Completed"]
    assert made(platform, "lms") == made(platform, "cms") == [["/static/*"]]


def test_more_paths_than_cloudfront_takes_at_once_are_done_one_part_after_the_other(platform: Platform) -> None:
    platform.create()
    wildcards = [f"/{number}/*" for number in range(31)]
    platform.put_in_front()

    result = platform.run("invalidate", "--site", "lms", *wildcards)

    assert len(result.stdout.splitlines()) == 3
    assert platform.recorder.operations.count("CreateInvalidation") == 3
    assert sorted(map(len, made(platform, "lms"))) == [1, 15, 15]


def test_waiting_ends_when_cloudfront_has_done_it(platform: Platform) -> None:
    slow(platform, 3)
    platform.create()

    result = platform.run("invalidate", "--wait")

    assert [line.split()[3] for line in result.stdout.splitlines()] == ["Completed", "Completed"]
    assert "Invalidating 2 batches of paths" in result.stderr
    assert "Invalidating 1 batch of paths" in platform.run("invalidate", "--wait", "--site", "lms", "/x").stderr
    assert "Done after 0:0" in result.stderr


def test_a_terminal_shows_how_far_it_is(platform: Platform) -> None:
    slow(platform, 3)
    platform.create()
    environment = {**platform.project.environment(), **platform.environment(), "TERM": "xterm"}

    command = f"{TUTOR} cloudfront invalidate --wait"
    shown = str(pexpect.run(command, env=environment, encoding="utf-8", timeout=60, dimensions=(24, 80)))

    assert re.search(r"Invalidating  \[-+\]  0/2  0:00", shown)
    assert re.search(r"Invalidating  \[#+\]  2/2  0:0\d", shown)
    assert max(map(len, re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown))[-4:])) <= 80


def test_invalidations_of_others_are_waited_for(platform: Platform) -> None:
    slow(platform, 3)
    platform.create()
    paths = {"Quantity": 15, "Items": [f"/{number}/*" for number in range(15)]}
    platform.aws("cloudfront").create_invalidation(
        DistributionId=platform.ids()["lms"], InvalidationBatch={"CallerReference": "theirs", "Paths": paths}
    )

    result = platform.run("invalidate", "--site", "lms")

    assert "waiting for its turn" in result.stderr
    assert ["/static/*"] in made(platform, "lms")


def test_ctrl_c_says_what_goes_on_and_that_nothing_is_paid_for_twice(platform: Platform) -> None:
    slow(platform)
    platform.create()
    process = platform.start("invalidate", "--wait")
    assert process.stderr
    while "Invalidating" not in process.stderr.readline():
        pass
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "Interrupted. CloudFront goes on" in stderr
    assert "Traceback" not in stderr
    assert made(platform, "lms") == [["/static/*"]]


def test_everything_that_is_wrong_is_told_before_aws_is_asked(platform: Platform) -> None:
    result = platform.run("invalidate", "--site", "lsm", "static/*", "/a*b", "/ä", status=1)

    assert result.stderr.splitlines()[-4:] == [
        "Error: --site 'lsm': there is no such site; did you mean lms?",
        "'static/*': must begin with `/`: '/static/*'",
        "'/a*b': `*` may stand only at the end, where it is for all that begins like this",
        "'/ä': must be URL-encoded: '/%C3%A4'",
    ]
    assert platform.recorder.calls == []


def test_a_platform_without_lms_and_studio_sites_must_name_one(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_LMS_DOMAIN="", CLOUDFRONT_CMS_DOMAIN="")

    assert f"name others with --site: {MFE}" in platform.run("invalidate", status=1).stderr


def test_a_site_without_distribution_says_what_makes_it(platform: Platform) -> None:
    result = platform.run("invalidate", status=1)

    assert "There is no distribution yet for lms, cms" in result.stderr
    assert platform.recorder.writes == []


def test_a_distribution_that_config_yml_names_and_the_tags_do_not_is_left_alone(platform: Platform) -> None:
    platform.create()
    client = platform.aws("cloudfront")
    foreign = platform.ids()["cms"]
    config = platform.project.config()
    config["CLOUDFRONT_DISTRIBUTIONS"]["learn.example.com"]["id"] = foreign
    platform.project.set(CLOUDFRONT_DISTRIBUTIONS=config["CLOUDFRONT_DISTRIBUTIONS"])

    (found,) = invalidate(platform, "--site", "lms")

    assert found["distribution"] == platform.ids()["lms"]
    assert client.list_invalidations(DistributionId=foreign)["InvalidationList"]["Quantity"] == 0


@pytest.mark.parametrize("operation", ["CreateInvalidation", "GetInvalidation"])
def test_a_missing_permission_is_named(platform: Platform, operation: str) -> None:
    platform.create()
    platform.put_in_front(faults.deny(operation))

    result = platform.run("invalidate", "--wait", status=1)

    assert f"cloudfront:{operation}" in result.stderr
    assert "Not everything could be invalidated (cms, lms)" in result.stderr


def test_needless_encoding_is_noted(platform: Platform) -> None:
    platform.create()

    assert "Perhaps '/static/A.css' is meant" in platform.run("invalidate", "/static/%41.css").stderr


@pytest.mark.parametrize(
    ("typed", "completed"), [("", ["lms", "cms", MFE]), ("l", ["lms"]), ("apps", [MFE]), ("x", [])]
)
def test_the_shell_completes_sites_without_asking_aws(platform: Platform, typed: str, completed: list[str]) -> None:
    assert complete(platform, typed) == completed
    assert platform.recorder.calls == []


def test_the_shell_completes_nothing_where_settings_are_wrong(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_PRICE_CLASS="cheap")

    assert complete(platform, "") == []


def complete(platform: Platform, typed: str) -> list[str]:
    """Return what a shell offers after `--site`."""
    environment = {
        **platform.environment(),
        "_TUTOR_COMPLETE": "bash_complete",
        "COMP_WORDS": f"tutor cloudfront invalidate --site {typed}",
        "COMP_CWORD": "4",
    }
    result = platform.project.tutor(env=environment)
    assert result.stderr == ""
    return [line.removeprefix("plain,") for line in result.stdout.splitlines() if line]
