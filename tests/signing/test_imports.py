"""Services beside Tutor, and the LMS, use the signer as it is."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = "import sys; import tutorcloudfront.signing.keys; print(*{name.partition('.')[0] for name in sys.modules})"


def test_needs_nothing_but_cryptography() -> None:
    result = subprocess.run(
        [sys.executable, "-S", "-c", _with_paths()], capture_output=True, encoding="utf-8", check=True
    )
    imported = {name for name in result.stdout.split() if not name.startswith("_")} - set(sys.stdlib_module_names)
    # Those behind it are cryptography's own needs on older versions of Python.
    assert (
        {"cryptography", "tutorcloudfront"}
        <= imported
        <= {"cryptography", "tutorcloudfront", "cffi", "typing_extensions"}
    )


def _with_paths() -> str:
    return f"import sys; sys.path[:] = {sys.path!r}; {SCRIPT}"
