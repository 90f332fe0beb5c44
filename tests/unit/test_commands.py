"""The group of commands, which Tutor loads for every command of its own."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from tutorcloudfront.commands.group import MODULES, cloudfront


@pytest.mark.parametrize("name", MODULES)
def test_a_command_is_found_by_its_name(name: str) -> None:
    command = cloudfront.get_command(click.Context(cloudfront), name)
    assert command
    assert command.name == name


def test_there_is_no_command_of_another_name() -> None:
    assert cloudfront.get_command(click.Context(cloudfront), "group") is None


def test_loading_the_plugin_imports_no_command() -> None:
    code = "import sys, tutorcloudfront.plugin; print(*[m for m in sys.modules if m.startswith('tutorcloudfront.commands.')])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["tutorcloudfront.commands.group"]
