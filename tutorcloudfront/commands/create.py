"""`tutor cloudfront create-cloudfront-resources`"""

from __future__ import annotations

import sys
import typing as t

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import format_option

if t.TYPE_CHECKING:
    from tutorcloudfront.aws.kinds import Existing
    from tutorcloudfront.reconcile.apply import Result
    from tutorcloudfront.reconcile.comparison import Comparison
    from tutorcloudfront.reconcile.plan import Plan
    from tutorcloudfront.resources.resource import Ref
    from tutorcloudfront.result import Served


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be done")
@click.option("-y", "--yes", is_flag=True, help="Change what exists without asking")
@click.option("--no-wait", is_flag=True, help="Do not wait until CloudFront has deployed the distributions")
@format_option
@click.pass_obj
def create_cloudfront_resources(context: Context, dry_run: bool, yes: bool, no_wait: bool, output_format: str) -> None:
    """
    Bring AWS to the state that the settings describe

    Creates what is missing, changes what differs (after asking), waits until CloudFront has deployed it, saves the
    distributions to config.yml and renders the environment. Run it as often as you like, also after it was
    interrupted: it goes on from there.
    """
    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.comparison import compare

    comparison = compare(project.load(context.root))
    output.notes(comparison.plan)
    output.plan_in_short(comparison.plan)
    if dry_run:
        output.end(output_format, comparison.plan, comparison.served())
        return
    _ask(comparison.plan, yes)
    results = _apply(comparison)
    served = comparison.served(_existing(results))
    if not no_wait:
        served = comparison.served({**_existing(results), **_wait(comparison, served)})
    changed = _save(context.root, comparison, served)
    output.end(output_format, comparison.plan, served, results)
    if changed:
        output.next_steps(served, comparison.settings.mfe_host)
    if failed := [result for result in results if result.error]:
        raise TutorError(_failure(failed, len(results)))


def _ask(plan: Plan, yes: bool) -> None:
    """Have changes to what exists agreed to; creating needs no question."""
    if not plan.updates or yes:
        return
    if not sys.stdin.isatty():
        raise TutorError(
            f"{len(plan.updates)} of the resources that exist would be changed, and there is no terminal to ask in: "
            "run this again with --yes to agree. Nothing was done."
        )
    click.confirm("Change what exists as shown?", abort=True, err=True)


def _apply(comparison: Comparison) -> list[Result]:
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.apply import apply_plan

    return apply_plan(comparison.aws, comparison.plan, lambda result: output.words(output.result_line(result)))


def _existing(results: list[Result]) -> dict[Ref, Existing]:
    return {result.change.ref: result.existing for result in results if result.existing}


def _wait(comparison: Comparison, served: list[Served]) -> dict[Ref, Existing]:
    """Wait until all distributions are deployed; return them as they are then."""
    from tutorcloudfront.commands.progress import Progress
    from tutorcloudfront.reconcile.wait import DEPLOYED, wait_until_deployed
    from tutorcloudfront.resources.resource import Ref

    waiting = {
        site.distribution.id: Ref("distribution", site.site.name)
        for site in served
        if site.distribution and site.distribution.status != DEPLOYED
    }
    if not waiting:
        return {}
    with Progress("Deploying", len(waiting)) as progress:
        deployed = wait_until_deployed(comparison.aws, waiting, progress.show, progress.sleep)
    return {waiting[id_]: existing for id_, existing in deployed.items()}


def _save(root: str, comparison: Comparison, served: list[Served]) -> bool:
    """Save the distributions and render the environment; return whether anything about them is new."""
    from tutorcloudfront import project
    from tutorcloudfront.result import saved_form

    # What failed to come up keeps what was saved of it before: it may well serve as before.
    before = {domain: saved.model_dump() for domain, saved in comparison.settings.distributions.items()}
    kept = {site.site.domain: before[site.site.domain] for site in served if site.site.domain in before}
    changed = project.save_distributions(root, {**kept, **saved_form(served)})
    project.render(root)
    return changed


def _failure(failed: list[Result], total: int) -> str:
    names = ", ".join(result.change.resource.name for result in failed)
    return (
        f"{len(failed)} of {total} changes could not be made ({names}): the reasons are above. Run this again once "
        "they are mended: what was done is not done twice."
    )
