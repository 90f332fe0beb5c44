"""`tutor cloudfront plan`"""

from __future__ import annotations

import click
from tutor.commands.context import Context

from tutorcloudfront.commands.group import format_option

EXIT_CHANGES = 2


@click.command()
@format_option
@click.pass_context
def plan(context: click.Context, output_format: str) -> None:
    """
    Show what `create-cloudfront-resources` would do

    Nothing is changed. Exit status: 0 when there is nothing to do, 2 when there are changes, 1 on an error.
    """
    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.comparison import compare

    root = context.find_object(Context).root  # type: ignore[union-attr]
    comparison = compare(project.load(root))
    output.notes(comparison.plan)
    if output_format == "json":
        output.json_document(comparison.plan, comparison.served())
    else:
        output.plan_in_full(comparison.plan)
    context.exit(EXIT_CHANGES if comparison.plan.pending else 0)
