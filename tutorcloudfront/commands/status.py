"""`tutor cloudfront status`"""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

import click
from tutor.commands.context import Context
from tutor.exceptions import TutorError

from tutorcloudfront.commands.group import format_option

if t.TYPE_CHECKING:
    from collections.abc import Sequence

    from tutorcloudfront.key_sets import Unread
    from tutorcloudfront.status.rows import Row


@click.command()
@format_option
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a page with charts to this file; it needs no network to be looked at",
)
@click.pass_obj
def status(context: Context, output_format: str, html: Path | None) -> None:
    """
    Show how the sites are and how they are used

    Of each site: its distribution and whether that is deployed and as the settings want it, its certificate, whether
    AWS WAF guards it and where access logs go; and, from CloudWatch, the requests of the last 24 hours, with the hour
    under way as the last bar. Cache hit rates are there once CLOUDFRONT_REALTIME_METRICS is on. Nothing is changed.
    """
    from datetime import datetime, timezone

    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.reconcile.comparison import compare
    from tutorcloudfront.status import page, text
    from tutorcloudfront.status.facts import gather
    from tutorcloudfront.status.rows import document, rows, unwanted

    if html:
        page.require_charts()
    comparison = compare(project.load(context.root), lenient=True)
    served, plan = comparison.served(), comparison.plan
    distributions = [*(site.distribution for site in served if site.distribution), *unwanted(plan)]
    now = datetime.now(timezone.utc)
    facts = gather(comparison.aws, distributions, now)
    found = rows(served, plan, facts)
    notes = [*plan.notes, *map(_unknown, comparison.unread), *facts.notes, *_hints(found)]
    if html:
        _write(html, page.page(found, comparison.settings.lms_host, now, notes))
    if output_format == "json":
        click.echo(json.dumps(document(found, notes), indent=2))
    else:
        for line in text.table(found, now, sys.stdout.encoding):
            click.echo(line)
    for note in notes:
        output.note(note)
    if html:
        output.words(f"The charts are in {html}.")


def _unknown(unread: Unread) -> str:
    """Return what can not be told without a key set."""
    names = ", ".join(site.name for site in unread.sites)
    return (
        f"{unread.setting}: {unread.problem}: whether the functions of {names} are as the settings want them is not "
        "known. `tutor cloudfront doctor` says what to do."
    )


def _hints(rows: Sequence[Row]) -> list[str]:
    """Return what the user could do to know more."""
    used = [row.traffic for row in rows if row.traffic and row.traffic.total_requests]
    if used and not any(traffic.of_the_day(traffic.hits) is not None for traffic in used):
        return ["Cache hit rates are known with CLOUDFRONT_REALTIME_METRICS, which AWS charges for."]
    return []


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise TutorError(f"{path} can not be written: {e.strerror}.") from e
