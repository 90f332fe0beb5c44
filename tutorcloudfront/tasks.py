"""The init task of this plugin, which tells the LMS where course assets are, and when there is one.

A task is a container that is started, so that a platform to which this plugin has nothing to say must not have one. What
it says depends on the configuration, which Tutor does not hand to this filter: the command that runs knows where it is.
"""

from __future__ import annotations

from pathlib import Path

import click
from jinja2 import pass_context
from jinja2.runtime import Context
from tutor import config as tutor_config
from tutor import env
from tutor.commands.context import Context as CommandContext

from tutorcloudfront.templating import render

TEMPLATE = Path(__file__).with_name("templates") / "cloudfront" / "tasks" / "lms" / "init"
TASK = ("lms", "{{ cloudfront_init() }}")


def append_init_tasks(tasks: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the `(service, script)` of all tasks of `tutor local do init` with this plugin's, if there is one."""
    context = click.get_current_context(silent=True)
    return [*tasks, TASK] if _has_a_task(context.obj if context else None) else tasks


@pass_context
def cloudfront_init(context: Context) -> str:
    """Return the script of the task, or nothing where there is none."""
    return render(context, TEMPLATE)


def _has_a_task(command: object) -> bool:
    if not isinstance(command, CommandContext):
        # Asked from elsewhere, for all tasks that there may be.
        return True
    # Development has its static files from itself, and its course assets too.
    is_dev = getattr(command, "NAME", "") == "dev"
    return not is_dev and bool(env.render_str(tutor_config.load_full(command.root), TASK[1]))
