"""The table of rules: a section of CloudFront's developer guide, what it says, and how that is seen by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.lab import Lab

Check = Callable[[Lab], None]


@dataclass(frozen=True)
class Rule:
    #: A page of https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/, and a place in it.
    section: str
    text: str
    check: Check

    def __str__(self) -> str:
        return f"{self.section}: {self.text}"


RULES: list[Rule] = []


def rule(section: str, text: str) -> Callable[[Check], Check]:
    """Add a row to the table, which the function checks."""

    def add(check: Check) -> Check:
        RULES.append(Rule(section, text, check))
        return check

    return add
