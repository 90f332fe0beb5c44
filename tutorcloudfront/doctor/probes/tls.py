"""TLS handshakes, as browsers and CloudFront make them."""

from __future__ import annotations

import contextlib
import socket
import ssl
import typing as t
from collections.abc import Sequence
from datetime import datetime, timezone

from tutorcloudfront.doctor.facts import ConnectionProblem, Handshake
from tutorcloudfront.doctor.probes.network import Network, NoConnection, remaining

PORT = 443

#: https://docs.openssl.org/3.0/man1/openssl-verification-options/ and X509_STORE_CTX_get_error(3)
VERIFICATION: dict[int, ConnectionProblem] = {
    9: "not-yet",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    62: "wrong-name",
}
OLD_TLS = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL", "NO_PROTOCOLS_AVAILABLE", "UNSUPPORTED_SSL_VERSION")


def handshake(network: Network, host: str, addresses: Sequence[str], *, as_cloudfront: bool = False) -> Handshake:
    """Shake hands with a host at one of these addresses; `as_cloudfront` with TLS 1.2, as CloudFront with an origin."""
    try:
        with secure(network, host, addresses, as_cloudfront=as_cloudfront) as connection:
            return _told(host, connection)
    except NoConnection as e:
        if e.problem != "wrong-name":
            return Handshake(host, e.problem, e.detail)
    # Whose certificate is it, then?
    try:
        with secure(network, host, addresses, as_cloudfront=as_cloudfront, check_name=False) as connection:
            told = _told(host, connection)
    except NoConnection as e:
        return Handshake(host, "wrong-name", e.detail)
    return Handshake(host, "wrong-name", names=told.names, expires=told.expires)


def secure(
    network: Network, host: str, addresses: Sequence[str], *, as_cloudfront: bool = False, check_name: bool = True
) -> ssl.SSLSocket:
    """Return a connection to a host, its certificate verified.

    Raises:
        NoConnection: there is none, or none that can be trusted.
    """
    plain = network.connect(addresses, PORT)
    context = network.context(only_tls_1_2=as_cloudfront, check_name=check_name)
    try:
        plain.settimeout(remaining(network.deadline(soon=True)))
        return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLCertVerificationError as e:
        plain.close()
        raise NoConnection(VERIFICATION.get(e.verify_code, "untrusted"), e.verify_message) from e
    except OSError as e:
        plain.close()
        raise NoConnection("plain-http") if _speaks_http(network, host, addresses) else _broken(e) from e


def _broken(error: OSError) -> NoConnection:
    if isinstance(error, TimeoutError):
        return NoConnection("timeout", "the TLS handshake was not answered")
    if not isinstance(error, ssl.SSLError) or isinstance(error, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return NoConnection("closed", "during the TLS handshake")
    reason = error.reason or str(error)
    problem: ConnectionProblem = "old-tls" if any(word in reason for word in OLD_TLS) else "no-handshake"
    return NoConnection(problem, reason.lower().replace("_", " "))


def _speaks_http(network: Network, host: str, addresses: Sequence[str]) -> bool:
    """Tell whether what should be TLS is HTTP."""
    deadline = network.deadline(soon=True)
    with contextlib.suppress(NoConnection, OSError), network.connect(addresses, PORT) as connection:
        connection.settimeout(remaining(deadline))
        connection.sendall(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return _first_bytes(connection, 5, deadline) == b"HTTP/"
    return False


def _first_bytes(connection: socket.socket, count: int, deadline: float) -> bytes:
    received = b""
    while len(received) < count:
        connection.settimeout(remaining(deadline))
        part = connection.recv(count - len(received))
        if not part:
            break
        received += part
    return received


def _told(host: str, connection: ssl.SSLSocket) -> Handshake:
    certificate: dict[str, t.Any] = t.cast("dict[str, t.Any]", connection.getpeercert() or {})
    names = tuple(value for kind, value in certificate.get("subjectAltName", ()) if kind == "DNS")
    end = certificate.get("notAfter")
    expires = datetime.fromtimestamp(ssl.cert_time_to_seconds(end), timezone.utc) if end else None
    return Handshake(host, names=names, expires=expires)
