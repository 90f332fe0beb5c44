"""`tutor cloudfront plan`"""

from __future__ import annotations

import click

from tutorcloudfront.commands.group import plan_format_option, prune_option, root_of

EXIT_CHANGES = 2


@click.command()
@prune_option
@plan_format_option
@click.pass_context
def plan(context: click.Context, prune: bool, output_format: str) -> None:
    """
    Show what would be created and changed

    It is what `create-cloudfront-resources` would do. Nothing is changed. Exit status: 0 when there is nothing to do, 2
    when there are changes, 1 on an error.
    """
    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.comparison import compare

    root = root_of(context)
    comparison = compare(project.load(root), prune=prune)
    output.notes(comparison.plan)
    comparison.require_buckets()
    output.plan_in(output_format, comparison.plan, comparison.served())
    context.exit(EXIT_CHANGES if comparison.plan.pending else 0)
