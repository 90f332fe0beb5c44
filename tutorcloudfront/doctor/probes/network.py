"""The way out: name servers, connections, and whom to trust."""

from __future__ import annotations

import functools
import socket
import ssl
import threading
import time
import typing as t
from collections.abc import Callable, Sequence

import certifi
import dns.exception
import dns.resolver

from tutorcloudfront.doctor.facts import ConnectionProblem

#: Opens a connection to (address, port) within so many seconds, or raises OSError.
Dial = Callable[[tuple[str, int], float], socket.socket]

#: Seconds for a name, for a connection, and for all of an answer.
NAME_TIMEOUT = 3.0
CONNECT_TIMEOUT = 4.0
ANSWER_TIMEOUT = 10.0
#: A server that has several addresses is tried at so many.
ADDRESSES = 2
#: After so many questions without one answer there is no name server to ask.
SILENT_AFTER = 4


class NoConnection(Exception):
    """A connection that could not be had, or not be kept."""

    def __init__(self, problem: ConnectionProblem, detail: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail


class Network:
    """What probes ask and connect through; may be used by several threads at once.

    :param nameservers: asked in place of the machine's own.
    :param dial: opens connections, for those who want them to end elsewhere.
    :param trust: a file of certificates to trust. By default those that Mozilla trusts and not the machine's own,
        since it is those that CloudFront trusts in an origin:
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
    :param patience: seconds for a name, for a connection, and for all of an answer.
    """

    def __init__(
        self,
        *,
        nameservers: Sequence[str] = (),
        dns_port: int = 53,
        dial: Dial = socket.create_connection,
        trust: str = "",
        patience: tuple[float, float, float] = (NAME_TIMEOUT, CONNECT_TIMEOUT, ANSWER_TIMEOUT),
    ) -> None:
        self._nameservers = list(nameservers)
        self._dns_port = dns_port
        self._dial = dial
        self._trust = trust or certifi.where()
        self._name_patience, self._connect_patience, self._answer_patience = patience
        self._lock = threading.Lock()
        self._unanswered = 0
        self._answered = False

    def ask(self, host: str, record_type: str) -> dns.resolver.Answer:
        """Ask for the records of a host.

        Raises:
            dns.exception.DNSException: there is no answer, of whatever kind.
        """
        if self._unanswered >= SILENT_AFTER and not self._answered:
            raise dns.exception.Timeout
        try:
            answer = self._resolver.resolve(
                host, record_type, raise_on_no_answer=False, search=False, lifetime=self._name_patience
            )
        except dns.exception.Timeout:
            with self._lock:
                self._unanswered += 1
            raise
        except dns.exception.DNSException:
            self._answered = True
            raise
        self._answered = True
        return answer

    def connect(self, addresses: Sequence[str], port: int) -> socket.socket:
        """Connect to the first address that answers.

        Raises:
            NoConnection: none does.
        """
        failure = NoConnection("unreachable", "there is no address to connect to")
        for address in addresses[:ADDRESSES]:
            try:
                return self._dial((address, port), self._connect_patience)
            except TimeoutError:
                failure = NoConnection("timeout", f"{address} port {port}")
            except ConnectionRefusedError:
                failure = NoConnection("refused", f"{address} port {port}")
            except OSError as e:
                failure = NoConnection("unreachable", f"{address} port {port}: {e.strerror or e}")
        raise failure

    def deadline(self, *, soon: bool = False) -> float:
        """Return when an answer that is asked for now must be there, on the monotonic clock.

        What takes a server no thought, such as a handshake, must be there `soon`.
        """
        return time.monotonic() + (self._connect_patience if soon else self._answer_patience)

    @functools.lru_cache(maxsize=8)  # noqa: B019 (one network for the life of a command)
    def context(self, *, only_tls_1_2: bool = False, check_name: bool = True) -> ssl.SSLContext:
        """Return how to speak TLS: 1.2 or newer, or 1.2 as CloudFront does with origins."""
        context = ssl.create_default_context(cafile=self._trust)
        context.check_hostname = check_name
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if only_tls_1_2:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context

    @functools.cached_property
    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._nameservers)
        if self._nameservers:
            resolver.nameservers = t.cast(t.Any, self._nameservers)
            resolver.port = self._dns_port
        return resolver


def remaining(deadline: float) -> float:
    """Return the seconds until a deadline.

    Raises:
        NoConnection: it has passed.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise NoConnection("timeout", "the answer took too long")
    return left
