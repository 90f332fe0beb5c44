"""`tutor cloudfront destroy`"""

from __future__ import annotations

import typing as t

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import format_option, yes_option

COURSE_ASSETS = """CLOUDFRONT_COURSE_ASSETS is on: the platform's pages ask CloudFront for course assets. Switch it off first:
  tutor config save --set CLOUDFRONT_COURSE_ASSETS=false
  tutor local do init --limit=cloudfront    (on Kubernetes: tutor k8s do init --limit=cloudfront)"""

if t.TYPE_CHECKING:
    from tutorcloudfront.reconcile.comparison import Comparison


@click.command()
@yes_option
@format_option
@click.pass_obj
def destroy(context: Context, yes: bool, output_format: str) -> None:
    """
    Delete all that this plugin made

    It is what belongs to this platform. Its settings are rendered without CloudFront first. Then the distributions are
    switched off, which takes CloudFront some minutes, and everything is deleted. Buckets, certificates and what others
    made stay. When it is interrupted, or AWS refuses something for now, run it again: it goes on from there.
    """
    from tutorcloudfront import keyring, project
    from tutorcloudfront.commands import output
    from tutorcloudfront.commands.progress import remove
    from tutorcloudfront.reconcile.comparison import compare

    comparison = compare(project.load(context.root), removing=True)
    if comparison.settings.course_assets:
        raise TutorError(COURSE_ASSETS)
    plan = comparison.removal_plan()
    output.changed_by_hand(comparison.plan)
    if plan.pending:
        output.plan_in_short(plan)
        _ask(comparison, yes)
    else:
        output.words("Nothing to do: AWS holds nothing that this plugin made for this platform.")
    saved = project.save_distributions(context.root, {})
    if saved or plan.pending:
        # Also when they were not saved any more: a run may have ended before it could render.
        project.render(context.root)
    if saved:
        output.words("The platform's settings no longer speak of CloudFront. Restart it before you go on using it.")
    results = remove(comparison, plan.pending)
    output.end(output_format, plan, [], results)
    output.raise_failures(results)
    if project.save(context.root, {keyring.SAVED: None}):
        output.words("The signing keys are taken out of config.yml: nothing accepts what they sign any more.")


def _ask(comparison: Comparison, yes: bool) -> None:
    from tutorcloudfront.commands import output
    from tutorcloudfront.commands.questions import confirm_by_typing

    if aliases := [alias for site in comparison.served() if site.distribution for alias in site.site.aliases]:
        output.words(f"Nothing will answer for {', '.join(aliases)} any more: DNS must lead elsewhere before.")
    prefix = comparison.settings.resource_prefix
    confirm_by_typing(
        prefix, f"Type {prefix} to delete all this", "Everything that this plugin made would be deleted", yes
    )
