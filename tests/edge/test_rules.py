"""The rules of CloudFront's developer guide, one after the other, over HTTP and with a real origin.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/
"""

from __future__ import annotations

import pytest

from tests.edge.rules import caching, compression, distributions, errors, headers, keys, origins, ranges, viewers
from tests.edge.rules.table import RULES, Rule
from tests.support.lab import Lab

#: Their rules are in the table once they are imported.
CHAPTERS = (caching, compression, distributions, errors, headers, keys, origins, ranges, viewers)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_edge_follows_the_rule(lab: Lab, rule: Rule) -> None:
    rule.check(lab)


def test_table_names_each_rule_once() -> None:
    assert CHAPTERS
    assert len({str(rule) for rule in RULES}) == len(RULES) >= 60
