"""What people see in a terminal of 80 columns."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pexpect
import pytest

from tests.support.platform import Platform
from tests.support.project import TUTOR

QUESTION = re.escape("Change what exists as shown? [y/N]: ")


@contextmanager
def terminal(platform: Platform, *args: str) -> Iterator[pexpect.spawn[str]]:
    environment = {**platform.project.environment(), **platform.environment(), "TERM": "xterm"}
    command = ["cloudfront", "create-cloudfront-resources", *args]
    process = pexpect.spawn(str(TUTOR), command, env=environment, dimensions=(24, 80), encoding="utf-8", timeout=60)
    process.logfile_read = io.StringIO()
    try:
        yield process
    finally:
        process.close(force=True)


def screen(process: pexpect.spawn[str]) -> str:
    """Return all that was shown, without colours."""
    assert isinstance(process.logfile_read, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", process.logfile_read.getvalue())


@pytest.fixture
def changed(platform: Platform) -> Platform:
    """A platform of which something that exists is to be changed."""
    platform.create()
    platform.project.set(CLOUDFRONT_CACHE_CONFIG={"default_ttl": 60})
    platform.put_in_front()
    return platform


def test_a_question_answered_with_yes_makes_the_change(changed: Platform) -> None:
    with terminal(changed, "--no-wait") as process:
        process.expect(QUESTION)
        process.sendline("y")
        process.expect(pexpect.EOF)
        process.wait()

    assert process.exitstatus == 0
    assert changed.recorder.writes == ["UpdateCachePolicy"]


def test_a_question_answered_with_no_changes_nothing(changed: Platform) -> None:
    with terminal(changed) as process:
        process.expect(QUESTION)
        process.sendline("n")
        process.expect(pexpect.EOF)
        process.wait()

    assert process.exitstatus == 1
    assert "Aborted!" in screen(process)
    assert changed.recorder.writes == []


def test_creating_asks_nothing_and_shows_a_bar_with_the_time_while_it_waits(platform: Platform) -> None:
    with terminal(platform) as process:
        process.expect(pexpect.EOF)
        process.wait()
    shown = screen(process)

    assert process.exitstatus == 0, shown
    assert "y/N" not in shown
    assert re.search(r"Deploying +\[-+\] +0/3 +0:0\d", shown)
    assert re.search(r"Deploying +\[#+\] +3/3 +0:0\d", shown)


def test_all_lines_fit_the_terminal(platform: Platform) -> None:
    with terminal(platform) as process:
        process.expect(pexpect.EOF)
    lines = re.split(r"[\r\n]+", screen(process))

    long = [line for line in lines if len(line) > 80 and "running Tutor as root" not in line and str(TUTOR) not in line]
    assert [line for line in long if not line.startswith("Environment generated in")] == []


def test_nothing_but_text_goes_into_a_pipe(platform: Platform) -> None:
    result = platform.run("create-cloudfront-resources")

    assert "\x1b" not in result.stdout
    assert "\r" not in result.stdout + result.stderr
    assert "Deploying 3 distributions" in result.stderr
