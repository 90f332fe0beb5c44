"""A web server for key sets."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
import typing as t
from pathlib import Path

from tests.edge_functions.certificates import self_signed


class Web:
    """An https server on loopback that answers as it is told."""

    def __init__(self, folder: Path) -> None:
        certificate = self_signed(folder)
        self.certificate = str(certificate)
        self.answer: tuple[int, bytes] = (200, b'{"keys": [{"kid": "first"}]}')
        self.paths: list[str] = []
        self.drips = False
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.paths.append(self.path)
                status, body = web.answer
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"https://localhost:{web.port}/elsewhere")
                self.end_headers()
                for byte in body if web.drips else ():
                    time.sleep(0.05)
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                self.wfile.write(b"" if web.drips else body)

            def log_message(self, format: str, *args: t.Any) -> None:  # noqa: A002
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: t.Any, client_address: t.Any) -> None:
                """Say nothing of clients that have had enough."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def forget(self) -> None:
        self.answer, self.drips = (200, b'{"keys": [{"kid": "first"}]}'), False
        self.paths.clear()

    def url(self, path: str = "/jwks.json") -> str:
        return f"https://localhost:{self.port}{path}"
