"""GET requests to a host at given addresses, whatever DNS says of it."""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import typing as t
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin, urlsplit

from tutorcloudfront.__about__ import __version__
from tutorcloudfront.doctor.facts import Answer, FrontPage
from tutorcloudfront.doctor.probes import tls
from tutorcloudfront.doctor.probes.network import Network, NoConnection, remaining

HTTP_PORT = 80
#: Enough for any page.
MAX_BODY = 2_000_000
MAX_REDIRECTS = 3
#: What is put into a request line as it is.
SAFE_PATH = re.compile(r"/[A-Za-z0-9._~/%@+:=&?-]*")
#: A static file in a page: https://CDN/static/css/lms-main.0123456789ab.css
STATIC_FILE = re.compile(
    r"""["'(](?:(?:https?:)?//(?P<host>[A-Za-z0-9.-]+))?(?P<path>/static/[A-Za-z0-9._~/%@+-]+\.(?:css|js|ico|png|svg|woff2?))["')?]"""
)


def get(
    network: Network,
    url: str,
    addresses: Sequence[str],
    headers: Mapping[str, str] | None = None,
    *,
    as_cloudfront: bool = False,
) -> Answer:
    """Ask for a URL, without following redirects."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    deadline = network.deadline()
    try:
        connection = (
            tls.secure(network, host, addresses, as_cloudfront=as_cloudfront)
            if parts.scheme == "https"
            else network.connect(addresses, HTTP_PORT)
        )
        with connection:
            connection.settimeout(remaining(deadline))
            connection.sendall(_request(host, path, headers or {}))
            status, received, body = _response(connection, deadline)
    except NoConnection as e:
        return Answer(url, problem=e.problem, detail=e.detail)
    except TimeoutError:
        return Answer(url, problem="timeout", detail="the answer took too long")
    except (http.client.HTTPException, ValueError) as e:
        return Answer(url, problem="not-http", detail=type(e).__name__)
    except OSError as e:
        return Answer(url, problem="closed", detail=e.strerror or str(e))
    return Answer(url, status, received, body)


def front_page(network: Network, url: str, addresses: Sequence[str]) -> FrontPage:
    """Ask for a page, following redirects within its host, and find static files that it names."""
    host = urlsplit(url).hostname
    answer = get(network, url, addresses)
    for _ in range(MAX_REDIRECTS):
        target = _redirect(answer)
        if not target:
            break
        answer = get(network, target, addresses)
    files = list(STATIC_FILE.finditer(answer.body.decode("utf-8", "replace"))) if answer.is_html else []
    hosts = frozenset("" if file["host"] in (None, host) else file["host"].lower() for file in files)
    return FrontPage(answer, hosts, files[0]["path"] if files else "")


def _redirect(answer: Answer) -> str:
    """Return where an answer sends the client, "" where that is nowhere or another host."""
    location = answer.headers.get("location", "")
    if not location or not 300 <= answer.status < 400:
        return ""
    try:
        target = urlsplit(urljoin(answer.url, location))
    except ValueError:
        return ""
    path = target.path + (f"?{target.query}" if target.query else "")
    host = urlsplit(answer.url).hostname
    known = target.scheme in ("http", "https") and target.hostname == host and SAFE_PATH.fullmatch(path)
    return f"{target.scheme}://{host}{path}" if known else ""


def _request(host: str, path: str, headers: Mapping[str, str]) -> bytes:
    fields = {
        "Host": host,
        "User-Agent": f"tutor-contrib-cloudfront/{__version__}",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    lines = [f"GET {path or '/'} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _response(connection: socket.socket, deadline: float) -> tuple[int, dict[str, str], bytes]:
    response = http.client.HTTPResponse(t.cast(socket.socket, _Until(connection, deadline)), method="GET")
    with contextlib.closing(response):
        response.begin()
        try:
            body = response.read(MAX_BODY)
        except http.client.IncompleteRead as e:
            body = e.partial
        return response.status, {name.lower(): value for name, value in response.getheaders()}, body


class _Until(io.RawIOBase):
    """Reads from a connection until a deadline: one that trickles would keep any single time-out from ever running out."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int:
        self._connection.settimeout(remaining(self._deadline))
        return self._connection.recv_into(buffer)
