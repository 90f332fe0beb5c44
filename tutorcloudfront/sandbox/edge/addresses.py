"""Where an origin's host really is, since what its name means to the world is none of the edge's business."""

from __future__ import annotations

from collections.abc import Mapping

from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.locations import checked
from tutorcloudfront.sandbox.surroundings import LOOPBACK


class Addresses:
    """Finds the base URL of an origin: by what `--origin` says of it, or on loopback where its name says so.

    :param origins: host, or `host:port` for one of its ports, → base URL, `http://127.0.0.1:8000`.
    """

    def __init__(self, origins: Mapping[str, str]) -> None:
        self._origins = {host.lower(): checked(url) for host, url in origins.items()}

    def knows(self, host: str) -> bool:
        return any(key == host.lower() or key.startswith(f"{host.lower()}:") for key in self._origins)

    def of(self, scheme: str, host: str, port: int) -> str:
        """Return the base URL for an origin's host, or raise `Refused`: nothing is ever looked up in the world."""
        name = host.lower()
        found = self._origins.get(f"{name}:{port}") or self._origins.get(name)
        if found:
            return found
        if name == "localhost" or name.endswith(".localhost"):
            return f"{scheme}://{LOOPBACK}:{port}"
        raise Refused(
            502,
            "CloudFront wasn't able to connect to the origin.",
            hint=f"nothing says where the origin {host} is: start the sandbox with --origin {host}=http://127.0.0.1:PORT",
        )
