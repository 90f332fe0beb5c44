"""The init task that has course assets come through CloudFront, run by `tutor local do init` in a stand-in for the LMS."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.platform.lms import Docker, Lms, Row
from tests.support.project import Project

HOST, OTHER_HOST = "d1.cloudfront.net", "cdn.example.com"
OPERATOR = 7
#: How the plugin writes a host, and how it takes it back.
SET = [Row(HOST, False), Row(HOST, True)]
TAKEN_BACK = Row("", False)


def saved(host: str = HOST) -> dict[str, t.Any]:
    return {"learn.example.com": {"id": "E1", "domain_name": HOST, "host": host}}


@dataclass
class Platform:
    project: Project
    docker: Docker
    lms: Lms

    def init(self, *, on: object, distributions: object) -> str:
        """Run the plugin's init task with these settings and return what is said."""
        self.project.set(CLOUDFRONT_COURSE_ASSETS=on, CLOUDFRONT_DISTRIBUTIONS=distributions)
        return self.docker.tutor(self.project, "local", "do", "init", "--limit=cloudfront")


@pytest.fixture(scope="session")
def lms_template(tmp_path_factory: pytest.TempPathFactory) -> Lms:
    return Lms.made_in(tmp_path_factory.mktemp("lms"))


@pytest.fixture
def platform(project: Project, lms_template: Lms, tmp_path: Path) -> Platform:
    lms = lms_template.copy(tmp_path / "lms")
    return Platform(project, Docker.made_in(tmp_path / "bin", lms), lms)


# What the task does


def test_switched_on_course_assets_come_through_the_lms_distribution(platform: Platform) -> None:
    assert platform.lms.seen_by_platform() == ("", False)

    said = platform.init(on=True, distributions=saved())

    assert platform.lms.seen_by_platform() == (HOST, True)
    assert f"CloudFront: course assets come through {HOST} now\n" in said


def test_running_again_changes_nothing(platform: Platform) -> None:
    platform.init(on=True, distributions=saved())

    said = platform.init(on="True", distributions=saved())

    assert platform.lms.history() == SET
    assert f"course assets come through {HOST} already" in said


def test_another_host_takes_the_place_of_the_first(platform: Platform) -> None:
    platform.init(on=True, distributions=saved())

    platform.init(on=True, distributions=saved(OTHER_HOST))

    assert platform.lms.history() == [*SET, Row(OTHER_HOST, False), Row(OTHER_HOST, True)]
    assert platform.lms.seen_by_platform() == (OTHER_HOST, True)


def test_a_host_that_is_there_but_disabled_is_enabled(platform: Platform) -> None:
    platform.lms.set(Row(HOST, False, OPERATOR))

    platform.init(on=True, distributions=saved())

    assert platform.lms.seen_by_platform() == (HOST, True)


def test_an_operators_own_host_gives_way_when_the_setting_is_switched_on(platform: Platform) -> None:
    platform.lms.set(Row("assets.example.org", True, OPERATOR))

    platform.init(on=True, distributions=saved())

    assert platform.lms.seen_by_platform() == (HOST, True)


def test_switched_off_course_assets_come_from_the_platform_again(platform: Platform) -> None:
    platform.init(on=True, distributions=saved())

    said = platform.init(on="False", distributions=saved())

    assert platform.lms.seen_by_platform() == ("", False)
    assert f"come from the platform again, no more through {HOST}" in said


def test_taking_back_again_changes_nothing(platform: Platform) -> None:
    platform.init(on=True, distributions=saved())
    platform.init(on=False, distributions=saved())

    platform.init(on=False, distributions=saved())

    assert platform.lms.history() == [*SET, TAKEN_BACK]


def test_switched_off_from_the_start_nothing_is_changed(platform: Platform) -> None:
    said = platform.init(on=False, distributions=saved())

    assert "Running init task in lms" in said
    assert platform.lms.history() == []


@pytest.mark.parametrize("by", [OPERATOR, None], ids=["in the admin", "by another script"])
@pytest.mark.parametrize("distributions", [saved(), {}], ids=["saved", "nothing saved"])
def test_an_operators_own_host_is_never_taken_away(
    platform: Platform, by: int | None, distributions: dict[str, t.Any]
) -> None:
    # With nothing saved there is a task only as long as the setting is on.
    own = Row("assets.example.org", True, by)
    platform.lms.set(own)

    said = platform.init(on=not distributions, distributions=distributions)

    assert platform.lms.history() == [own]
    assert "left at assets.example.org" in said


def test_an_operators_own_host_after_the_plugins_is_not_taken_away(platform: Platform) -> None:
    own = Row("assets.example.org", True, OPERATOR)
    platform.init(on=True, distributions=saved())
    platform.lms.set(own)

    platform.init(on=False, distributions=saved())

    assert platform.lms.history() == [*SET, own]


@pytest.mark.parametrize("host", [HOST, OTHER_HOST])
def test_a_host_of_the_distribution_is_taken_back_whoever_saved_it_last(platform: Platform, host: str) -> None:
    platform.lms.set(Row(host, True, OPERATOR))

    platform.init(on=False, distributions=saved(OTHER_HOST))

    assert platform.lms.seen_by_platform() == ("", False)


def test_a_host_that_the_distribution_had_before_is_taken_back(platform: Platform) -> None:
    platform.init(on=True, distributions=saved(OTHER_HOST))

    platform.init(on=False, distributions=saved("new.example.com"))

    assert platform.lms.seen_by_platform() == ("", False)


def test_a_host_of_a_distribution_that_was_destroyed_is_taken_back(platform: Platform) -> None:
    platform.init(on=True, distributions=saved(OTHER_HOST))

    platform.init(on=True, distributions={})

    assert platform.lms.seen_by_platform() == ("", False)


# Whether CloudFront is ready for it


def test_nothing_is_set_as_long_as_cloudfront_refuses_course_assets(platform: Platform) -> None:
    platform.lms.answers(404)

    said = platform.init(on=True, distributions=saved())

    assert platform.lms.history() == []
    assert platform.lms.asked() == [f"https://{HOST}/asset-v1:"]
    assert "`tutor cloudfront create-cloudfront-resources`" in said


@pytest.mark.parametrize("status", [200, 400, 403, 502, None])
def test_any_other_answer_is_good_enough_and_none_as_well(platform: Platform, status: int | None) -> None:
    platform.lms.answers(status)

    platform.init(on=True, distributions=saved())

    assert platform.lms.seen_by_platform() == (HOST, True)


# When there is a task


def test_a_platform_without_distributions_runs_the_same_tasks_as_without_the_plugin(
    project: Project, tmp_path: Path
) -> None:
    docker, without = Docker.made_in(tmp_path / "bin"), Docker.made_in(tmp_path / "without")
    docker.tutor(project, "local", "do", "init")
    project.set(PLUGINS=["mfe"])
    without.tutor(project, "local", "do", "init")

    assert docker.jobs() == without.jobs()
    assert docker.jobs().count("lms-job") > 2


def test_the_task_comes_after_the_migrations_of_the_lms(project: Project, tmp_path: Path) -> None:
    docker = Docker.made_in(tmp_path / "bin")
    project.set(CLOUDFRONT_COURSE_ASSETS=True, CLOUDFRONT_DISTRIBUTIONS=saved())

    docker.tutor(project, "local", "do", "init")

    assert 0 < docker.jobs().index("lms migrate") < docker.jobs().index("AssetBaseUrlConfig")


@pytest.mark.parametrize("on", [True, False])
def test_development_has_no_task(project: Project, tmp_path: Path, on: bool) -> None:
    docker = Docker.made_in(tmp_path / "bin")
    project.set(CLOUDFRONT_COURSE_ASSETS=on, CLOUDFRONT_DISTRIBUTIONS=saved())

    docker.tutor(project, "dev", "do", "init", "--limit=cloudfront")

    assert docker.jobs() == ""


def test_the_distribution_of_studio_alone_makes_no_task(project: Project, tmp_path: Path) -> None:
    docker = Docker.made_in(tmp_path / "bin")
    project.set(CLOUDFRONT_DISTRIBUTIONS={"studio.learn.example.com": saved()["learn.example.com"]})

    docker.tutor(project, "local", "do", "init", "--limit=cloudfront")

    assert docker.jobs() == ""


@pytest.mark.parametrize("wrong", [None, "nonsense", ["a"], {"a": 1}], ids=repr)
def test_settings_of_the_wrong_kind_make_no_task(project: Project, tmp_path: Path, wrong: object) -> None:
    docker = Docker.made_in(tmp_path / "bin")
    project.set(CLOUDFRONT_COURSE_ASSETS=wrong, CLOUDFRONT_DISTRIBUTIONS=wrong)

    docker.tutor(project, "local", "do", "init", "--limit=cloudfront")

    assert docker.jobs() == ""


def test_the_script_is_one_that_every_shell_takes(project: Project, tmp_path: Path) -> None:
    """The Python code stands in single quotes: one more of them would end it."""
    docker = Docker.made_in(tmp_path / "bin")
    for on in (True, False):
        project.set(CLOUDFRONT_COURSE_ASSETS=on, CLOUDFRONT_DISTRIBUTIONS=saved())
        docker.tutor(project, "local", "do", "init", "--limit=cloudfront")

    assert docker.jobs().count("'") == 4
