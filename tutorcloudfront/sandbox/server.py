"""The emulated AWS account as a server on a loopback port, and beside it an edge that serves its distributions."""

from __future__ import annotations

import logging
import tempfile
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tutor.exceptions import TutorError

from tutorcloudfront.sandbox.managed import policies
from tutorcloudfront.sandbox.neighbours import Neighbours
from tutorcloudfront.sandbox.store import Store

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from tutorcloudfront.sandbox.edge.server import EdgeServer
    from tutorcloudfront.sandbox.http import Server

ACCOUNT = "123456789012"
#: AWS takes hours.
REPLICA_SECONDS = 10.0


class Sandbox:
    """An emulated AWS account on a loopback port, with a local edge on others.

    :param port: of 127.0.0.1; 0 takes a free one.
    :param account: its number. Sandboxes of one process that have the same share what moto holds: S3, ACM and so on.
    :param deploy_seconds: how long a distribution is InProgress after a change, and an invalidation.
    :param references_stay_used: whether the caller reference of a deleted distribution stays used, which AWS leaves open.
    :param replica_seconds: how long the versions of a Lambda function cannot be deleted after a distribution had them.
    :param wrap: puts a WSGI application around the account's; asked for every request, and may be set at any time.
    :param origins: where the hosts of origins are for the edge, `{"learn.example.com": "http://127.0.0.1:8000"}`.
    :param log: gets one line for every request that the edge has answered.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        account: str = ACCOUNT,
        deploy_seconds: float = 2.0,
        references_stay_used: bool = True,
        replica_seconds: float = REPLICA_SECONDS,
        wrap: Callable[[WSGIApplication], WSGIApplication] | None = None,
        origins: Mapping[str, str] | None = None,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.port = port
        self.account = account
        self.deploy_seconds = deploy_seconds
        self.references_stay_used = references_stay_used
        self.replica_seconds = replica_seconds
        self.wrap = wrap
        self._origins = origins or {}
        self._log = log
        self._edge: EdgeServer | None = None
        self._neighbours = Neighbours(account)
        self._store: Store | None = None
        self._application: WSGIApplication | None = None
        self._server: Server | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._environments = 0

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`; the port is known once the sandbox has started."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Store:
        """What the account holds of CloudFront. Hold its lock while looking."""
        return _running(self._store)

    @property
    def edge(self) -> EdgeServer:
        """The local edge, which knows its ports once the sandbox has started."""
        return _running(self._edge)

    @property
    def edge_url(self) -> str:
        """Where a request with a distribution's `Host` is answered."""
        return f"http://127.0.0.1:{self.edge.port}"

    @property
    def edge_https_url(self) -> str:
        """The same by HTTPS, with a certificate that nobody trusts."""
        return f"https://127.0.0.1:{self.edge.tls_port}"

    def start(self) -> None:
        """Open an empty account to callers."""
        try:
            from moto.moto_server.werkzeug_app import (
                DomainDispatcherApplication,
                MotoRequestHandler,
                create_backend_app,
            )

            from tutorcloudfront.sandbox import emulation, http
            from tutorcloudfront.sandbox.edge.server import EdgeServer
        except ImportError as error:
            raise TutorError("The sandbox needs an extra: pip install 'tutor-contrib-cloudfront[sandbox]'") from error

        class Handler(http.KeepAliveHandler, MotoRequestHandler):  # type: ignore[misc]
            """Keeps header names with underscores, as moto wants them for S3."""

        emulation.install()
        for noisy in ("moto", "werkzeug"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)
        self._application = DomainDispatcherApplication(emulation.backend_app(create_backend_app))
        self.reset()
        try:
            self._server = http.Server(self.port, self._answer, Handler)
        except OSError as error:
            raise TutorError(f"The sandbox cannot have port {self.port}: {error.strerror}") from error
        self.port = self._server.port
        self._folder = tempfile.TemporaryDirectory(prefix="cloudfront-sandbox-")
        self._server.start()
        self._edge = EdgeServer(lambda: self.store, lambda: self.url, self._neighbours, self._origins, self._log)
        self._edge.start()

    def stop(self) -> None:
        """Close the account, and forget it."""
        if self._edge is not None:
            self._edge.close()
        if self._server is not None and self._folder is not None:
            self._server.close()
            self._folder.cleanup()
        self._server = self._folder = self._store = self._edge = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def reset(self) -> None:
        """Make the account an empty one again, with the settings that the sandbox has now."""
        from moto.cloudfront.models import cloudfront_backends
        from moto.core.base_backend import BackendDict

        # As BackendDict.reset() does, but leaving the accounts of other sandboxes alone.
        for service in list(BackendDict._instances):
            if self.account in service.keys():  # noqa: SIM118 (moto's dictionaries make what they are asked for)
                service[self.account].reset()
        self._store = Store(
            self.account,
            self._neighbours,
            policies(),
            deploy_seconds=self.deploy_seconds,
            references_stay_used=self.references_stay_used,
            replica_seconds=self.replica_seconds,
        )
        if self._edge is not None:
            self._edge.clear()
        # The tagging API asks the services that were used before, and moto does not see that ours are.
        _ = cloudfront_backends[self.account]["aws"]

    def environment(self, base: Mapping[str, str], profiles: Iterable[str] = ()) -> dict[str, str]:
        """Return the environment for a command that is to see the sandbox, and no real AWS, under these profiles."""
        from tutorcloudfront.sandbox.surroundings import environment

        self._environments += 1
        folder = Path(_running(self._folder).name) / str(self._environments)
        folder.mkdir(mode=0o700)
        edge = {"CLOUDFRONT_EDGE_URL": self.edge_url, "CLOUDFRONT_EDGE_HTTPS_URL": self.edge_https_url}
        return {**environment(base, self.url, folder, profiles), **edge}

    def add_certificate(self, arn: str, hosts: Sequence[str]) -> None:
        """Put an issued certificate for `hosts` into the account's ACM, at exactly this ARN."""
        self._neighbours.add_certificate(arn, hosts)

    def add_bucket(self, name: str, region: str) -> None:
        """Put an empty private bucket into the account's S3."""
        self._neighbours.add_bucket(name, region)

    def add_web_acl(self, arn: str) -> None:
        """Put a web ACL into the account's WAF, at exactly this ARN."""
        self._neighbours.add_web_acl(arn)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        from tutorcloudfront.sandbox.emulation import STORE

        environ[STORE] = self.store
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self.account
        application = _running(self._application)
        return (self.wrap(application) if self.wrap else application)(environ, start_response)


T = t.TypeVar("T")


def _running(part: T | None) -> T:
    if part is None:
        raise RuntimeError("the sandbox has not been started")
    return part
