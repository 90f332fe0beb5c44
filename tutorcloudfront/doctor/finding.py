"""What the doctor has to say."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

#: - ``error``: something does not work, or will not be there tomorrow
#: - ``warning``: it works, and should not stay as it is
#: - ``info``: worth knowing, such as what could not be looked at
#: - ``ok``: looked at and found good
Severity = t.Literal["error", "warning", "info", "ok"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info", "ok")

#: The subject of what concerns the AWS account as a whole.
ACCOUNT = "account"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: `check` says what, `subject` is the site, the setting or the account.

    `mend` says what to do, and is never empty for an error or a warning.
    """

    severity: Severity
    check: str
    subject: str
    message: str
    mend: str = ""

    def __post_init__(self) -> None:
        # Headers and certificates of other people's servers are quoted here: they are not to move the cursor.
        for name in ("message", "mend"):
            object.__setattr__(self, name, _printable(getattr(self, name)))


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
