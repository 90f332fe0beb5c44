"""Progress of a wait: a bar with the time in a terminal, a line where there is none."""

from __future__ import annotations

import sys
import time
import typing as t
from collections.abc import Mapping

import click

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.reconcile.wait import DEPLOYED

USUALLY = "CloudFront usually takes about five minutes"


class Progress:
    """Shows how many of `total` distributions are deployed, on stderr."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = total
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
            click.echo(f"{self._label} {self._total} distributions; {USUALLY}…", err=True)
        return self

    def __exit__(self, *error: t.Any) -> None:
        if self._terminal:
            self._bar.__exit__(*error)
        elif error[0] is None:
            click.echo(f"Deployed after {self._elapsed()}", err=True)

    def show(self, existing: Mapping[str, Existing]) -> None:
        """Show the distributions as they are now."""
        done = sum(item.status == DEPLOYED for item in existing.values())
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
