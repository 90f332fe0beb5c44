"""A first run: nothing is there yet

`tutor cloudfront create-cloudfront-resources --no-wait` in an empty account, beside a boto3 script that makes only the calls
that must be made, ten at a time (`beside/bare.py`), beside the calls of this plugin's version 18 (`beside/version18.py`,
with quotas raised, since it needs more policies than an account may have), and beside Ansible.

Ansible's playbook (`beside/ansible.yml`) makes the distributions one after the other, as a loop does, with the module of its
collection community.aws. It does less: there is no module for cache policies nor for CloudFront functions, so that AWS's own
policies have to do, and the platform's pages can be reached through the CDN's hosts.

*AWS time* is from the first call to the last answer. The plugin looks first at what is there, which is one round more than
the script's three, so that this ratio cannot be less than 1.33. *In all* is the time until the platform uses what was made:
`tutor config save` has to follow the script, and is part of what the command does.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.harness import Effort, Goal, Row, ratio_at_most, turns
from benchmarks.harness.account import CERTIFICATE, Account, account, quotas_raised
from benchmarks.harness.competitors import program
from benchmarks.harness.platform import Platform, Run, platform

CREATE = ("tutor", "cloudfront", "create-cloudfront-resources", "--no-wait")
SAVE = ("tutor", "config", "save")
BESIDE = Path(__file__).with_name("beside")
SITES = 10
LATENCY = 0.15


def rows(effort: Effort) -> Iterable[Row]:
    with account() as aws:
        _warm_up(aws)
        for latency in effort.pick([0.0], [LATENCY], [LATENCY, 0.0]):
            aws.latency = latency
            for sites in effort.pick([2], [SITES], [2, SITES, 50, 150]):
                yield from _rows(aws, sites, effort)
        if effort is not Effort.QUICK:
            aws.latency = effort.pick(0.0, LATENCY, LATENCY)
            yield from _beside_others(aws, effort.pick(2, SITES, SITES), effort)


def _warm_up(aws: Account) -> None:
    """Have the account load what it answers with."""
    with platform(aws, 3) as made:
        _anew(made, CREATE)()


def _rows(aws: Account, sites: int, effort: Effort) -> Iterable[Row]:
    """Compare with the script: the goal is for ten sites and calls that take their time."""
    name = f"{sites} sites, {aws.latency * 1000:.0f} ms a call"
    is_the_goal = (sites, aws.latency) == (SITES, LATENCY)
    goal = ratio_at_most(1.3) if is_the_goal else None
    with platform(aws, sites) as made:
        bare = (sys.executable, str(BESIDE / "bare.py"), str(sites), CERTIFICATE)
        sides = {"plugin": _anew(made, CREATE), "script": _anew(made, bare, SAVE)}
        runs = turns(sides, effort.pick(1, 3, 11 if is_the_goal else 3))
    plugin, script = runs["plugin"], runs["script"]
    yield _row(name, "calls", plugin, script, lambda run: len(run.calls), "calls")
    if aws.latency:  # without, calls that are made side by side may well come one after the other
        yield _row(name, "rounds", plugin, script, lambda run: run.rounds, "rounds")
    yield _row(name, "AWS time", plugin, script, lambda run: run.aws_seconds, "s")
    yield _row(name, "in all", plugin, script, lambda run: run.seconds, "s", goal)
    yield _row(name, "processor time", plugin, script, lambda run: run.cpu, "s")


def _row(
    name: str,
    what: str,
    plugin: list[Run],
    script: list[Run],
    figure: Callable[[Run], float],
    unit: str,
    goal: Goal | None = None,
) -> Row:
    return Row.compare(f"{name}: {what}", [*map(figure, plugin)], unit, "script", [*map(figure, script)], goal)


def _beside_others(aws: Account, sites: int, effort: Effort) -> Iterable[Row]:
    others: dict[str, tuple[str, ...]] = {"version 18": (sys.executable, str(BESIDE / "version18.py"))}
    if effort is Effort.FULL and (ansible := program("ansible-playbook")):
        variables = ("-e", f"sites={sites}", "-e", f"certificate={CERTIFICATE}")
        others["Ansible"] = (str(ansible), str(BESIDE / "ansible.yml"), *variables)
    with platform(aws, sites) as made, quotas_raised():
        sides = {other: _anew(made, command, SAVE) for other, command in others.items()}
        runs = turns({"plugin": _anew(made, CREATE), **sides}, 1)
    seconds = {side: [run.seconds for run in of_side] for side, of_side in runs.items()}
    name = f"{sites} sites, {aws.latency * 1000:.0f} ms a call: in all"
    for other in others:
        yield Row.compare(name, seconds["plugin"], "s", other, seconds[other])


def _anew(platform: Platform, *commands: tuple[str, ...]) -> Callable[[], Run]:
    """Return what runs commands where nothing is there yet."""

    def run() -> Run:
        platform.begin_anew()
        return platform.run(*commands)

    return run
