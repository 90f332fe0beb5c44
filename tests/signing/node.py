"""AWS's own signer for JavaScript, run by Node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import typing as t
from pathlib import Path

PACKAGE = "@aws-sdk/cloudfront-signer"
VERSION = "3.1166.0"
SCRIPT = Path(__file__).with_name("aws_signer.mjs")

Call = tuple[t.Literal["getSignedUrl", "getSignedCookies"], dict[str, t.Any]]


class Answers(t.TypedDict):
    """URLs as browsers send them, and what was signed, by group."""

    urls: list[str]
    calls: dict[str, list[t.Any]]


class Missing(Exception):
    """Node, npm or the package cannot be had here."""


def installed(cache: Path) -> Path:
    """Return the folder with the signer in it, which is kept for the next time; raise `Missing` where there is none."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise Missing("needs Node and npm, for AWS's own signer")
    folder = cache / VERSION
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as temporary:
            _install(Path(temporary, "npm"))
            # Another process may have been faster.
            if not folder.exists():
                Path(temporary, "npm").rename(folder)
    return folder


def _install(folder: Path) -> None:
    folder.mkdir()
    command = [
        "npm",
        "install",
        "--prefix",
        str(folder),
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--fetch-retries=0",
    ]
    try:
        subprocess.run([*command, f"{PACKAGE}@{VERSION}"], capture_output=True, timeout=60, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise Missing(f"npm cannot install {PACKAGE}, perhaps for want of a network") from None


def answers(folder: Path, urls: list[str], calls: dict[str, list[Call]]) -> Answers:
    """Have all calls made by one process."""
    result = subprocess.run(
        ["node", SCRIPT, folder],
        input=json.dumps({"urls": urls, "calls": calls}),
        capture_output=True,
        encoding="utf-8",
        env={"PATH": os.environ["PATH"]},
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return t.cast(Answers, json.loads(result.stdout))
