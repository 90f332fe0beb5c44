"""`tutor cloudfront sandbox`: an account for a command, which never leads to real AWS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import typing as t

import pytest

from tests.support.project import TUTOR, Project

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
WEB_ACL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/guard/12345678-1234-1234-1234-123456789012"
REAL = {"AWS_ACCESS_KEY_ID": "AKIAREALREALREALREAL", "AWS_SECRET_ACCESS_KEY": "real", "AWS_SESSION_TOKEN": "real"}
EXTRA = {"domain": "apps.learn.example.com", "alias": "origin.learn.example.com", "certificate_arn": CERTIFICATE}
PRINT_ENVIRONMENT = "import json, os; print(json.dumps(dict(os.environ)))"


def sandbox(project: Project, *command: str, **arguments: t.Any) -> subprocess.CompletedProcess[str]:
    return project.tutor("cloudfront", "sandbox", "--", *command, **arguments)


def test_a_command_finds_an_account_and_none_of_the_callers_credentials(project: Project) -> None:
    environment = json.loads(sandbox(project, sys.executable, "-c", PRINT_ENVIRONMENT, env=REAL).stdout)

    assert environment["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert environment["TUTOR_ROOT"] == str(project.root)
    assert not [name for name, value in environment.items() if value in REAL.values()]


@pytest.mark.parametrize("broken", [{"AWS_PROFILE": "nobody"}, {"AWS_CONFIG_FILE": "config.yml"}])
def test_whatever_the_callers_profiles_are_like_the_account_works(project: Project, broken: dict[str, str]) -> None:
    (project.folder / "config.yml").write_text("[profile\n")

    result = sandbox(project, str(TUTOR), "cloudfront", "plan", env=broken, check=False)

    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr


def test_the_exit_status_is_the_commands(project: Project) -> None:
    assert sandbox(project, sys.executable, "-c", "raise SystemExit(7)", check=False).returncode == 7
    kill = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    assert sandbox(project, sys.executable, "-c", kill, check=False).returncode == 128 + signal.SIGTERM


def test_a_command_that_is_not_there_is_told_of(project: Project) -> None:
    result = sandbox(project, "no-such-command", check=False)

    assert result.returncode == 1
    assert "Error: no-such-command can not be run: No such file or directory." in result.stderr


def test_the_main_job_works_with_the_certificate_web_acl_and_profile_that_the_settings_name(project: Project) -> None:
    project.set(
        CLOUDFRONT_EXTRA_DOMAINS=[EXTRA], CLOUDFRONT_WEB_ACL_ARN=WEB_ACL, CLOUDFRONT_AWS_PROFILE="acme-production"
    )

    result = sandbox(project, str(TUTOR), "cloudfront", "create-cloudfront-resources", "--no-wait")

    assert "https://apps.learn.example.com" in result.stdout
    assert "Note: config.yml and the environment now speak of distributions of the sandbox" in result.stderr


def test_a_plan_leaves_no_note_since_it_saves_nothing(project: Project) -> None:
    result = sandbox(project, str(TUTOR), "cloudfront", "plan", check=False)

    assert result.returncode == 2
    assert "Note:" not in result.stderr


def test_wrong_settings_are_for_the_command_to_tell_of(project: Project) -> None:
    project.set(CLOUDFRONT_PRICE_CLASS="cheap")

    assert sandbox(project, sys.executable, "-c", "print('ran')").stdout == "ran\n"


@pytest.mark.parametrize("wrong", ["learn.example.com", "learn.example.com=", "=http://127.0.0.1:8000"])
def test_an_origin_without_host_or_url_is_told_of(project: Project, wrong: str) -> None:
    result = project.tutor("cloudfront", "sandbox", "--origin", wrong, "--", "true", check=False)

    assert result.returncode == 1
    assert f"{wrong}: not of the form HOST=URL" in result.stderr


def test_without_a_command_it_says_how_to_get_there_and_stays_until_ctrl_c(project: Project) -> None:
    process = subprocess.Popen(
        [TUTOR, "cloudfront", "sandbox"],
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        lines = [process.stdout.readline() for _ in range(3)]
        time.sleep(0.2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()

    assert all(line.startswith("export AWS_") for line in lines)


def test_ctrl_c_is_for_the_command_to_handle(project: Project) -> None:
    script = """
import signal, sys, time
signal.signal(signal.SIGINT, lambda *_: sys.exit(5))
print("ready", flush=True)
time.sleep(60)
"""
    process = subprocess.Popen(
        [TUTOR, "cloudfront", "sandbox", "--", sys.executable, "-c", script],
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 5
