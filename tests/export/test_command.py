"""`tutor cloudfront export cloudformation`: what is printed where."""

from __future__ import annotations

import json

import yaml

from tests.support.platform import Platform


def export(platform: Platform, *args: str, status: int = 0) -> tuple[str, str]:
    result = platform.run("export", "cloudformation", *args, status=status)
    return result.stdout, result.stderr


def test_stdout_is_the_template_and_aws_is_not_asked(platform: Platform) -> None:
    platform.project.set(MFE_HOST="apps.example.net")  # Tutor warns of this
    stdout, stderr = export(platform)
    assert "Warning" in stderr
    assert "LmsDistribution" in yaml.safe_load(stdout)["Resources"]
    assert json.loads(export(platform, "--format", "json")[0]) == yaml.safe_load(stdout)
    assert platform.recorder.operations == []


def test_a_file_gets_what_stdout_would_get(platform: Platform) -> None:
    path = platform.project.folder / "platform.yml"
    stdout, stderr = export(platform, "--output", "platform.yml")
    assert stdout == ""
    assert "The template is in platform.yml." in stderr
    assert path.read_text(encoding="utf-8") == export(platform)[0]


def test_a_file_that_cannot_be_written_is_told_with_a_mend(platform: Platform) -> None:
    stdout, stderr = export(platform, "--output", "missing/platform.yml", status=1)
    assert stdout == ""
    assert "missing/platform.yml can not be written: No such file or directory. Name a file in a folder" in stderr


def test_wrong_settings_are_told_as_ever(platform: Platform) -> None:
    platform.project.set(CLOUDFRONT_PRICE_CLASS="cheap")
    assert "CLOUDFRONT_PRICE_CLASS" in export(platform, status=1)[1]


def test_a_long_template_is_told_of_with_a_way_to_deploy_it(platform: Platform) -> None:
    domains = [platform.extra_domain(f"s{number}.example.com") for number in range(80)]
    platform.project.set(CLOUDFRONT_EXTRA_DOMAINS=domains)
    stdout, stderr = export(platform)
    assert len(yaml.safe_load(stdout)["Resources"]) > 80
    assert "aws cloudformation deploy --s3-bucket NAME" in stderr
    assert "CloudFormation takes 200 parameters. 15 sites" in stderr
    assert "from s65.example.com on" in stderr


def test_nothing_in_a_template_can_be_a_secret(platform: Platform) -> None:
    platform.project.set(
        CLOUDFRONT_AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        CLOUDFRONT_AWS_SECRET_ACCESS_KEY="do-not-tell",
    )
    told = "".join(export(platform))
    assert "AKIDEXAMPLE" not in told
    assert "do-not-tell" not in told


def test_help_fits_a_terminal_of_80_columns(platform: Platform) -> None:
    for command in (["export", "--help"], ["export", "cloudformation", "--help"]):
        lines = platform.run(*command).stdout.splitlines()
        assert max(map(len, lines)) <= 80
