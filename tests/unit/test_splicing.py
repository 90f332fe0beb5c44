"""Whatever YAML stands in config.yml, saving one setting changes that one, and no comment is lost where it can be kept."""

from __future__ import annotations

import typing as t

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.support.soak import examples
from tutorcloudfront.project import SAVED, with_setting

pytestmark = pytest.mark.soak

DISTRIBUTION = st.fixed_dictionaries(
    {"id": st.text(max_size=8), "host": st.from_regex(r"[a-z.]{1,12}", fullmatch=True)}
)
NEW = st.none() | st.dictionaries(st.from_regex(r"[a-z*.]{1,12}", fullmatch=True), DISTRIBUTION, min_size=1, max_size=3)
KEYS = st.text(min_size=1, max_size=8) | st.sampled_from(
    [SAVED, f"{SAVED}_2", "a", "#", "- b", "? c", "'", "é😀", "...", "<<"]
)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.datetimes() | st.binary() | st.text()
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=10)
#: Lines of a file as people write it; each is whole for itself.
LINES = st.sampled_from(
    [
        "# a comment",
        "",
        "A: 1  # one",
        "B: &anchor {c: [1, 2]}",
        "C: *anchor",
        "D: |\n  text  # no comment\n\n  more",
        "E: >-\n  folded\n  text",
        "F:\n- 1\n# between\n- 2",
        "'G': \"a\\\n  b\"",
        "? H\n: 1",
        "I: {a: 1,\n  b: 2}  # flow",
        f"{SAVED}: {{}}",
        f"{SAVED}:  # of the plugin",
        f"{SAVED}:\n  learn.example.com:\n    id: E0  # old",
        f"{SAVED}: &saved\n  a:\n    - b: c\n# after it",
        f'"{SAVED}": |\n  text\n',
        "---",
        "...",
        "\t# tab",
    ]
)


def others(text: str) -> dict[str, t.Any]:
    return {key: value for key, value in (yaml.safe_load(text) or {}).items() if key != SAVED}


def assert_set(text: str, new: t.Any) -> str:
    """Check that a setting is set, or taken out, and all others as they were; return the text."""
    after = with_setting(text, SAVED, new)
    # By their text: what is not a number does not equal itself.
    assert yaml.safe_dump(others(after)) == yaml.safe_dump(others(text))
    assert (yaml.safe_load(after) or {}).get(SAVED) == new
    assert with_setting(after, SAVED, new) == after
    return after


@pytest.mark.parametrize("before", ["# first\n? A\n: 1\n", "--- &all\n# first\nA: 1\n"])
def test_comments_stay_whatever_form_the_first_entry_has(before: str) -> None:
    assert assert_set(before, {"a": {"id": "E1"}}).startswith(before)


@settings(deadline=None, max_examples=examples(150))
@example({}, {"a": {"id": "\xa0"}}, False, None)
@given(st.dictionaries(KEYS, VALUES, max_size=5), NEW, st.booleans(), st.sampled_from([None, False, True]))
def test_any_mapping_keeps_all_but_the_setting(before: dict[str, t.Any], new: t.Any, bom: bool, flow: t.Any) -> None:
    text = yaml.safe_dump(before, default_flow_style=flow, allow_unicode=True, sort_keys=False)

    assert_set(("\ufeff" if bom else "") + text, new)


@settings(deadline=None, max_examples=examples(200))
@example([f"{SAVED}: {{}}", "? H\n: 1", f"{SAVED}: {{}}"], {"a": {"id": "b", "host": "c"}}, "\n", 0, False)
@given(st.lists(LINES, max_size=8), NEW, st.sampled_from(["\n", "\r\n"]), st.sampled_from([0, 2]), st.booleans())
def test_any_file_that_people_write_keeps_all_but_the_setting(
    lines: list[str], new: t.Any, line_end: str, column: int, ended: bool
) -> None:
    text = "\n".join(" " * column + line for part in lines for line in part.split("\n")) + "\n" * ended
    text = text.replace("\n", line_end)
    try:
        assume(isinstance(yaml.safe_load(text), dict))
    except yaml.YAMLError:
        assume(False)

    assert_set(text, new)


COMMENTED = [
    pytest.param("# 1\nA: 1  # 2\n# 3\n", id="without it"),
    pytest.param(f"# 1\nA: 1  # 2\n{SAVED}: {{}}  # 3\n", id="on one line"),
    pytest.param(f"# 1\n{SAVED}:\n  a:\n    id: b\n# 2\nA: 1\n# 3", id="in a block"),
    pytest.param(f"{SAVED}: 1\n# 1\nA: 1  # 2\n{SAVED}: 2\n# 3\n", id="twice"),
    pytest.param(f"# 1\r\nA: 1  # 2\r\n{SAVED}: 2\r\n# 3\r\n", id="line ends of Windows"),
    pytest.param(f"  # 1\n  A: 1  # 2\n  {SAVED}:\n    a: b\n  # 3\n", id="indented"),
    pytest.param(f"\ufeff# 1\nA: 1  # 2\n{SAVED}: 2  # 3\n", id="a byte order mark"),
    pytest.param("# 1\n---\nA: 1  # 2\n# 3\n...\n", id="document marks"),
    pytest.param(f"# 1\nA: &a {{b: 1}}  # 2\nB: *a\n{SAVED}: {{}}\n# 3\n", id="anchors"),
    pytest.param(f"# 1\nA: .nan  # 2\n{SAVED}: {{}}\n# 3\n", id="what is not a number"),
    pytest.param(f"# 1\nA: &a [*a]  # 2\n{SAVED}: {{}}\n# 3\n", id="what holds itself"),
]


@pytest.mark.parametrize("new", [None, {"learn.example.com": {"id": "E1", "host": "d1.cloudfront.net"}}])
@pytest.mark.parametrize("text", COMMENTED)
def test_comments_and_line_ends_stay(text: str, new: t.Any) -> None:
    after = assert_set(text, new)

    assert [f"# {number}" in after for number in (1, 2, 3)] == [True, True, True]
    assert after.count("\r\n") == (after.count("\n") if "\r\n" in text else 0)
