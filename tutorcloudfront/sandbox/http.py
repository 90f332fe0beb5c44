"""A small HTTP/1.1 server for WSGI applications, on loopback only.

werkzeug's own server closes every connection, and waits a hundredth of a second before it does: a tenth of what
a call costs. Here a connection serves request after request, as AWS's do.
"""

from __future__ import annotations

import contextlib
import io
import socket
import threading
import typing as t

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from tutorcloudfront.sandbox.surroundings import LOOPBACK

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Server(ThreadedWSGIServer):
    """Serves in threads of its own until it is closed, connections that are kept alive included."""

    daemon_threads = True

    def __init__(self, port: int, application: WSGIApplication, handler: type[WSGIRequestHandler]) -> None:
        # werkzeug, left to bind by itself, ends the process when the port is taken.
        with socket.create_server((LOOPBACK, port)) as listening:
            super().__init__(LOOPBACK, port, application, handler, fd=listening.fileno())
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop serving and drop all connections."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            self._drop(connection)

    def process_request(self, request: t.Any, client_address: t.Any) -> None:
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: t.Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    @staticmethod
    def _drop(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):  # The client was faster.
            connection.shutdown(socket.SHUT_RDWR)


class KeepAliveHandler(WSGIRequestHandler):
    """Reads a request to its end and answers with its length, so that another one can follow."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    #: Head and body of an answer leave together.
    wbufsize = -1

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        body = environ["wsgi.input"]
        chunked = environ.get("wsgi.input_terminated", False)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = io.BytesIO(body.read() if chunked else body.read(length))
        environ["wsgi.errors"] = io.StringIO()
        try:
            status, headers, answer = respond(self.server.app, environ)
        except ConnectionAbortedError:
            # The application wants the answer lost.
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._send(status, headers, answer)

    def log(self, type: str, message: str, *args: t.Any) -> None:  # noqa: A002 (werkzeug's name)
        """Say nothing: the commands that run against the sandbox have the terminal."""

    def _send(self, status: str, headers: list[tuple[str, str]], answer: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        names = {name.lower() for name, _ in headers}
        for name, value in headers:
            self.send_header(name, value)
        # An answer to HEAD says what the length would be, and 204 has none.
        if "content-length" not in names and code not in ("204", "304"):
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)
        self.wfile.flush()

    def handle_expect_100(self) -> bool:
        """Let a client send its body at once, which waits for that word."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed


def respond(application: WSGIApplication, environ: WSGIEnvironment) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status, headers and body of an application's answer."""
    answer: list[tuple[str, list[tuple[str, str]]]] = []
    parts: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: t.Any = None) -> t.Any:
        answer[:] = [(status, headers)]
        return parts.append

    chunks = application(environ, t.cast("StartResponse", start_response))
    try:
        parts.extend(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    status, headers = answer[0]
    return status, headers, b"".join(parts)
