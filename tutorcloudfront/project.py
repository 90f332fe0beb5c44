"""The Tutor project: its configuration read, this plugin's results written back, its environment rendered."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import stat
import sys
import tempfile
import typing as t
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

import yaml
from tutor import config as tutor_config
from tutor import env as tutor_env
from tutor import hooks, serialize
from tutor.exceptions import TutorError
from tutor.types import Config

from tutorcloudfront.splicing import spliced

SAVED = "CLOUDFRONT_DISTRIBUTIONS"


def load(root: str) -> Config:
    """Return the full configuration of a project.

    Raises:
        TutorError: there is none, or it can not be rendered.
    """
    with _words_to_stderr():
        return tutor_config.load(root)


def refuse_unsaved(root: str) -> None:
    """See that the environment can be rendered with the platform's own secrets.

    Tutor makes up those that config.yml does not have, anew in each process, and this plugin writes none of them.

    Raises:
        TutorError: config.yml does not have all of them.
    """
    with _words_to_stderr():
        made_up, known = tutor_config.get_base(), tutor_config.get_user(root)
    # Plugins' overrides are among them, which are the same in every process.
    known = {**known, **dict(hooks.Filters.CONFIG_OVERRIDES.iterate())}
    if missing := [name for name in made_up if name not in known]:
        raise TutorError(
            f"config.yml does not have all of the platform's secrets yet ({', '.join(missing[:3])}…). Run `tutor config "
            "save`, which makes them, and then this again."
        )


def saved(root: str) -> t.Any:
    """Return what config.yml holds of the distributions, `None` where it or they are not there."""
    path = Path(tutor_config.config_path(root))
    return tutor_config.get_yaml_file(str(path)).get(SAVED) if path.exists() else None


def save_distributions(root: str, distributions: Mapping[str, Mapping[str, str]], keep: Collection[str] = ()) -> bool:
    """Write `{domain: {id, domain_name, host}}` into config.yml, none by taking the setting out; see `update`.

    What is saved of other domains goes, but for those to `keep`.
    """

    def change(config: Config) -> dict[str, t.Any]:
        saved = t.cast("dict[t.Any, t.Any]", config.get(SAVED) or {})
        kept = {str(domain).lower(): value for domain, value in saved.items() if str(domain).lower() in keep}
        return {SAVED: {**kept, **distributions} or None}

    return update(root, change)


def save(root: str, values: Mapping[str, t.Any], *, secret: bool = False) -> bool:
    """Write settings into config.yml, whatever it held of them before; see `update`."""
    return update(root, lambda _: values, secret=secret)


def update(root: str, change: Callable[[Config], Mapping[str, t.Any]], *, secret: bool = False) -> bool:
    """Write into config.yml what `change` makes of its settings; return whether it did not say so already.

    `change` is given what the file holds, unrendered and without defaults, and returns the settings to write; `None`
    takes one out, as long as it is not empty anyway. No other run of this plugin writes between the reading and the
    writing. With `secret`, nobody but the file's owner can read it from then on.

    Nothing else in the file is touched: `tutor config save` would freeze rendered values into it and lose comments.

    Raises:
        TutorError: the file can not be read or written.
    """
    path = _config_path(root)
    try:
        with _alone(path.parent):
            return _update(path, change, secret)
    except OSError as e:
        raise TutorError(
            f"{path} can not be written: {e.strerror}. Once it can, run this again: it goes on from here. The folder "
            "must be writable as well, since the file is replaced in one step."
        ) from e


def render(root: str) -> None:
    """Render the environment anew, as `tutor config save` does, and not while another run of this plugin does.

    Raises:
        TutorError: a template can not be rendered, or a file not be written.
    """
    with _words_to_stderr():
        try:
            with _alone(_config_path(root).parent):
                tutor_env.save(root, tutor_config.load_full(root))
        except OSError as e:
            raise TutorError(
                f"The environment can not be rendered: {e}. Run this again, or `tutor config save`."
            ) from e


def with_setting(text: str, key: str, value: t.Any) -> str:
    """Return the text of a YAML mapping with one of its entries set, and all else byte for byte as it was.

    `None` takes the entry out.

    Raises:
        TutorError: the mapping holds something that can be read from YAML and not be written.
    """
    others = {name: item for name, item in (serialize.load(text) or {}).items() if name != key}
    expected = others if value is None else {**others, key: value}
    # Tutor's style; and one that escapes all that is not ASCII, for the few characters that PyYAML does not read back.
    styles: tuple[Callable[[t.Any], str], ...] = (serialize.dumps, yaml.safe_dump)
    news = ("" if value is None else dumps({key: value}) for dumps in styles)
    # A file that is written in another way (one line of JSON, say) is written anew.
    for candidate in (*(spliced(text, key, new) for new in news), *(dumps(expected) for dumps in styles)):
        if _loads_as(candidate, expected):
            return candidate
    raise TutorError(f"{key} can not be written into the file without changing what else it says.")


def _config_path(root: str) -> Path:
    """Return the file itself, where config.yml is a link to it."""
    return Path(tutor_config.config_path(root)).resolve()


def _update(path: Path, change: Callable[[Config], Mapping[str, t.Any]], secret: bool) -> bool:
    mode = stat.S_IMODE(path.stat().st_mode) & (~0o077 if secret else ~0)
    text, current = _read(path)
    values = {name: value for name, value in change(current).items() if (current.get(name) or None) != (value or None)}
    for name, value in values.items():
        text = with_setting(text, name, value)
    if values:
        # The folder alone would let a file be replaced that is meant to stay as it is.
        path.open("ab").close()
        _replace_file(path, text, mode)
    elif secret:
        path.chmod(mode)
    return bool(values)


def _read(path: Path) -> tuple[str, Config]:
    """Return the text of config.yml and what it says.

    Raises:
        TutorError: it is no YAML mapping. Half a one could be, while somebody else writes it, Tutor for one.
    """
    try:
        with path.open(encoding="utf-8", newline="") as f:
            text = f.read()
        return text, tutor_config.cast_config(serialize.load(text))
    except (TutorError, UnicodeError, yaml.YAMLError) as e:
        raise TutorError(f"{path} is not as Tutor writes it, so it is left alone. Mend it, then run this again.") from e


def _loads_as(text: str, expected: t.Any) -> bool:
    try:
        # By their text, since a mapping that holds itself, or what is not a number, does not equal itself.
        return yaml.safe_dump(serialize.load(text)) == yaml.safe_dump(expected)
    except yaml.YAMLError:
        return False


def _replace_file(path: Path, text: str, mode: int) -> None:
    """Put a new file in the place of an old one, with its owner, in one step that can not half fail."""
    old = path.stat()
    for left_behind in path.parent.glob(f"{glob.escape(_temporary_prefix(path))}*"):
        left_behind.unlink(missing_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=_temporary_prefix(path), dir=path.parent)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as f:  # noqa: PTH123
            f.write(text)
            f.flush()
            os.fsync(f.fileno())
        for owner in ((-1, old.st_gid), (old.st_uid, -1)):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, *owner)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _temporary_prefix(path: Path) -> str:
    return f".{path.name}.cloudfront-"


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other run of this plugin is in here for the same folder, and keep others out.

    The lock is the folder's own: it leaves no file behind, and ends with the process that holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Network file systems may lock only files that are open for writing, which no folder is. Then go on without.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _words_to_stderr() -> contextlib.AbstractContextManager[t.Any]:
    """Keep what Tutor tells people out of stdout, which is for data."""
    return contextlib.redirect_stdout(sys.stderr)
