"""The edge as a server: HTTP on one port of loopback, HTTPS on another, an event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import tempfile
import threading
import time
import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from tutorcloudfront.sandbox.certificate import self_signed
from tutorcloudfront.sandbox.edge import answers
from tutorcloudfront.sandbox.edge.addresses import Addresses
from tutorcloudfront.sandbox.edge.edge import Edge, Outcome
from tutorcloudfront.sandbox.edge.lambda_edge import LambdaFunctions
from tutorcloudfront.sandbox.edge.log import line
from tutorcloudfront.sandbox.edge.origins import Origins
from tutorcloudfront.sandbox.edge.positions import Positions
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.transport import Transport, spelled
from tutorcloudfront.sandbox.neighbours import Neighbours
from tutorcloudfront.sandbox.store import Store
from tutorcloudfront.sandbox.surroundings import LOOPBACK

#: Longer than CloudFront's own limits, so that it is the edge that refuses.
LIMIT = 65_536
#: Nobody trusts it; browsers and curl must be told not to mind.
CERTIFIED = ("*.cloudfront.net", "localhost")

T = t.TypeVar("T")


class EdgeServer:
    """Serves an account's distributions from `start` to `close`.

    :param store: returns what the account holds.
    :param account_url: returns where the account answers, for its buckets.
    :param neighbours: the account's other services.
    :param origins: where the hosts of origins are, by host.
    :param log: gets one line a request.
    """

    def __init__(
        self,
        store: Callable[[], Store],
        account_url: Callable[[], str],
        neighbours: Neighbours,
        origins: Mapping[str, str],
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.port = 0
        self.tls_port = 0
        self._store = store
        self._account_url = account_url
        self._neighbours = neighbours
        self._addresses = Addresses(origins)
        self._log = log
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._do(self._open())

    def close(self) -> None:
        self._do(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def clear(self) -> None:
        """Forget all objects."""
        self._loop.call_soon_threadsafe(self.edge.clear)

    def _do(self, coroutine: t.Coroutine[t.Any, t.Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _open(self) -> None:
        self._transport = Transport()
        origins = Origins(self._transport, self._addresses, self._account_url, self._neighbours.bucket_policy)
        self._lambdas = LambdaFunctions(self._neighbours.function_version, self._account_url(), self._log)
        self.edge = Edge(self._store, origins, Positions(self._lambdas, self._log))
        self._runner = web.ServerRunner(
            web.Server(self._handle, max_line_size=LIMIT, max_field_size=LIMIT), shutdown_timeout=0.1
        )
        await self._runner.setup()
        self.port = await self._listen(None)
        self.tls_port = await self._listen(_tls())

    async def _listen(self, context: ssl.SSLContext | None) -> int:
        site = web.TCPSite(self._runner, LOOPBACK, 0, ssl_context=context)
        await site.start()
        port: int = self._runner.addresses[-1][1]
        return port

    async def _shut(self) -> None:
        await self._runner.cleanup()
        await self._transport.close()
        self._lambdas.close()

    async def _handle(self, http: web.BaseRequest) -> web.StreamResponse:
        started = time.perf_counter()
        if http.headers.get("Expect", "").lower() == "100-continue":
            await http.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request = await read(http)
        try:
            outcome = await self.edge.answer(request)
        except Exception as error:
            broken = answers.page(500, "The local edge has failed.")
            outcome = Outcome(broken, "Error", request.host, hint=f"a defect of the edge: {error!r}")
        if self._log:
            self._log(line(request, outcome, time.perf_counter() - started))
        return await write(http, outcome.response)


async def read(http: web.BaseRequest) -> Request:
    """Return what was sent, nothing of it decoded.

    A viewer that comes by plain HTTP can say with X-Forwarded-Proto that it is to be taken for HTTPS.
    """
    target = http.raw_path
    if not target.startswith("/"):  # as to a proxy
        parts = urlsplit(target)
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    path, _, query = target.partition("?")
    headers = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in http.raw_headers)
    said = http.headers.get("X-Forwarded-Proto", "").lower()
    scheme = said if said in ("http", "https") and not http.secure else http.scheme
    return Request(
        method=http.method,
        scheme=scheme,
        host=http.host.partition(":")[0].lower(),
        path=path,
        query=query,
        headers=headers,
        client_ip=http.remote or LOOPBACK,
        body=await http.content.read(),
    )


async def write(http: web.BaseRequest, response: Response) -> web.StreamResponse:
    """Send an answer, or as much as there is of it."""
    answer = web.StreamResponse(status=response.status)
    for name, value in response.headers:
        answer.headers.add(spelled(name), value)
    empty = http.method == "HEAD" or response.status in (204, 304)
    if not empty and not response.cut_short:
        answer.content_length = len(response.body)
    await answer.prepare(http)
    if response.body and not empty:
        await answer.write(response.body)
    if response.cut_short and http.transport:
        http.transport.close()
    else:
        await answer.write_eof()
    return answer


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "certificate.pem")
        path.write_bytes(b"".join(self_signed(CERTIFIED)))
        context.load_cert_chain(path)
    return context
