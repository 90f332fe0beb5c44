"""An issuer's key set, fetched from its URL.

What it takes for that is imported when it is needed, which is seldom: with it, all else would start in twice the time.
"""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from http.client import HTTPResponse, HTTPSConnection

#: From beginning to end; a function at viewer-request may take 5 seconds for everything.
SECONDS = 2.0
MAX_BYTES = 256 * 1024


class Unreachable(Exception):
    """A key set that cannot be had."""


def fetched(url: str, seconds: float = SECONDS) -> list[object]:
    """Return the keys at a URL, as the issuer describes them; raises `Unreachable`."""
    import json
    from http.client import HTTPException

    try:
        keys = json.loads(_body(url, monotonic() + seconds))["keys"]
    except (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreachable(f"{type(error).__name__} at the key set's URL") from error
    if not isinstance(keys, list):
        raise Unreachable("no list of keys at the key set's URL")
    return keys


def _body(url: str, end: float) -> bytes:
    from http.client import HTTPSConnection
    from ssl import create_default_context

    scheme, _, rest = url.partition("://")
    if scheme != "https":
        raise ValueError("not an https URL")
    host, slash, path = rest.partition("/")
    connection = HTTPSConnection(host, timeout=_left(end), context=create_default_context())
    try:
        # Redirects are not followed: the URL is the one that was configured.
        connection.request("GET", slash + path or "/", headers={"Accept": "application/json"})
        return _read(connection, end)
    finally:
        connection.close()


def _read(connection: HTTPSConnection, end: float) -> bytes:
    """Read an answer for as long as there is time; a socket's time-out alone begins anew with each byte."""
    _wait_at_most(connection, end)
    response: HTTPResponse = connection.getresponse()
    if response.status != 200:
        raise ValueError("not 200 OK")
    body = b""
    while chunk := response.read1(65536):
        body += chunk
        if len(body) > MAX_BYTES:
            raise ValueError("too long")
        _wait_at_most(connection, end)
    return body


def _wait_at_most(connection: HTTPSConnection, end: float) -> None:
    # An answer that ends with its connection has taken the socket with it.
    left = _left(end)
    if connection.sock:
        connection.sock.settimeout(left)


def _left(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
