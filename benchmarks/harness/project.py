"""Tutor projects in temporary folders."""

from __future__ import annotations

import contextlib
import tempfile
import typing as t
from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.support.project import SETTINGS, Project


@contextlib.contextmanager
def project(**settings: t.Any) -> Iterator[Project]:
    """Make a saved project, and remove it in the end: in one that is not, each command makes new keys and passwords."""
    with tempfile.TemporaryDirectory(prefix="cloudfront-benchmark-") as folder:
        made = Project(Path(folder))
        for path in (made.root, made.plugins_root, made.home):
            path.mkdir()
        made.config_path.write_text(yaml.safe_dump({**SETTINGS, **settings}), encoding="utf-8")
        made.save()
        yield made
