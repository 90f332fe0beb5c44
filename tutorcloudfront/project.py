"""The Tutor project: its configuration read, this plugin's results written back, its environment rendered."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import typing as t
from pathlib import Path

import yaml
from tutor import config as tutor_config
from tutor import env as tutor_env
from tutor import serialize
from tutor.exceptions import TutorError
from tutor.types import Config

SAVED = "CLOUDFRONT_DISTRIBUTIONS"


def load(root: str) -> Config:
    """Return the full configuration of a project.

    Raises:
        TutorError: there is none, or it can not be rendered.
    """
    with _words_to_stderr():
        return tutor_config.load(root)


def saved(root: str) -> t.Any:
    """Return what config.yml holds of the distributions, `None` where it or they are not there."""
    path = Path(tutor_config.config_path(root))
    return tutor_config.get_yaml_file(str(path)).get(SAVED) if path.exists() else None


def save_distributions(root: str, distributions: dict[str, dict[str, str]]) -> bool:
    """Write `{domain: {id, domain_name, host}}` into config.yml; return whether it was not there already.

    Nothing else in the file is touched: `tutor config save` would freeze rendered values into it and lose comments.
    No distributions at all take the setting out of the file.

    Raises:
        TutorError: the file can not be written.
    """
    path = Path(tutor_config.config_path(root)).resolve()
    try:
        with path.open(encoding="utf-8", newline="") as f:
            text = f.read()
        if (serialize.load(text) or {}).get(SAVED, {}) == distributions:
            return False
        _replace_file(path, with_setting(text, SAVED, distributions or None))
    except OSError as e:
        raise TutorError(
            f"{path} can not be written: {e.strerror}. CloudFront is as it should be; once the file can be written, "
            "run this again to save the result."
        ) from e
    return True


def render(root: str) -> None:
    """Render the environment anew, as `tutor config save` does.

    Raises:
        TutorError: a template can not be rendered, or a file not be written.
    """
    with _words_to_stderr():
        try:
            tutor_env.save(root, tutor_config.load_full(root))
        except OSError as e:
            raise TutorError(
                f"The environment can not be rendered: {e}. Run this again, or `tutor config save`."
            ) from e


def with_setting(text: str, key: str, value: t.Any) -> str:
    """Return the text of a YAML mapping with one of its entries set, and all else byte for byte as it was.

    `None` takes the entry out.
    """
    others = {name: item for name, item in (serialize.load(text) or {}).items() if name != key}
    expected = others if value is None else {**others, key: value}
    new = "" if value is None else serialize.dumps({key: value})
    spliced = _spliced(text, key, new)
    # A file in another style than Tutor's (one line of JSON, say) is written in Tutor's.
    return spliced if _loads_as(spliced, expected) else serialize.dumps(expected)


def _spliced(text: str, key: str, new: str) -> str:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for name, value in node.value if isinstance(node, yaml.MappingNode) else []:
        if name.value == key:
            rest = text[_end(value) :]
            return text[: name.start_mark.index] + (new.rstrip("\n") + rest if new else rest.removeprefix("\n"))
    separator = "" if not text or text.endswith("\n") else "\n"
    return text + separator + new


def _end(node: yaml.Node) -> int:
    """Return where a node's own text ends; a block's mark lies beyond the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def _loads_as(text: str, expected: t.Any) -> bool:
    try:
        return bool(serialize.load(text) == expected)
    except yaml.YAMLError:
        return False


def _replace_file(path: Path, text: str) -> None:
    """Put a new file in the place of an old one, with its mode and owner, in one step that can not half fail."""
    old = path.stat()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as f:  # noqa: PTH123
            f.write(text)
            f.flush()
            os.fsync(f.fileno())
        Path(temporary).chmod(old.st_mode & 0o7777)
        with contextlib.suppress(PermissionError):
            os.chown(temporary, old.st_uid, old.st_gid)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _words_to_stderr() -> contextlib.AbstractContextManager[t.Any]:
    """Keep what Tutor tells people out of stdout, which is for data."""
    return contextlib.redirect_stdout(sys.stderr)
