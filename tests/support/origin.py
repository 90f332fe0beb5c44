"""A real web server on loopback for the edge to ask, which does as it is told and remembers what it was asked."""

from __future__ import annotations

import socket
import ssl
import threading
import typing as t
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tutorcloudfront.sandbox.certificate import self_signed

#: Answers on an open connection, in whatever way, and leaves it to be closed.
Behave = Callable[[BaseHTTPRequestHandler], None]


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """Return a header's value, "" where there is none."""
        return self.headers.get(name.lower(), "")


@dataclass
class Said:
    """What is answered, time and again."""

    status: int = 200
    body: bytes = b"body"
    headers: dict[str, str] = field(default_factory=dict)
    #: The answer to a request on condition that is met.
    etag: str = ""


class Origin:
    """A web server that answers 200 with a short text where nothing else was arranged."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._arranged: dict[str, Said | Behave] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def forget(self) -> None:
        self.asked.clear()
        self._arranged.clear()

    def say(self, path: str, status: int = 200, body: bytes = b"body", *, etag: str = "", **headers: str) -> None:
        """Arrange the answer for a path; `cache_control="no-store"` sets a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._arranged[path] = Said(status, body, named, etag)

    def do(self, path: str, behave: Behave) -> None:
        """Arrange what is done on a request for a path."""
        self._arranged[path] = behave

    def of(self, path: str) -> list[Asked]:
        """Return the requests for a path, without those for others."""
        return [asked for asked in self.asked if asked.path.partition("?")[0] == path]

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        names = {name.lower() for name in handler.headers}
        headers = {name: ", ".join(handler.headers.get_all(name, [])) for name in names}
        path = handler.requestline.split()[1]  # `handler.path` is not always as it was sent
        asked = Asked(handler.command, path, headers, handler.rfile.read(length))
        with self._lock:
            self.asked.append(asked)
        arranged = self._arranged.get(path.partition("?")[0], Said())
        if isinstance(arranged, Said):
            _say(handler, asked, arranged)
        else:
            arranged(handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Say nothing of connections that the edge or a test has broken off."""


def _handler(origin: Origin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_GET(self) -> None:
            origin.answer(self)

        do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET

        def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002
            pass

    return Handler


def _say(handler: BaseHTTPRequestHandler, asked: Asked, said: Said) -> None:
    unchanged = bool(said.etag) and asked["If-None-Match"].removeprefix("W/") == said.etag
    handler.send_response(304 if unchanged else said.status)
    headers = {"content-type": "text/plain", "content-length": str(len(said.body)), **said.headers}
    if unchanged:
        headers = {name: value for name, value in said.headers.items() if not name.startswith("content-")}
    for name, value in {**headers, **({"etag": said.etag} if said.etag else {})}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if asked.method != "HEAD" and not unchanged:
        handler.wfile.write(said.body)


def server_context(folder: Path, hosts: Sequence[str]) -> ssl.SSLContext:
    """Return what a server needs to speak TLS by a certificate that it has signed itself, kept in a folder."""
    path = folder / "certificate.pem"
    path.write_bytes(b"".join(self_signed(hosts)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def dies(handler: BaseHTTPRequestHandler) -> None:
    """Break off without a word."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def breaks_off(*lines: str, body: bytes) -> Behave:
    """Say these lines and this much of a body, and break off."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        head = "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/plain", *lines, "", ""])
        handler.wfile.write(head.encode() + body)
        handler.wfile.flush()
        dies(handler)

    return behave


class Hangs:
    """Answers only when it is let go; after its head, where it has one."""

    def __init__(self, head: bytes = b"") -> None:
        self.go = threading.Event()
        self.asked = threading.Event()
        self._head = head

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(self._head)
        handler.wfile.flush()
        self.asked.set()
        self.go.wait(30)
        if self._head:
            dies(handler)
        else:
            _say(handler, Asked(handler.command, handler.path, {}, b""), Said())


@pytest.fixture(scope="session")
def running_origin() -> Iterator[Origin]:
    """The web server of the session. Tests that use it have it `forget()` before."""
    origin = Origin()
    yield origin
    origin.close()
