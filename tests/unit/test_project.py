"""Writing one setting into config.yml, with all else as it was."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from tutorcloudfront.project import SAVED, with_setting

VALUE = {"learn.example.com": {"id": "E1", "domain_name": "d1.cloudfront.net", "host": "d1.cloudfront.net"}}
BLOCK = f"""{SAVED}:
  learn.example.com:
    domain_name: d1.cloudfront.net
    host: d1.cloudfront.net
    id: E1
"""


def test_a_new_setting_is_added_at_the_end() -> None:
    assert with_setting("# mine\nA: 1  # one\n", SAVED, VALUE) == f"# mine\nA: 1  # one\n{BLOCK}"


def test_a_last_line_without_an_end_gets_one() -> None:
    assert with_setting("A: 1", SAVED, VALUE) == f"A: 1\n{BLOCK}"


def test_a_setting_is_replaced_where_it_stands_and_the_comments_around_it_stay() -> None:
    before = f"A: 1\n\n# distributions\n{SAVED}:\n  old.example.com:\n    id: E0  # old\n\n# the next\nB: [1,  2]\n"

    after = with_setting(before, SAVED, VALUE)

    assert after.startswith(f"A: 1\n\n# distributions\n{BLOCK.rstrip()}")
    assert after.endswith("\n\n# the next\nB: [1,  2]\n")
    assert yaml.safe_load(after) == {"A": 1, SAVED: VALUE, "B": [1, 2]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="an empty file"),
        pytest.param("{A: 1}\n", id="a flow mapping"),
        pytest.param('{"A": 1}', id="JSON"),
        pytest.param("---\nA: 1\n...\n", id="document marks"),
        pytest.param(f"{SAVED}: {{}}\nA: 1\n", id="an empty mapping"),
        pytest.param(f"{SAVED}:\nA: 1\n", id="nothing"),
        pytest.param(f"A: 1\n{SAVED}: |\n  text\n  more\nB: 2\n", id="a block of text"),
        pytest.param(f'"{SAVED}": [1, 2]\nA: 1\n', id="a quoted key"),
        pytest.param(f"A: &x 1\n{SAVED}: {{x: *x}}\nB: *x\n", id="anchors"),
        pytest.param(f"  A: 1\n  {SAVED}: 2\n", id="an indented file"),
        pytest.param(f"A: 1\r\n{SAVED}: 2\r\nB: 3\r\n", id="line ends of Windows"),
        pytest.param("A: [1,\n 2]\n# end\n", id="a comment at the end"),
        pytest.param(f"A: é\n{SAVED}: ü\nB: 日本\n", id="other scripts"),
    ],
)
def test_whatever_the_file_looks_like_it_holds_the_new_value_and_all_others_afterwards(text: str) -> None:
    before: dict[str, t.Any] = yaml.safe_load(text) or {}

    assert yaml.safe_load(with_setting(text, SAVED, VALUE)) == {**before, SAVED: VALUE}


def test_setting_the_same_again_changes_no_byte() -> None:
    text = with_setting("# mine\nA: 1\n", SAVED, VALUE)

    assert with_setting(text, SAVED, VALUE) == text
