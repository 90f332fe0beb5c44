"""What commands print: data to stdout, words to stderr."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping, Sequence

import click
from tutor.exceptions import TutorError

from tutorcloudfront.aws.kinds import KINDS, Existing
from tutorcloudfront.reconcile.apply import Result
from tutorcloudfront.reconcile.plan import Action, Change, Plan
from tutorcloudfront.resources.differences import key_of
from tutorcloudfront.result import Served, dns_records

SIGNS: dict[Action, str] = {"create": "+", "update": "~", "delete": "-", "none": " "}
COLORS: dict[Action, str] = {"create": "green", "update": "yellow", "delete": "red", "none": "white"}
#: In a `diff` block of Markdown, `!` marks a change.
MARKDOWN_SIGNS: dict[Action, str] = {**SIGNS, "update": "!"}
DONE: dict[Action, str] = {"create": "created", "update": "changed", "delete": "deleted", "none": "as it was"}


def words(text: str = "") -> None:
    click.echo(text, err=True)


def note(text: str) -> None:
    words(click.style(f"Note: {text}", fg="yellow"))


def notes(plan: Plan) -> None:
    for text in plan.notes:
        note(text)


def plan_in_full(plan: Plan) -> None:
    """Print each change with all its fields to stdout."""
    for change in plan.pending:
        click.echo(_headline(change))
        for line in _fields(change):
            click.echo(f"      {line}")
    click.echo(summary(plan))


def plan_in_short(plan: Plan) -> None:
    """Print a line for each new resource, and the fields of what changes, to stderr."""
    for change in plan.pending:
        words(_headline(change))
        for line in _changed_fields(change):
            words(f"      {line}")
    words(summary(plan))


def summary(plan: Plan) -> str:
    if not plan.pending:
        return "Nothing to do: AWS is as the settings want it."
    creates, updates, deletes = (len(plan.of(action)) for action in ("create", "update", "delete"))
    return f"Plan: {creates} to create, {updates} to change, {deletes} to delete."


def plan_as_markdown(plan: Plan) -> None:
    """Print the plan to stdout as Markdown, for a comment on a pull request."""
    click.echo(f"### CloudFront\n\n{summary(plan)}")
    if plan.pending:
        click.echo("\n```diff")
        for change in plan.pending:
            click.echo(f"{MARKDOWN_SIGNS[change.action]} {_title(change)}")
            for line in _changed_fields(change):
                click.echo(f"    {line}")
        click.echo("```")


def result(result: Result) -> None:
    """Tell what became of a change, on stderr."""
    words(_result_line(result))


def _result_line(result: Result) -> str:
    """Return what became of a change, in a line; an error's mend stands in lines below."""
    change = result.change
    name = f"{KINDS[change.resource.kind].label} {change.resource.name}"
    if result.error:
        return click.style(f"  ! {name}: ", fg="red") + result.error.replace("\n", "\n      ")
    identity = f", {identified}" if (identified := _id_to_show(result.existing)) else ""
    sign = click.style(f"  {SIGNS[change.action]}", fg=COLORS[change.action])
    return f"{sign} {name}: {DONE[change.action]} ({result.seconds:.1f} s{identity})"


def sites(results: Sequence[Served]) -> None:
    """Print each site's address and the DNS records to set, to stdout."""
    click.echo("Sites:")
    width = max((len(result.site.name) for result in results), default=0)
    for result in results:
        where = f"https://{result.host}" if result.host else "(no distribution yet)"
        click.echo(f"  {result.site.name:<{width}}  {where}")
    if records := dns_records(results):
        click.echo("DNS records to set, where you have not yet:")
        width = max(len(record["name"]) for record in records)
        for record in records:
            click.echo(f"  {record['name']:<{width}}  {record['type']}  {record['value']}")


def next_steps(results: Sequence[Served], mfe_host: str) -> None:
    """Say what is left for people to do once distributions are new."""
    signed = any(result.site.access == "signed" for result in results)
    mfe = " mfe" if any(result.site.name == mfe_host for result in results) else ""
    words("\nNext steps:")
    if signed:
        words("  - Have the LMS check who may see private media, once, with an image that holds this plugin:")
        words("      tutor images build openedx")
    words("  - Restart the platform with its new settings:")
    words(f"      tutor local restart openedx caddy{mfe}    (on Kubernetes: tutor k8s start)")
    sites = [result.site for result in results if result.site.aliases]
    if origins := [site.origin for site in sites if not (site.bucket or site.service)]:
        words("  - See that your server answers for these origins, over https:")
        words(f"      {', '.join(origins[:5])}{', …' if origins[5:] else ''}")
    if dns_records(results):
        words("  - Then set the DNS records above.")


def plan_in(output_format: str, plan: Plan, results: Sequence[Served]) -> None:
    """Print a plan with all its fields, to stdout."""
    if output_format == "json":
        json_document(plan, results)
    elif output_format == "markdown":
        plan_as_markdown(plan)
    else:
        plan_in_full(plan)


def dry_run(output_format: str, plan: Plan, results: Sequence[Served]) -> None:
    """Print what a run would do."""
    if output_format == "text":
        plan_in_short(plan)
        sites(results)
    else:
        plan_in(output_format, plan, results)


def changed_by_hand(plan: Plan) -> None:
    """Show what is not as the settings want it, before it goes."""
    if drifted := plan.of("update"):
        words("Not as the settings want it, so perhaps changed by hand:")
    for change in drifted:
        words(_headline(change))
        for line in _fields(change):
            words(f"      {line}")


def raise_failures(results: Sequence[Result]) -> None:
    """End the command with an error that names what failed, if anything did."""
    if failed := [result for result in results if result.error]:
        names = ", ".join(result.change.resource.name for result in failed)
        raise TutorError(
            f"{len(failed)} of {len(results)} changes could not be made ({names}): the reasons are above. Run this "
            "again once they are mended: what was done is not done twice."
        )


def end(output_format: str, plan: Plan, results: Sequence[Served], ended: Sequence[Result] = ()) -> None:
    """Print what a platform has got, to stdout."""
    if output_format == "json":
        json_document(plan, results, ended)
    elif results:
        sites(results)


def json_document(plan: Plan, results: Sequence[Served], ended: Sequence[Result] = ()) -> None:
    """Print a plan and the sites as JSON; with `ended`, what became of each change."""
    became = {result.change.ref: result for result in ended}
    data = {
        "changes": [_change(change, became.get(change.ref)) for change in plan.changes],
        "distributions": [_distribution(result) for result in results],
        "dns": dns_records(results),
    }
    click.echo(json.dumps(data, indent=2, default=str))


def _change(change: Change, result: Result | None) -> dict[str, t.Any]:
    existing = (result and result.existing) or change.existing
    entry = {
        "action": change.action,
        "kind": change.resource.kind,
        "name": change.resource.name,
        "id": existing.id if existing else "",
        "diff": [{"path": item.path, "old": item.old, "new": item.new} for item in change.diff],
    }
    return {**entry, "error": result.error} if result and result.error else entry


def _distribution(result: Served) -> dict[str, str]:
    found = result.distribution
    return {
        "site": result.site.name,
        "origin": result.site.origin,
        "alias": result.site.aliases[0] if result.site.aliases else "",
        "id": found.id if found else "",
        "domain_name": found.domain_name if found else "",
        "status": found.status if found else "",
    }


def _headline(change: Change) -> str:
    return click.style(f"  {SIGNS[change.action]} {_title(change)}", fg=COLORS[change.action])


def _title(change: Change) -> str:
    identity = f" ({identified})" if (identified := _id_to_show(change.existing)) else ""
    return f"{KINDS[change.resource.kind].label} {change.resource.name}{identity}"


def _id_to_show(existing: Existing | None) -> str:
    """Return the id by which the console knows a distribution; other kinds are known there by their names."""
    return existing.id if existing and existing.domain_name else ""


def _fields(change: Change) -> Iterable[str]:
    if change.action == "create":
        yield from (f"{path}: {_value(value)}" for path, value in _leaves(change.resource.config))
    for item in change.diff:
        if isinstance(item.old, Mapping) or isinstance(item.new, Mapping):  # a behavior, an origin: whole
            sign, whole = ("-", item.old) if item.new is None else ("+", item.new)
            yield from (f"{sign} {path}: {_value(value)}" for path, value in _leaves(whole, item.path))
        else:
            yield f"{item.path}: {_value(item.old)} -> {_value(item.new)}"


def _changed_fields(change: Change) -> Iterable[str]:
    """Return the fields of what exists and changes; those of what is new would fill the screen."""
    return _fields(change) if change.action == "update" else ()


def _leaves(value: t.Any, path: str = "") -> Iterable[tuple[str, t.Any]]:
    """Yield the fields of a configuration that say something."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, path if key == "Items" else f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for item in value:
            yield from _leaves(item, f"{path}[{key_of(item)}]")
    elif value not in (None, "", []) and value is not False:
        yield path, value


def _value(value: t.Any) -> str:
    return "(none)" if value is None else json.dumps(value, default=str, ensure_ascii=False)
