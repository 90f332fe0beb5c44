"""`tutor cloudfront doctor`"""

from __future__ import annotations

import json
import textwrap
import typing as t
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import click

from tutorcloudfront.commands.group import format_option, root_of

if t.TYPE_CHECKING:
    from tutorcloudfront.doctor.finding import Finding

WIDTH = 80
COLORS = {"error": "red", "warning": "yellow", "info": "cyan", "ok": "green"}
LABEL_WIDTH = 11


@click.command()
@format_option
@click.pass_context
def doctor(context: click.Context, output_format: str) -> None:
    """
    Find what is wrong, and say how to mend it

    Looks from outside at credentials, permissions and quotas, at the distributions and what config.yml says of them, at DNS, at
    certificates, and at real files through CloudFront. Nothing is changed. Exit status: 1 when there are errors, else 0.
    """
    from tutorcloudfront import project
    from tutorcloudfront.commands import output
    from tutorcloudfront.doctor.examination import examine
    from tutorcloudfront.doctor.probes.network import Network

    root = root_of(context)
    findings = examine(project.load(root), Network(), output.words)
    if output_format == "json":
        _print_json(findings)
    else:
        _print_text(findings)
    context.exit(1 if _count(findings)["error"] else 0)


def _print_json(findings: Sequence[Finding]) -> None:
    data = {"findings": [asdict(finding) for finding in findings], "summary": _count(findings)}
    click.echo(json.dumps(data, indent=2))


def _print_text(findings: Sequence[Finding]) -> None:
    """Print the findings by their subjects, in the order in which those first occur."""
    for subject, group in _by_subject(findings).items():
        click.echo(click.style(subject, bold=True))
        for finding in group:
            _print_finding(finding)
        click.echo()
    click.echo(summary(findings))


def summary(findings: Sequence[Finding]) -> str:
    count = _count(findings)
    errors, warnings = (_counted(count[name], name) for name in ("error", "warning"))
    if not count["error"] and not count["warning"]:
        return f"Nothing is wrong: {_counted(count['ok'], 'check')} passed."
    return f"{errors}, {warnings}, {count['ok']} in order."


def _print_finding(finding: Finding) -> None:
    label = click.style(f"  {finding.severity:<{LABEL_WIDTH - 2}}", fg=COLORS[finding.severity])
    first, *rest = _wrapped(f"{finding.check}: {finding.message}")
    click.echo(f"{label}{first}")
    for line in rest:
        click.echo(" " * LABEL_WIDTH + line)
    for line in _wrapped(finding.mend, "-> ") if finding.mend else ():
        click.echo(" " * LABEL_WIDTH + line)


def _wrapped(text: str, bullet: str = "") -> list[str]:
    """Return text in lines of the terminal's width; what people copy, such as names and ARNs, is never broken."""
    return textwrap.wrap(
        text,
        WIDTH - LABEL_WIDTH,
        initial_indent=bullet,
        subsequent_indent=" " * len(bullet),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _by_subject(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.subject, []).append(finding)
    return groups


def _count(findings: Iterable[Finding]) -> dict[str, int]:
    from tutorcloudfront.doctor.finding import SEVERITIES

    severities = [finding.severity for finding in findings]
    return {severity: severities.count(severity) for severity in SEVERITIES}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
