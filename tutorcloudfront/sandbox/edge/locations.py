"""The base URLs that `--origin` takes; needs nothing of what the sandbox is made of."""

from __future__ import annotations

from urllib.parse import urlsplit


def checked(url: str) -> str:
    """Return the base URL of an origin, or raise `ValueError`."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(f"not the address of a web server, such as http://127.0.0.1:8000: {url}")
    if parts.query or parts.fragment or parts.username:
        raise ValueError(f"nothing may follow host and port: {url}")
    _ = parts.port  # raises ValueError where it is no number
    return f"{parts.scheme}://{parts.netloc}"
