"""Rows → the table in a terminal: up to four lines a site, 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import click

from tutorcloudfront.status.figures import BARS, PLAIN_BARS, days_left, per_cent, short, size, sparkline
from tutorcloudfront.status.rows import Row

WIDTH = 80
#: Columns and how wide they are, two blanks between them included.
COLUMNS = {"SITE": 32, "ID": 16, "STATE": 12, "DRIFT": 10, "WAF": 5, "LOGS": 4}
COLORS = {
    "Deployed": "green",
    "InProgress": "yellow",
    "disabled": "red",
    "missing": "red",
    "changed": "yellow",
    "unwanted": "yellow",
}
LOGS = {"v2": "v2", "legacy": "old", "off": "off", None: "?"}
#: ACM renews its certificates 60 days before they expire, where it can.
SOON = 30


def table(rows: Sequence[Row], now: datetime, encoding: str = "utf-8") -> list[str]:
    """Return the lines of the table, with colors that `click.echo` takes away where there is no terminal."""
    bars = BARS if _has(encoding, BARS) else PLAIN_BARS
    lines = ["".join(name.ljust(width) for name, width in COLUMNS.items()).rstrip()]
    for row in rows:
        lines += [*_first(row), *_second(row, now), *_third(row, bars)]
    return lines


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _first(row: Row) -> Iterator[str]:
    """Yield the columns; a long name has a line of its own."""
    waf = ("yes" if row.web_acl else "no") if row.id else "-"
    cells = [row.site, row.id or "-", row.state, row.drift or "?", waf, LOGS[row.logging] if row.id else "-"]
    widths = list(COLUMNS.values())
    if len(row.site) > widths[0] - 2:
        yield click.style(row.site, bold=True)
        cells[0] = ""
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    site = click.style(padded[0], bold=True) if cells[0] else padded[0]
    yield "".join([site, *map(_colored, cells[1:], padded[1:])]).rstrip()


def _colored(cell: str, padded: str) -> str:
    return click.style(cell, fg=COLORS[cell]) + padded[len(cell) :] if cell in COLORS else padded


def _second(row: Row, now: datetime) -> Iterator[str]:
    """Yield the host and the certificate, on one line where they fit."""
    if not row.id:
        yield "  `tutor cloudfront create-cloudfront-resources` creates it"
        return
    certificate, color = certificate_words(row, now)
    host = f"  {row.host}"
    if len(host) + 2 + len(certificate) > WIDTH:
        yield host
        host = ""
    yield f"{host}  {click.style(certificate, fg=color) if color else certificate}"


def certificate_words(row: Row, now: datetime) -> tuple[str, str]:
    """Return what is to be said of a site's certificate, and the color that calls for attention."""
    if not row.certificate_arn:
        return "CloudFront's own certificate", ""
    if row.certificate is None:
        return "certificate: not known", ""
    if row.certificate.expires is None:
        return f"certificate: {row.certificate.status}", "red"
    left, day = days_left(row.certificate.expires, now), f"{row.certificate.expires:%Y-%m-%d}"
    if left < 0:
        return f"certificate expired on {day}", "red"
    return f"certificate until {day} ({left} {'day' if left == 1 else 'days'})", "yellow" if left < SOON else ""


def _third(row: Row, bars: str) -> Iterator[str]:
    """Yield the last day."""
    if not row.traffic:
        return
    if not row.traffic.total_requests:
        yield "  no requests in the last 24 hours"
        return
    traffic = row.traffic
    hits = traffic.of_the_day(traffic.hits)
    figures = [
        f"{short(traffic.total_requests)} req",
        size(traffic.total_bytes),
        *([f"{per_cent(hits)} hits"] if hits is not None else []),
        f"{per_cent(traffic.of_the_day(traffic.errors_4xx))} 4xx",
        f"{per_cent(traffic.of_the_day(traffic.errors_5xx))} 5xx",
    ]
    yield f"  {sparkline(traffic.requests, bars)} {', '.join(figures)}"
