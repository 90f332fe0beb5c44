"""The Python examples run, each in a folder with what it takes for granted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import DOCUMENTS, blocks
from tests.support import ROOT
from tutorcloudfront.signing import keys

EXAMPLES = [
    pytest.param(block.text, id=f"{document.relative_to(ROOT)}:{block.line}")
    for document in DOCUMENTS
    for block in blocks(document)
    if block.language == "python"
]


@pytest.fixture(scope="module")
def private_key() -> str:
    return keys.generate("rsa-sha1")


@pytest.mark.parametrize("source", EXAMPLES)
def test_python_example_runs(source: str, tmp_path: Path, private_key: str) -> None:
    (tmp_path / "private-key.pem").write_text(private_key, encoding="ascii")
    (tmp_path / "example.py").write_text(source, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
