"""Runs a command that may do less than the tests may: see `prefix`.

As a script, with what `prefix` gave it, it becomes the command.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path

#: https://man7.org/linux/man-pages/man2/prctl.2.html, https://man7.org/linux/man-pages/man7/capabilities.7.html
PR_CAPBSET_DROP = 24
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2


def prefix(*, largest_file: int | None = None, obeys_modes: bool = False) -> list[str]:
    """Return what to put before a command.

    :param largest_file: how many bytes it may write into a file, as if the disk were full then.
    :param obeys_modes: it may read and write what modes allow and no more, also as root.
    """
    size = ["--largest-file", str(largest_file)] if largest_file is not None else []
    return [sys.executable, __file__, *size, *(["--obeys-modes"] if obeys_modes else []), "--"]


def can_obey_modes(folder: Path) -> bool:
    """Tell whether commands can be kept from writing here where modes do not allow it."""
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    command = [
        *prefix(obeys_modes=True),
        sys.executable,
        "-c",
        "import sys; open(sys.argv[1], 'w')",
        str(closed / "file"),
    ]
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--largest-file", type=int)
    parser.add_argument("--obeys-modes", action="store_true")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    if asked.largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked.largest_file, asked.largest_file))
    if asked.obeys_modes and os.geteuid() == 0 and sys.platform == "linux":
        # What is not in the bounding set is gone once the command is executed.
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    os.execvp(asked.command[0], asked.command)


if __name__ == "__main__":
    main()
