"""What goes wrong by chance or by force, and what running again makes of it. `make soak` throws the dice for longer."""

from __future__ import annotations

import random
import signal
import typing as t
from pathlib import Path

import pytest

from tests.end_to_end.trial import CREATE, Trial, Trials
from tests.support import confined, faults
from tests.support.commands import Commands
from tests.support.platform import new_platform
from tests.support.project import Project
from tests.support.sandbox import Aws
from tests.support.soak import rounds
from tutorcloudfront.sandbox import Sandbox

pytestmark = pytest.mark.soak

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
#: What a run may have to do on a platform that has its distributions already.
CHANGES: tuple[dict[str, t.Any], ...] = (
    {"CLOUDFRONT_PRICE_CLASS": "PriceClass_100"},
    {"CLOUDFRONT_CACHE_CONFIG": {"default_ttl": 60}},
    {"CLOUDFRONT_TAGS": {"team": "ops"}},
    {"CLOUDFRONT_LOG_BUCKET": "acme-logs", "CLOUDFRONT_REALTIME_METRICS": True},
)


@pytest.fixture
def trials(project_template: Project, tmp_path: Path, sandbox: Sandbox, aws: Aws, commands: Commands) -> Trials:
    """Makes trials, each in an account that is empty again."""

    def begin() -> Trial:
        sandbox.reset()
        folder = tmp_path / f"project{len(list(tmp_path.iterdir()))}"
        return Trial(new_platform(project_template.copy(folder), sandbox, aws, commands))

    return begin


@pytest.fixture
def trial(trials: Trials) -> Trial:
    return trials()


def begun(trials: Trials, dice: random.Random) -> Trial:
    """Return a trial on a platform with nothing there, or with something to change."""
    trial = trials()
    if dice.random() < 0.5:
        trial.run()
        trial.set(**dice.choice(CHANGES))
    return trial


# Signals


def test_a_run_that_is_stopped_at_any_moment_is_completed_by_the_next(trials: Trials) -> None:
    for dice in rounds(2):
        trial = begun(trials, dice)
        kind = dice.choice(SIGNALS)

        # Two seconds are about what a run takes that waits: calls, wait, writing, rendering.
        stopped = trial.stop_after(dice.uniform(0, 4), *CREATE, with_signal=kind)

        assert stopped.returncode in (0, 1, -kind)
        trial.assert_put_right()


def test_ctrl_c_at_any_moment_is_answered_in_words(trials: Trials) -> None:
    for dice in rounds(2):
        trial = begun(trials, dice)

        stopped = trial.stop_after(dice.uniform(0, 3), *CREATE, with_signal=signal.SIGINT)

        assert "Traceback" not in trial.last_told
        # When there is nothing left to say, Python ends by the signal itself.
        assert stopped.returncode in (0, -signal.SIGINT) or "Error: Interrupted." in trial.last_told
        trial.assert_put_right()


def test_a_destroy_that_is_killed_at_any_call_is_completed_by_the_next(trials: Trials) -> None:
    for dice in rounds(1):
        trial = trials()
        before = trial.platform.project.rendered_tree()
        trial.run()

        trial.stop_at_call(dice.randrange(1, 30), "destroy", "--yes")

        trial.run("destroy", "--yes")
        assert trial.platform.distributions() == []
        assert not any(trial.platform.policies().values())
        assert trial.platform.project.rendered_tree() == before
        trial.assert_config_whole()
        trial.assert_nothing_left_or_told()


# The way to AWS


def test_any_failures_of_aws_and_of_the_network_are_got_over(trials: Trials) -> None:
    failures = 0
    for dice in rounds(1):
        trial = begun(trials, dice)
        flaky = faults.Flaky(dice.uniform(0.1, 0.4), dice.randrange(1000))
        trial.platform.put_in_front(flaky, faults.Slow(0.2, 0.5, dice.randrange(1000)))

        trial.run()

        failures += len(flaky.failures)
        trial.assert_put_right()
    assert failures


def test_reads_that_lag_behind_make_nothing_twice(trials: Trials) -> None:
    for dice in rounds(1):
        trial = trials()
        stale = faults.Stale(0.5, 0.5, dice.randrange(1000))
        trial.platform.put_in_front(stale)
        for change in ({}, *dice.sample(CHANGES, 2)):
            trial.set(**change)
            # A change made on top of what only seems to be there is refused, and said to be.
            told = trial.run(status=None)
            assert "Error" not in told or "PreconditionFailed" in told, told

        assert stale.given
        trial.assert_put_right()


# Runs at once


@pytest.mark.parametrize("number", [2, 5])
def test_runs_at_once_end_in_one_state(trials: Trials, number: int) -> None:
    for dice in rounds(1):
        trial = begun(trials, dice)
        trial.platform.put_in_front(faults.Slow(0.5, 0.2, dice.randrange(1000)))

        assert trial.at_once(number, *CREATE) == [0] * number, trial.last_told

        trial.assert_put_right()
        rendered = trial.platform.project.rendered_tree()
        trial.platform.project.save()
        assert trial.platform.project.rendered_tree() == rendered


# The disk


def test_a_disk_that_is_full_leaves_config_yml_as_it_was(trial: Trial) -> None:
    before = trial.config_path.read_bytes()

    told = trial.run(status=1, prefix=confined.prefix(largest_file=len(before) // 2))

    assert "config.yml can not be written: File too large. Once it can, run this again" in told
    assert trial.config_path.read_bytes() == before
    trial.assert_nothing_left_or_told()
    trial.assert_put_right()


def test_a_disk_that_fills_up_while_the_environment_is_rendered_is_told_of(trial: Trial) -> None:
    room = confined.prefix(largest_file=trial.config_path.stat().st_size + 1000)

    assert "The environment can not be rendered: " in trial.run(status=1, prefix=room)

    trial.assert_config_whole()
    trial.assert_put_right()


@pytest.mark.parametrize("closed", ["config.yml", "."])
def test_what_is_write_protected_is_left_alone_and_told_of(trial: Trial, tmp_path: Path, closed: str) -> None:
    if not confined.can_obey_modes(tmp_path):
        pytest.skip("modes do not keep the user who runs the tests from writing")
    path = trial.platform.project.root / closed
    mode, before = path.stat().st_mode, trial.config_path.read_bytes()
    path.chmod(0o500)

    told = trial.run(status=1, prefix=confined.prefix(obeys_modes=True))

    assert "config.yml can not be written: Permission denied." in told
    assert trial.config_path.read_bytes() == before
    path.chmod(mode)
    trial.assert_put_right()
