"""The command group, and what holds for all commands: no traceback ever reaches a user."""

from __future__ import annotations

import gc
import os
import typing as t
from importlib import import_module

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

DEBUG_VARIABLE = "TUTOR_CLOUDFRONT_DEBUG"
#: How many objects more than before there must be for Python to look for garbage among them. What a command loads stays
#: until its end: looking through it after each 700, as Python would, is a twentieth of what a command does.
COLLECT_AFTER = 100_000
#: The module of each command, in which it is the function of its name.
MODULES = {
    "create-cloudfront-resources": "create",
    "destroy": "destroy",
    "doctor": "doctor",
    "edge": "edge",
    "export": "export",
    "invalidate": "invalidate",
    "plan": "plan",
    "rotate-keys": "rotate_keys",
    "sandbox": "sandbox",
    "sign-cookies": "sign",
    "sign-url": "sign",
    "status": "status",
}


class WrongUsage(click.UsageError):
    """An option or argument that a command does not take. Click's own exit status 2 would say that a plan has changes."""

    exit_code = 1


class CloudfrontGroup(click.Group):
    """A group whose commands end in a result or in an error that people can act on.

    They are imported when they are asked for: Tutor loads the group for every command, also for those of others.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in MODULES:
            return None
        module = import_module(f"tutorcloudfront.commands.{MODULES[cmd_name]}")
        return t.cast(click.Command, getattr(module, cmd_name.replace("-", "_")))

    def invoke(self, ctx: click.Context) -> t.Any:
        gc.set_threshold(COLLECT_AFTER)
        try:
            return super().invoke(ctx)
        except click.UsageError as e:
            raise WrongUsage(e.format_message(), e.ctx) from e
        except (TutorError, click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except KeyboardInterrupt as e:
            raise TutorError("Interrupted. Run this again: it goes on from here.") from e
        except Exception as e:
            if os.environ.get(DEBUG_VARIABLE):
                raise
            raise TutorError(
                f"This should not have happened: {type(e).__name__}: {e}\nIt is safe to run the command again. Please "
                f"report it with the traceback, which {DEBUG_VARIABLE}=1 shows."
            ) from e
        finally:
            # Python would look through it all once more when it exits, only to throw it away: a tenth of a second.
            gc.freeze()


@click.group(cls=CloudfrontGroup)
def cloudfront() -> None:
    """
    Put the platform behind Amazon CloudFront

    Static files of LMS and Studio, micro-frontends and private media are then served from the edge: `plan` shows what
    would be done, `create-cloudfront-resources` does it. All commands can be run again at any time: they change only
    what differs.
    """


def root_of(context: click.Context) -> str:
    """Return the root of the Tutor project that a command is for."""
    return str(context.find_object(Context).root)  # type: ignore[union-attr]


def _format_option(help_: str, *formats: str) -> t.Callable[[t.Any], t.Any]:
    choice = click.Choice(["text", "json", *formats])
    return click.option("--format", "output_format", type=choice, default="text", show_default=True, help=help_)


format_option = _format_option("Text for people, or one JSON document")
plan_format_option = _format_option("Text for people, one JSON document, or Markdown for a pull request", "markdown")
prune_option = click.option(
    "--prune", is_flag=True, help="Delete the resources of sites that are no longer in the settings"
)
yes_option = click.option("-y", "--yes", is_flag=True, help="Agree without being asked")
