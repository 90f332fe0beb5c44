"""What the gate answers, for an adapter to put into its framework's form."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from http.cookies import Morsel

#: An answer is for one person, at one time. No cache may keep it, whatever its status would allow:
#: https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2.5
HEADERS = {"Cache-Control": "no-store, private", "Vary": "Cookie, Authorization"}


@dataclass(frozen=True)
class Answer:
    """A status, with where to go, cookies to set and what to tell."""

    status: int
    #: The signed URL of a redirect.
    location: str = ""
    cookies: tuple[Morsel[str], ...] = ()
    #: The answer to a program, as JSON; no secret is in it.
    body: t.Mapping[str, t.Any] = field(default_factory=dict)

    @property
    def headers(self) -> dict[str, str]:
        """All headers but those of the cookies, which may be several of a name."""
        return {**HEADERS, **({"Location": self.location} if self.location else {})}


def refusal(status: int, reason: str) -> Answer:
    return Answer(status, body={"detail": reason})
