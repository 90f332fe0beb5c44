"""A viewer's request, as the parts of the edge hand it on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """What a viewer asks for.

    `path` is raw, as it was sent, and so is `query` (without the `?`). Names of `headers` are in lower case; a header
    may occur more than once.
    """

    method: str
    scheme: str
    host: str
    path: str
    query: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    client_ip: str = "127.0.0.1"
    body: bytes = field(default=b"", repr=False)

    def header(self, name: str) -> str:
        """Return the value of a header, several joined as HTTP has it, "" where there is none."""
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name; of several with one name, the first."""
        found: dict[str, str] = {}
        for pair in "; ".join(value for key, value in self.headers if key == "cookie").split(";"):
            name, _, value = pair.strip().partition("=")
            if name:
                found.setdefault(name, value)
        return found
