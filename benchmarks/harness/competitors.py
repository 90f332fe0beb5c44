"""Other programs to compare with, in a virtual environment of their own.

They are heavy and need other versions of the same libraries, so they are no requirement of the project. The environment is
made when a benchmark first needs it, in `.bench/` at the top of the repository, and kept.
"""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".bench"
REQUIREMENTS = ("awscli>=1.40,<2",)


def program(name: str) -> Path:
    """Return a program of the environment: `program("aws")`.

    Raises:
        subprocess.CalledProcessError: the environment can not be made.
    """
    installed = FOLDER / "installed"
    if not installed.exists() or installed.read_text(encoding="utf-8") != str(REQUIREMENTS):
        venv.create(FOLDER, with_pip=True, clear=True)
        pip = (FOLDER / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        subprocess.run([*pip, *REQUIREMENTS], check=True)
        installed.write_text(str(REQUIREMENTS), encoding="utf-8")
    return FOLDER / "bin" / name
