"""An answer, as the parts of the edge hand it on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Response:
    """What a viewer gets, or what an origin or a function has said. Names of `headers` are in lower case."""

    status: int
    headers: Headers = ()
    body: bytes = field(default=b"", repr=False)
    #: Whether the end of the body never came: the viewer's connection is to break off, too.
    cut_short: bool = False

    def header(self, name: str) -> str:
        """Return the value of a header, several joined as HTTP has it, "" where there is none."""
        return ", ".join(value for key, value in self.headers if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.headers)

    def without(self, names: Iterable[str]) -> Response:
        """Return the response without some headers."""
        dropped = set(names)
        return replace(self, headers=tuple(item for item in self.headers if item[0] not in dropped))

    def with_headers(self, *headers: tuple[str, str]) -> Response:
        """Return the response with these headers, in place of what it has by their names."""
        return replace(self, headers=(*self.without(name for name, _ in headers).headers, *headers))
