"""The rendered environment as a whole: nothing of the plugin is in it before there is a distribution."""

from __future__ import annotations

import json
import subprocess
import sys
import typing as t

import pytest

from tests.support.project import Project

PATCHES = [
    "caddyfile",
    "caddyfile-cms",
    "caddyfile-lms",
    "mfe-caddyfile",
    "openedx-cms-production-settings",
    "openedx-lms-production-settings",
]
#: How the text of another plugin's patch may end, and what Jinja makes of its last newline.
ENDINGS = ["", "\n", "\n\n", "\n    ", "{% if true %}x{% endif %}\n", "\n{#- a comment -#}\n"]


def add_plugin(project: Project, name: str, ending: str) -> None:
    """Enable a plugin with all patches that ours has, before or after it in the alphabet."""
    patches = dict.fromkeys(PATCHES, f"# {name} was here{ending}")
    (project.plugins_root / f"{name}.yml").write_text(
        json.dumps({"name": name, "version": "1", "patches": patches}), encoding="utf-8"
    )
    project.set(PLUGINS=sorted([*project.config()["PLUGINS"], name]))


def without_cloudfront(project: Project) -> dict[str, bytes]:
    project.set(PLUGINS=[name for name in project.config()["PLUGINS"] if name != "cloudfront"])
    project.save()
    return project.rendered_tree()


@pytest.mark.parametrize("mfe", [True, False], ids=["with mfe", "without mfe"])
@pytest.mark.parametrize("https", [True, False], ids=["https", "http"])
def test_without_distributions_every_file_is_as_without_the_plugin(project: Project, mfe: bool, https: bool) -> None:
    project.set(PLUGINS=["cloudfront", "mfe"] if mfe else ["cloudfront"], ENABLE_HTTPS=https)
    project.save()

    assert project.rendered_tree() == without_cloudfront(project)


@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_without_distributions_patches_of_other_plugins_are_rendered_as_ever(project: Project, ending: str) -> None:
    add_plugin(project, "aaa", ending)
    add_plugin(project, "zzz", ending)
    project.save()

    assert b"zzz was here" in project.rendered_tree()["plugins/mfe/apps/mfe/Caddyfile"]
    assert project.rendered_tree() == without_cloudfront(project)


def test_patches_come_after_those_of_other_plugins_each_on_its_own_lines(
    project: Project, distributions: dict[str, t.Any]
) -> None:
    add_plugin(project, "zzz", "")
    project.set(
        CLOUDFRONT_DISTRIBUTIONS=distributions,
        CLOUDFRONT_EXTRA_DOMAINS=[{"domain": "apps.learn.example.com", "alias": "origin.example.com"}],
    )
    project.save()

    for patch in PATCHES:
        lines = project.tutor("config", "patches", "show", patch).stdout.splitlines()
        assert "# zzz was here" in lines
        assert lines.index("# zzz was here") < len(lines) - 1


def test_every_patch_is_one_that_tutor_or_tutor_mfe_renders(project: Project) -> None:
    listed = project.tutor("config", "patches", "list").stdout

    assert [patch for patch in PATCHES if f"\n{patch} " in listed] == PATCHES


def test_one_process_may_save_before_and_after_distributions_are_created(
    project: Project, distributions: dict[str, t.Any]
) -> None:
    script = f"""
import os
from tutor import config, env, hooks
from tutor.commands import cli
root = os.environ["TUTOR_ROOT"]
hooks.Actions.CORE_READY.do()
hooks.Actions.PROJECT_ROOT_READY.do(root)
for distributions in ({{}}, {distributions!r}, {{}}):
    env.save(root, {{**config.load_full(root), "CLOUDFRONT_DISTRIBUTIONS": distributions}})
    with open(os.path.join(root, "env/apps/openedx/settings/lms/production.py")) as f:
        print("rendered", "STATIC_URL" in f.read())
"""
    result = subprocess.run(
        [sys.executable, "-c", script], env=project.environment(), capture_output=True, text=True, check=True
    )

    lines = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("rendered")]
    assert lines == ["False", "True", "False"]


def test_saving_writes_no_setting_of_the_plugin(project: Project) -> None:
    project.save()

    assert [name for name in project.config() if name.startswith("CLOUDFRONT")] == []


def test_disabling_leaves_nothing_in_the_environment(project: Project, distributions: dict[str, t.Any]) -> None:
    before = project.rendered_tree()
    project.set(CLOUDFRONT_DISTRIBUTIONS=distributions)
    project.save()
    assert project.rendered_tree() != before

    project.tutor("plugins", "disable", "cloudfront")
    project.save()

    assert project.config()["PLUGINS"] == ["mfe"]
    assert project.rendered_tree() == before


@pytest.mark.parametrize("value", [None, "nonsense", 5, ["a"], {"learn.example.com": None}], ids=repr)
def test_settings_of_the_wrong_kind_do_not_keep_anybody_from_saving(project: Project, value: object) -> None:
    before = project.rendered_tree()
    project.set(CLOUDFRONT_DISTRIBUTIONS=value, CLOUDFRONT_EXTRA_DOMAINS=value)
    project.save()

    assert project.rendered_tree() == before


@pytest.mark.parametrize("command", ["printroot", "printvalue LMS_HOST", "printvalue CLOUDFRONT_LMS_DOMAIN"])
def test_configuration_can_be_looked_at(project: Project, command: str) -> None:
    shown = project.tutor("config", *command.split()).stdout.strip()

    assert shown == (str(project.root) if command == "printroot" else "learn.example.com")


def test_loading_the_plugin_imports_nothing_heavy(project: Project) -> None:
    heavy = "boto3", "botocore", "pydantic", "cryptography"
    script = f"""
import sys
from tutor.commands.cli import main
sys.argv = ["tutor", "--help"]
try:
    main()
finally:
    print([name for name in {heavy} if name in sys.modules], "tutorcloudfront.plugin" in sys.modules, file=sys.stderr)
"""
    result = subprocess.run(
        [sys.executable, "-c", script], env=project.environment(), capture_output=True, text=True, check=True
    )

    assert result.stderr.splitlines()[-1] == "[] True"
