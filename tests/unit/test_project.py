"""Writing one setting into config.yml, with all else as it was."""

from __future__ import annotations

import stat
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from tutor.exceptions import TutorError
from tutor.types import Config

from tests.support.project import Project
from tutorcloudfront.project import SAVED, refuse_unsaved, save, save_distributions, update, with_setting

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


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A Tutor root that config.yml alone is in."""
    (tmp_path / "config.yml").write_text("# mine\nA: 1\n")
    return tmp_path


def identity(path: Path) -> tuple[int, int, int]:
    """Return what changes when a file is written or replaced."""
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_mode


def files(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_settings_are_saved_and_taken_out_again(root: Path) -> None:
    assert save(str(root), {SAVED: VALUE, "B": [2]})
    assert (root / "config.yml").read_text() == f"# mine\nA: 1\n{BLOCK}B:\n- 2\n"

    assert save(str(root), {SAVED: None, "B": None})
    assert (root / "config.yml").read_text() == "# mine\nA: 1\n"
    assert files(root) == ["config.yml"]


def test_what_is_there_already_is_not_written(root: Path) -> None:
    (root / "config.yml").write_text(f"B: {{}}\n{BLOCK}")
    before = identity(root / "config.yml")

    assert not save(str(root), {SAVED: VALUE, "B": None, "C": None})
    assert not save_distributions(str(root), VALUE)

    assert identity(root / "config.yml") == before


@pytest.mark.parametrize(("before", "after"), [(0o644, 0o600), (0o640, 0o600), (0o600, 0o600), (0o700, 0o700)])
def test_with_a_secret_in_it_only_the_owner_reads_the_file(root: Path, before: int, after: int) -> None:
    path = root / "config.yml"
    for value in ("secret", "secret", "other"):
        path.chmod(before)
        save(str(root), {"KEY": value}, secret=True)

        assert stat.S_IMODE(path.stat().st_mode) == after


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o664])
def test_without_a_secret_the_file_keeps_its_mode(root: Path, mode: int) -> None:
    (root / "config.yml").chmod(mode)

    save(str(root), {"B": 2})

    assert stat.S_IMODE((root / "config.yml").stat().st_mode) == mode


def test_an_update_is_told_what_the_file_holds_and_adds_to_it(root: Path) -> None:
    assert update(str(root), lambda config: {"B": [*t.cast("list[t.Any]", config.get("B", [])), config["A"]]})
    assert update(str(root), lambda config: {"B": [*t.cast("list[t.Any]", config["B"]), 2]})

    assert yaml.safe_load((root / "config.yml").read_text()) == {"A": 1, "B": [1, 2]}


def test_no_update_is_lost_to_another_at_the_same_time(root: Path) -> None:
    program = (
        "import sys; from tutorcloudfront.project import update; "
        "[update(sys.argv[1], lambda config: {'A': config['A'] + 1}) for _ in range(25)]"
    )
    runs = [subprocess.Popen([sys.executable, "-c", program, str(root)]) for _ in range(4)]

    assert [run.wait(60) for run in runs] == [0, 0, 0, 0]

    assert (root / "config.yml").read_text() == "# mine\nA: 101\n"
    assert files(root) == ["config.yml"]


def test_what_a_killed_run_left_in_the_folder_goes_with_the_next_write(root: Path) -> None:
    (root / ".config.yml.cloudfront-x1y2").write_text("A:")
    (root / ".config.yml.swp").write_text("another program's")

    save(str(root), {"B": 2})

    assert files(root) == [".config.yml.swp", "config.yml"]


def test_a_linked_file_stays_a_link(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "platform.yml"
    (root / "config.yml").rename(elsewhere)
    (root / "config.yml").symlink_to(elsewhere)

    save(str(root), {"B": 2})

    assert (root / "config.yml").is_symlink()
    assert elsewhere.read_text() == "# mine\nA: 1\nB: 2\n"
    assert files(elsewhere.parent) == ["platform.yml"]


@pytest.mark.parametrize("content", ["", "- A\n", "A: [1,", "A: 1\nB", "\xff"])
def test_a_file_that_is_no_mapping_is_left_alone(root: Path, content: str) -> None:
    """Tutor empties the file before it writes it anew: what it writes then would be lost with the file."""
    path = root / "config.yml"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(TutorError, match="is not as Tutor writes it, so it is left alone"):
        save(str(root), {"B": 2})

    assert path.read_bytes() == content.encode("latin-1")
    assert files(root) == ["config.yml"]


def test_a_failure_on_the_way_leaves_the_file_as_it_was_and_nothing_beside_it(root: Path) -> None:
    before = identity(root / "config.yml")

    def fail(_: Config) -> t.NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(str(root), fail)

    assert identity(root / "config.yml") == before
    assert save(str(root), {"B": 2})  # and no lock is left


def test_distributions_of_other_domains_go_but_for_those_to_keep(root: Path) -> None:
    """Those to keep are as the file has them now, which another run may have written a moment ago."""
    other = {"id": "E2", "domain_name": "d2.cloudfront.net", "host": "d2.cloudfront.net"}
    save(str(root), {SAVED: {"Kept.example.com": other, "gone.example.com": other}})

    assert save_distributions(str(root), VALUE, keep=["learn.example.com", "kept.example.com", "new.example.com"])

    assert yaml.safe_load((root / "config.yml").read_text()) == {"A": 1, SAVED: {"kept.example.com": other, **VALUE}}


def test_secrets_that_tutor_would_make_up_anew_are_to_be_saved_before(project: Project) -> None:
    refuse_unsaved(str(project.root))
    project.unset("MYSQL_ROOT_PASSWORD", "SECRET_KEY")

    with pytest.raises(TutorError, match=r"MYSQL_ROOT_PASSWORD.*tutor config save"):
        refuse_unsaved(str(project.root))
