"""What takes long, with its progress: a bar with the time in a terminal, a line where there is none."""

from __future__ import annotations

import sys
import time
import typing as t
from collections.abc import Collection, Mapping, Sequence

import click

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.commands import output
from tutorcloudfront.reconcile.apply import Result
from tutorcloudfront.reconcile.comparison import Comparison
from tutorcloudfront.reconcile.plan import Change
from tutorcloudfront.reconcile.removal import Removal
from tutorcloudfront.reconcile.wait import DEPLOYED, wait_until_deployed

USUALLY = "CloudFront usually takes about five minutes"


def wait_for(aws: Aws, ids: Collection[str], label: str, *, may_be_gone: bool = False) -> dict[str, Existing]:
    """Wait until distributions are deployed, or gone where they may be; return them by id as they are then."""
    if not ids:
        return {}
    with Progress(label, len(ids)) as progress:
        return wait_until_deployed(aws, ids, progress.show, progress.sleep, may_be_gone=may_be_gone)


def remove(comparison: Comparison, changes: Sequence[Change]) -> list[Result]:
    """Delete resources, telling of each and of the wait in between."""

    def wait(ids: Sequence[str]) -> None:
        wait_for(comparison.aws, ids, "Switching off", may_be_gone=True)

    return Removal(comparison.aws, comparison.settings.resource_prefix, output.result, wait).remove(changes)


class Progress:
    """Shows how many of `total` distributions, or whatever else it is, are done, on stderr."""

    def __init__(self, label: str, total: int, what: str = "") -> None:
        self._label = label
        self._total = total
        self._what = what or f"{'distribution' if total == 1 else 'distributions'}; {USUALLY}"
        self._started = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._bar: t.Any = click.progressbar(
            length=total,
            label=label,
            show_eta=False,
            show_pos=True,
            item_show_func=lambda _: self._elapsed(),
            file=sys.stderr,
        )

    def __enter__(self) -> Progress:
        if self._terminal:
            self._bar.__enter__()
            self._bar.render_progress()
        else:
            click.echo(f"{self._label} {self._total} {self._what}…", err=True)
        return self

    def __exit__(self, *error: t.Any) -> None:
        if self._terminal:
            self._bar.__exit__(*error)
        elif error[0] is None:
            click.echo(f"Done after {self._elapsed()}", err=True)

    def show(self, existing: Mapping[str, Existing]) -> None:
        """Show the distributions as they are now."""
        self.done(sum(item.status == DEPLOYED for item in existing.values()))

    def done(self, done: int) -> None:
        """Show how many are done now."""
        if self._terminal:
            self._bar.update(done - self._bar.pos, done)

    def sleep(self, seconds: float) -> None:
        """Pass the time, with the clock running."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(1.0, left))
            if self._terminal:
                self._bar.render_progress()

    def _elapsed(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._started), 60)
        return f"{minutes}:{seconds:02d}"
