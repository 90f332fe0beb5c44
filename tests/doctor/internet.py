"""A small Internet on loopback: name servers, web servers and an authority that vouches for some of them."""

from __future__ import annotations

import contextlib
import http.server
import ipaddress
import socket
import socketserver
import ssl
import threading
import typing as t
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tutorcloudfront.doctor.probes.network import Network

LOOPBACK = "127.0.0.1"
DAY = timedelta(days=1)
#: Seconds for a name, for a connection and for an answer: more than a busy machine takes,
PATIENCE = (10.0, 10.0, 20.0)
#: and less, where something will never answer and the test waits for it.
HASTE = (0.7, 1.5, 3.0)

#: Answers a path and the headers of a request with status, headers and body.
Page = tuple[int, Mapping[str, str], bytes]
Pages = Callable[[str, Mapping[str, str]], Page]


# Names


class NameServer:
    """A name server that knows what it is told: `zone["a.example.com"] = ["192.0.2.1"]`, or a name to go on with.

    `silent` names get no answer, `broken` ones an error.
    """

    def __init__(self) -> None:
        self.zone: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.broken: set[str] = set()
        self.questions: list[str] = []
        zone = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                data, connection = self.request
                answer = zone.answer(dns.message.from_wire(data))
                if answer:
                    connection.sendto(answer.to_wire(), self.client_address)

        self._server = socketserver.ThreadingUDPServer((LOOPBACK, 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, query: dns.message.Message) -> dns.message.Message | None:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        self.questions.append(name)
        if name in self.silent:
            return None
        if name in self.broken:
            response.set_rcode(dns.rcode.SERVFAIL)
            return response
        while True:
            records = self.zone.get(name)
            if records is None:
                response.set_rcode(dns.rcode.NXDOMAIN)
                return response
            target = next((record for record in records if not _is_address(record)), None)
            if target is None:
                break
            response.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "CNAME", f"{target}."))
            name = target
        wanted = [record for record in records if (":" in record) == (question.rdtype == 28)]
        if wanted:
            response.answer.append(
                dns.rrset.from_text(f"{name}.", 60, "IN", "AAAA" if question.rdtype == 28 else "A", *wanted)
            )
        return response

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


# Certificates


class Authority:
    """Vouches for certificates; `trust` is what those trust who trust it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])
        now = datetime.now(timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 400 * DAY)
            .not_valid_after(now + 400 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        self.trust = folder / "authority.pem"
        self.trust.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, *hosts: str, starts: float = -10, ends: float = 90, self_signed: bool = False) -> Path:
        """Return a file with a certificate for hosts and its key; `starts` and `ends` are days from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(timezone.utc)
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, hosts[0])])
        signer = key if self_signed else self._key
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if self_signed else self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + starts * DAY)
            .not_valid_after(now + ends * DAY)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        path = self._folder / f"{certificate.serial_number:x}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return path


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


# Servers


def tls_context(certificate: Path, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Return how a server speaks TLS: with this certificate, and in one version only if it is named."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    if version:
        context.minimum_version = context.maximum_version = version
    return context


class WebServer(http.server.ThreadingHTTPServer):
    """Serves pages, by TLS where it has a context for it."""

    daemon_threads = True

    def __init__(self, pages: Pages, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, Mapping[str, str]]] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.requests.append((self.path, headers))
                status, answer_headers, body = pages(self.path, headers)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **answer_headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: t.Any) -> None:
                pass

        super().__init__((LOOPBACK, 0), Handler)
        self._context = context
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def finish_request(self, request: t.Any, client_address: t.Any) -> None:
        with contextlib.suppress(OSError):
            if self._context:
                request = self._context.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Say nothing: clients break off here on purpose."""

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class RawServer(socketserver.ThreadingTCPServer):
    """Does as it likes with connections."""

    daemon_threads = True

    def __init__(self, behave: Callable[[socket.socket], object]) -> None:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with contextlib.suppress(OSError):
                    behave(self.request)

        super().__init__((LOOPBACK, 0), Handler)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


# All together


@dataclass
class Internet:
    """Names, servers and certificates. Addresses such as 192.0.2.1 lead to servers on loopback, or nowhere."""

    names: NameServer
    authority: Authority
    #: Whether some server never comes to an end with its answer.
    is_slow: bool = False
    _ways: dict[tuple[str, int], int] = field(default_factory=dict)
    _open: list[WebServer | RawServer] = field(default_factory=list)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def network(self) -> Network:
        _, connection, answer = HASTE if self.is_slow else PATIENCE
        name = (HASTE if self.names.silent else PATIENCE)[0]
        return Network(
            nameservers=[LOOPBACK],
            dns_port=self.names.port,
            dial=self.dial,
            trust=str(self.authority.trust),
            patience=(name, connection, answer),
        )

    def dial(self, address: tuple[str, int], timeout: float) -> socket.socket:
        """Connect as asked, except that the way ends on loopback."""
        port = self._ways.get(address)
        if port is None:
            raise ConnectionRefusedError
        return socket.create_connection((LOOPBACK, port), timeout)

    def web(self, address: str, pages: Pages, context: ssl.SSLContext | None = None, port: int = 443) -> WebServer:
        """Put a web server at an address."""
        server = WebServer(pages, context)
        self._add(address, port, server)
        return server

    def raw(self, address: str, behave: Callable[[socket.socket], object], port: int = 443) -> None:
        """Put a server at an address that does as it likes."""
        self._add(address, port, RawServer(behave))

    def says(self, address: str, text: bytes, port: int = 443) -> None:
        """Put a server at an address that hears the beginning of a request and says this, whatever it was."""

        def say(connection: socket.socket) -> None:
            connection.recv(1)
            connection.sendall(text)

        self.raw(address, say, port)

    def mute(self, address: str, port: int = 443) -> None:
        """Put a server at an address that takes connections and says nothing until the test ends."""
        self.is_slow = True
        self.raw(address, lambda _: self._stopping.wait(30), port)

    def close(self) -> None:
        self._stopping.set()
        for server in self._open:
            server.close()
        self.names.close()

    def _add(self, address: str, port: int, server: WebServer | RawServer) -> None:
        self._open.append(server)
        self._ways[address, port] = server.server_address[1]


@contextlib.contextmanager
def internet(authority: Authority) -> Iterator[Internet]:
    world = Internet(NameServer(), authority)
    try:
        yield world
    finally:
        world.close()


# Pages


def pages(answers: Mapping[str, Page], otherwise: Page = (404, {}, b"")) -> Pages:
    """Return a site that answers these paths, whatever the query, and all others with the same."""
    return lambda path, _: answers.get(path.partition("?")[0], otherwise)


def html(*links: str, **headers: str) -> Page:
    body = "".join(f'<link rel="stylesheet" href="{link}">' for link in links)
    return 200, {"Content-Type": "text/html; charset=utf-8", **headers}, f"<html>{body}</html>".encode()
