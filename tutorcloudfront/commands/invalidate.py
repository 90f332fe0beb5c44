"""`tutor cloudfront invalidate`"""

from __future__ import annotations

import json
import typing as t

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import format_option

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tutor.types import Config

    from tutorcloudfront.invalidation.run import Outcome, Request, Run
    from tutorcloudfront.result import Served
    from tutorcloudfront.sites import Site

PLATFORM_SITES = ("lms", "cms")
SHOWN_PATHS = 3


def _complete_sites(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of sites for the shell, which has no use for errors."""
    from tutorcloudfront import project
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    try:
        settings = check(project.load(context.find_root().params["root"]))
        return [site.name for site in sites_of(settings) if site.name.startswith(incomplete)]
    except Exception:
        return []


@click.command()
@click.option(
    "--site",
    "names",
    multiple=True,
    metavar="SITE",
    shell_complete=_complete_sites,
    help="The site, `lms`, `cms` or the host of an extra domain; can be given several times  [default: LMS and Studio]",
)
@click.option("--wait", is_flag=True, help="Wait until CloudFront has done it")
@click.option(
    "--again", is_flag=True, help="Invalidate also what was invalidated within the last ten minutes, and pay for it"
)
@format_option
@click.argument("paths", nargs=-1, metavar="[PATH]…")
@click.pass_obj
def invalidate(
    context: Context, names: tuple[str, ...], wait: bool, again: bool, output_format: str, paths: tuple[str, ...]
) -> None:
    """
    Have CloudFront fetch files anew

    PATHs are URL-encoded and begin with `/`; a `*` at the end is for all that begins like this, and needs quotes for
    the shell. Without any, it is all static files of LMS and Studio, which is what a new image can have changed, and
    of a site that is served as a whole, everything. AWS charges for each path, beyond 1,000 a month. The same request
    within ten minutes is made only once:

        tutor cloudfront invalidate --wait '/static/images/*'
    """
    from tutorcloudfront import project
    from tutorcloudfront.aws.client import Aws
    from tutorcloudfront.commands import output
    from tutorcloudfront.invalidation import paths as rules
    from tutorcloudfront.invalidation.run import Run
    from tutorcloudfront.reconcile.inventory import take_inventory
    from tutorcloudfront.resources.resource import Ref
    from tutorcloudfront.result import Served
    from tutorcloudfront.settings import check
    from tutorcloudfront.sites import sites_of

    config = project.load(context.root)
    settings = check(config)
    sites = sites_of(settings)
    chosen, wrong = _chosen(sites, names)
    if wrong := [*wrong, *(error for path in dict.fromkeys(paths) for error in rules.errors(path))]:
        raise TutorError("\n".join(wrong))
    for note in rules.notes(dict.fromkeys(paths)):
        output.note(note)
    aws = Aws(settings)
    existing = take_inventory(aws, settings, sites).existing
    served = [Served(site, existing.get(Ref("distribution", site.name))) for site in chosen]
    run = Run(aws, _requests(served, paths, config, again), settings.resource_prefix, wait=wait)
    _carry_out(run)
    _show(run.outcomes, output_format)
    if failed := sorted({outcome.request.site for outcome in run.outcomes if outcome.error}):
        raise TutorError(f"Not everything could be invalidated ({', '.join(failed)}): the reasons are above.")


def _chosen(sites: Sequence[Site], names: Sequence[str]) -> tuple[list[Site], list[str]]:
    """Return the sites that are meant, and what is wrong with the names."""
    from tutorcloudfront.settings.errors import nearest, quoted

    known = [site.name for site in sites]
    wrong = [
        f"--site {quoted(name)}: there is no such site; {nearest(name, known)}" for name in names if name not in known
    ]
    chosen = [site for site in sites if site.name in (names or PLATFORM_SITES)]
    if not chosen and not wrong:
        wrong = [
            f"Neither LMS nor Studio has a site here, so name others with --site: {', '.join(known) or 'none is set'}"
        ]
    return chosen, wrong


def _requests(served: Sequence[Served], paths: Sequence[str], config: Config, again: bool) -> list[Request]:
    """Return what is to be asked for; nothing, as long as a site has no distribution."""
    from datetime import datetime, timezone

    from tutorcloudfront.invalidation import paths as rules
    from tutorcloudfront.invalidation.run import Request, reference_of

    if missing := [each.site.name for each in served if not each.distribution]:
        raise TutorError(
            f"There is no distribution yet for {', '.join(missing)}: `tutor cloudfront create-cloudfront-resources` "
            "makes it. Nothing was done."
        )
    images = f"{config.get('DOCKER_IMAGE_OPENEDX')} {config.get('MFE_DOCKER_IMAGE')}"
    now = datetime.now(timezone.utc)
    return [
        Request(each.site.name, found, batch, reference_of(found.id, batch, images, now, again=again))
        for each in served
        if (found := each.distribution)
        for batch in rules.batches(rules.tidied(paths or rules.default_paths(each.site)))
    ]


def _carry_out(run: Run) -> None:
    from tutorcloudfront.commands import output
    from tutorcloudfront.commands.progress import Progress

    try:
        run.step()
        for outcome in run.outcomes:
            if outcome.repeated:
                output.words(
                    f"{outcome.request.site}: this was asked for at {outcome.created:%H:%M:%S} UTC already and is not paid "
                    f"for twice. `--again` has it done anew."
                )
        if run.is_done:
            return
        if run.is_held_up:
            output.words("CloudFront is busy with as many invalidations as it takes at a time: waiting for its turn.")
        with Progress(
            "Invalidating",
            run.total,
            f"{'batch' if run.total == 1 else 'batches'} of paths; CloudFront usually takes a minute or two",
        ) as progress:
            run.go_on(progress.done, progress.sleep)
    except KeyboardInterrupt:
        raise TutorError(
            "Interrupted. CloudFront goes on with what it was asked for. Run this again within ten minutes to ask for the "
            "rest: nothing is paid for twice."
        ) from None


def _show(outcomes: Sequence[Outcome], output_format: str) -> None:
    from tutorcloudfront.commands import output

    if output_format == "json":
        click.echo(json.dumps({"invalidations": [_entry(outcome) for outcome in outcomes]}, indent=2))
    for outcome in outcomes:
        request = outcome.request
        if outcome.error:
            output.words(click.style(f"  ! {request.site}: ", fg="red") + outcome.error.replace("\n", "\n      "))
        elif output_format != "json":
            click.echo(
                f"{request.site}  {request.distribution.id}  {outcome.id}  {outcome.status}  {_told(request.paths)}"
            )


def _entry(outcome: Outcome) -> dict[str, t.Any]:
    entry = {
        "site": outcome.request.site,
        "distribution": outcome.request.distribution.id,
        "id": outcome.id,
        "status": outcome.status,
        "created": outcome.created.isoformat() if outcome.created else None,
        "repeated": outcome.repeated,
        "paths": list(outcome.request.paths),
    }
    return {**entry, "error": outcome.error} if outcome.error else entry


def _told(paths: Sequence[str]) -> str:
    more = len(paths) - SHOWN_PATHS
    return " ".join(paths[:SHOWN_PATHS]) + (f" and {more:,} more" if more > 0 else "")
