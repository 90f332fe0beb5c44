"""`tutor cloudfront export`"""

from __future__ import annotations

import typing as t
from pathlib import Path

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

if t.TYPE_CHECKING:
    from tutorcloudfront.export.cloudformation import Template

#: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_BODY = 51_200
MAX_OBJECT = 1_000_000


@click.group()
def export() -> None:
    """
    Hand the desired state to other tools

    For teams that bring changes to AWS by tools of their own. AWS is not asked anything; key sets are read from their
    issuers.
    """


@export.command()
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["yaml", "json"]),
    default="yaml",
    show_default=True,
    help="Language of the template",
)
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE in place of stdout")
@click.pass_obj
def cloudformation(context: Context, output_format: str, output: Path | None) -> None:
    """
    Print a template of all that the platform needs

    It deploys as it is, and makes what `create-cloudfront-resources` makes. Hosts, certificates and the prefix are
    parameters, with the platform's values as defaults, so that one template serves a StackSet.

    Sites with `access: jwt` or a `service` have their functions in it, code and roles included. These are made for this
    platform alone, so that its prefix and the hosts of these sites are no parameters.

    Once the stack is there, run `create-cloudfront-resources`: it knows the stack's distributions for the platform's
    own, finds nothing to change, and has the platform use them. Of private buckets, it then completes the policies: in
    the template, these would take the place of what others have put there.
    """
    from tutorcloudfront import keyring, project
    from tutorcloudfront.export.cloudformation import template
    from tutorcloudfront.export.text import as_json, as_yaml
    from tutorcloudfront.key_sets import read_key_sets
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    settings = check(project.load(context.root))
    sites = sites_of(settings)
    key_sets = read_key_sets(settings, sites)
    if keyring.ensure(context.root, settings, sites):
        _note("There was no signing key yet. One is made, and saved in config.yml.")
        settings = check(project.load(context.root))
    made = template(settings, sites, key_sets)
    text = as_json(made.document) if output_format == "json" else as_yaml(made.document)
    _check_size(len(text.encode()))
    _tell_of_values(made)
    if output:
        _write(output, text)
    else:
        click.echo(text, nl=False)


def _tell_of_values(made: Template) -> None:
    """Say what can not be another value in another stack, and what a stack with functions asks for."""
    if made.fixed:
        _note(
            f"CloudFormation takes 200 parameters. {len(made.fixed)} sites had no room among them and are in the "
            f"template with their values as they are, from {made.fixed[0]} on."
        )
    if made.guarded:
        _note(
            f"The template has functions, made for this platform: its prefix and the hosts of {', '.join(made.guarded)} "
            "are no parameters. Deploy it to us-east-1, with `--capabilities CAPABILITY_NAMED_IAM` for the functions' "
            "roles."
        )


def _check_size(size: int) -> None:
    if size > MAX_OBJECT:
        raise TutorError(
            f"The template would be {size} bytes long, and CloudFormation takes {MAX_OBJECT}: give some of the sites to "
            "another Tutor root, with a CLOUDFRONT_RESOURCE_PREFIX of its own, and export both."
        )
    if size > MAX_BODY:
        _note(
            f"The template is {size} bytes long. CloudFormation takes up to {MAX_BODY} directly, and more from an S3 "
            "bucket: `aws cloudformation deploy --s3-bucket NAME` puts it there."
        )


def _note(text: str) -> None:
    click.secho(f"Note: {text}", err=True, fg="yellow")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise TutorError(f"{path} can not be written: {e.strerror}. Name a file in a folder that is yours.") from e
    click.echo(f"The template is in {path}.", err=True)
