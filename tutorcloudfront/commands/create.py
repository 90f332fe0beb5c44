"""`tutor cloudfront create-cloudfront-resources`"""

from __future__ import annotations

import typing as t

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import plan_format_option, prune_option, yes_option

if t.TYPE_CHECKING:
    from collections.abc import Mapping

    from tutor.types import Config

    from tutorcloudfront.aws.kinds import Existing
    from tutorcloudfront.reconcile.apply import Result
    from tutorcloudfront.reconcile.comparison import Comparison
    from tutorcloudfront.reconcile.plan import Plan
    from tutorcloudfront.resources.resource import Ref
    from tutorcloudfront.result import Served

#: What `--adopt` means without an id: see `reconcile.adoption`.
WHAT_18_LEFT = "18"


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be done")
@yes_option
@click.option("--no-wait", is_flag=True, help="Do not wait until CloudFront has deployed the distributions")
@click.option(
    "--adopt",
    "adopted",
    metavar="[ID]",
    is_flag=False,
    flag_value=WHAT_18_LEFT,
    multiple=True,
    help="Take over the distribution with this id, or without one those that version 18 of this plugin left",
)
@prune_option
@click.option("--force", is_flag=True, help="Delete even where more than a third of the sites would go")
@plan_format_option
@click.pass_obj
def create_cloudfront_resources(
    context: Context,
    dry_run: bool,
    yes: bool,
    no_wait: bool,
    adopted: tuple[str, ...],
    prune: bool,
    force: bool,
    output_format: str,
) -> None:
    """
    Make AWS as the settings describe it

    Creates what is missing, changes what differs (after asking), waits until CloudFront has deployed it, saves the
    distributions to config.yml and renders the environment. Run it as often as you like, also after it was
    interrupted: it goes on from there.
    """
    from tutorcloudfront import keyring, project
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.comparison import compare

    if output_format == "markdown" and not dry_run:
        raise click.UsageError("--format markdown is for plans: use it with --dry-run")
    config = project.load(context.root)
    if not dry_run:
        project.refuse_unsaved(context.root)
        # Loading takes a while, so only what has changed is loaded again.
        config = project.load(context.root) if _make_key(context.root, config) else config
    comparison = compare(config, prune=prune, adopted=adopted, make_keys=not dry_run)
    output.notes(comparison.plan)
    comparison.require_buckets()
    _refuse_suspicious(comparison.plan, force)
    if dry_run:
        output.dry_run(output_format, comparison.plan, comparison.served())
        return
    output.plan_in_short(comparison.plan)
    keyring.require_private_keys(comparison.settings)
    _ask(comparison.plan, yes)
    _carry_out(context.root, comparison, no_wait=no_wait, output_format=output_format)


def _make_key(root: str, config: Config) -> bool:
    """Have a signing key in config.yml where one is needed, before CloudFront is told of it; see `keyring.ensure`."""
    from tutorcloudfront import keyring
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    settings = check(config)
    return not settings.signing_secret and keyring.ensure(root, settings, sites_of(settings))


def _refuse_suspicious(plan: Plan, force: bool) -> None:
    if plan.is_suspicious and not force:
        raise TutorError(
            f"{len(plan.of('delete'))} resources would be deleted, those of more than a third of the sites: is this the "
            "right Tutor root, and is CLOUDFRONT_RESOURCE_PREFIX right? If it is meant, run this again with --force. "
            "Nothing was done."
        )


def _ask(plan: Plan, yes: bool) -> None:
    """Have changes to what exists agreed to; creating needs no question."""
    from tutorcloudfront.commands.questions import confirm

    if existing := plan.of("update", "delete"):
        confirm("Change what exists as shown?", f"{len(existing)} of the resources that exist would be changed", yes)


def _carry_out(root: str, comparison: Comparison, *, no_wait: bool, output_format: str) -> None:
    from tutorcloudfront.commands import output

    results = _apply(comparison)
    served = comparison.served(_existing(results))
    if not no_wait:
        served = comparison.served({**_existing(results), **_wait(comparison, served)})
    changed = _save(root, comparison, served, {**comparison.inventory.existing, **_existing(results)})
    # Only now: until here the platform may have used what is deleted.
    results += _prune(comparison)
    output.end(output_format, comparison.plan, served, results)
    if changed:
        output.next_steps(served, comparison.settings.mfe_host)
    output.raise_failures(results)


def _apply(comparison: Comparison) -> list[Result]:
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.apply import apply_plan

    return apply_plan(comparison.aws, comparison.plan, output.result)


def _existing(results: list[Result]) -> dict[Ref, Existing]:
    return {result.change.ref: result.existing for result in results if result.existing}


def _wait(comparison: Comparison, served: list[Served]) -> dict[Ref, Existing]:
    """Wait until all distributions are deployed; return them as they are then."""
    from tutorcloudfront.commands.progress import wait_for
    from tutorcloudfront.reconcile.wait import DEPLOYED
    from tutorcloudfront.resources.resource import Ref

    waiting = {
        site.distribution.id: Ref("distribution", site.site.name)
        for site in served
        if site.distribution and site.distribution.status != DEPLOYED
    }
    deployed = wait_for(comparison.aws, waiting, "Deploying")
    return {waiting[id_]: existing for id_, existing in deployed.items()}


def _save(root: str, comparison: Comparison, served: list[Served], existing: Mapping[Ref, Existing]) -> bool:
    """Save distributions and signing keys and render the environment; return whether anything about them is new."""
    from tutorcloudfront import keyring, project
    from tutorcloudfront.result import saved_form

    # What failed to come up keeps what was saved of it before: it may well serve as before.
    changed = project.save_distributions(root, saved_form(served), keep=[site.site.domain for site in served])
    settings = comparison.settings
    if keyring.are_needed(comparison.sites):
        keys = keyring.with_ids(settings, existing)
        changed |= keyring.save(root, keys, elsewhere=keyring.in_secret(settings, existing))
    project.render(root)
    return changed


def _prune(comparison: Comparison) -> list[Result]:
    from tutorcloudfront.commands.progress import remove

    return remove(comparison, comparison.plan.of("delete"))
