"""A run that finds nothing to do

`tutor cloudfront plan`, and `create-cloudfront-resources`, which renders the environment as well, after a first run. Beside
them the same look with the aws CLI, a command a list, and what this plugin's version 18 did in each run
(`beside/version18.py`: it also made another distribution for each site, each time).

*AWS time* is from the first call to the last answer. Calls grow by pages of 100, not by sites.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.harness import Effort, Row, figure_at_most, turns
from benchmarks.harness.account import Account, account, quotas_raised
from benchmarks.harness.competitors import program
from benchmarks.harness.platform import Platform, platform
from tutorcloudfront.aws.kinds import KINDS

PLAN = ("tutor", "cloudfront", "plan")
CREATE = ("tutor", "cloudfront", "create-cloudfront-resources")
VERSION_18 = (sys.executable, str(Path(__file__).with_name("beside") / "version18.py"))
LOOK = (
    ("cloudfront", "list-cache-policies", "--type", "custom"),
    ("cloudfront", "list-origin-request-policies", "--type", "custom"),
    ("cloudfront", "list-response-headers-policies", "--type", "custom"),
    ("cloudfront", "list-functions", "--stage", "LIVE"),
    ("cloudfront", "list-distributions"),
    ("resourcegroupstaggingapi", "get-resources", "--resource-type-filters", "cloudfront"),
)
#: How many distributions, and how many tagged resources, a call tells of.
PAGE = 100
SITES = 10
LATENCY = 0.15


def rows(effort: Effort) -> Iterable[Row]:
    with account() as aws:
        for sites in effort.pick([2], [SITES], [2, SITES, 50, 150]):
            with platform(aws, sites) as made:
                _create(aws, made)
                for latency in effort.pick([0.0], [LATENCY], [LATENCY, 0.0]):
                    aws.latency = latency
                    yield from _rows(aws, made, sites, effort)
                if sites == SITES:
                    aws.latency = LATENCY
                    yield from _beside_others(aws, made, effort)


def _create(aws: Account, platform: Platform) -> None:
    aws.latency = 0.0
    platform.begin_anew()
    platform.run((*CREATE, "--no-wait"))


def _rows(aws: Account, platform: Platform, sites: int, effort: Effort) -> Iterable[Row]:
    name = f"{sites} sites, {aws.latency * 1000:.0f} ms a call"
    sides = {"plan": partial(platform.run, PLAN), "create": partial(platform.run, CREATE)}
    runs = turns(sides, effort.pick(1, 2, 3))
    plans, creates = runs["plan"], runs["create"]
    is_the_goal = (sites, aws.latency) == (SITES, LATENCY)
    yield Row(f"{name}: calls", median(len(run.calls) for run in plans), "calls", goal=figure_at_most(_pages(sites)))
    # Without latency, calls that are made side by side may well come one after the other. So may the second pages of two
    # lists, which do not wait for each other.
    if aws.latency and sites <= PAGE:
        yield Row(f"{name}: rounds", median(run.rounds for run in plans), "rounds", goal=figure_at_most(2))
    yield Row(
        f"{name}: AWS time",
        median(run.aws_seconds for run in plans),
        "s",
        goal=figure_at_most(0.5) if is_the_goal else None,
    )
    yield Row(f"{name}: plan", median(run.seconds for run in plans), "s")
    yield Row(f"{name}: plan, processor time", median(run.cpu for run in plans), "s")
    yield Row(f"{name}: create", median(run.seconds for run in creates), "s")


def _pages(sites: int) -> int:
    """Return how many calls there may be: the lists and the tags, of distributions and tags another page a hundred."""
    lists = [kind for kind in KINDS.values() if kind.list_operation]
    return len(lists) + 1 + 2 * ((sites - 1) // PAGE)


def _beside_others(aws: Account, platform: Platform, effort: Effort) -> Iterable[Row]:
    sides = {"plan": partial(platform.run, PLAN)}
    if aws_cli := program("aws"):
        sides["the aws CLI"] = partial(platform.run, *((str(aws_cli), *arguments) for arguments in LOOK))
    sides["version 18"] = partial(platform.run, VERSION_18)
    with quotas_raised():
        platform.run(VERSION_18)  # once, so that its policies are there as well
        runs = turns(sides, effort.pick(1, 1, 3))
    seconds = {side: [run.seconds for run in of_side] for side, of_side in runs.items()}
    name = f"{SITES} sites, {aws.latency * 1000:.0f} ms a call: plan"
    for other in [side for side in sides if side != "plan"]:
        yield Row.compare(name, seconds["plan"], "s", other, seconds[other])
