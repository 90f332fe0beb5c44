"""Other programs to compare with, each in a virtual environment of its own.

They are heavy and need other versions of the same libraries, so they are no requirement of the project. An environment is
made when a benchmark first needs it, in `.bench/` at the top of the repository, and kept.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".bench"
#: What there is to install for a program. The package `ansible` brings the collections, of which community.aws is one.
REQUIREMENTS = {
    "aws": ("awscli>=1.40,<2",),
    "ansible-playbook": ("ansible>=10,<13", "boto3>=1.34"),
}


def program(name: str) -> Path | None:
    """Return one of these programs, or say why not and return `None` where it cannot be installed: `program("aws")`."""
    folder, requirements = FOLDER / name, REQUIREMENTS[name]
    installed = folder / "installed"
    if not installed.exists() or installed.read_text(encoding="utf-8") != str(requirements):
        pip = (folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        try:
            venv.create(folder, with_pip=True, clear=True)
            subprocess.run([*pip, *requirements], check=True)
        except subprocess.CalledProcessError:
            print(f"{name}: pip cannot install {requirements[0]}, perhaps for want of a network", file=sys.stderr)
            return None
        installed.write_text(str(requirements), encoding="utf-8")
    return folder / "bin" / name
