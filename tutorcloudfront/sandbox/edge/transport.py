"""HTTP to an origin: one request, and its answer or CloudFront's status in its place.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-504-gateway-timeout.html
"""

from __future__ import annotations

import asyncio
import functools
import ssl
import typing as t
from dataclasses import dataclass

import aiohttp
from yarl import URL

from tutorcloudfront.sandbox.edge.answers import Refused
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response

#: What the library would add by itself.
AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
#: They are about one connection: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
OF_THE_CONNECTION = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ]
)
PROTOCOLS = {
    "SSLv3": ssl.TLSVersion.TLSv1,
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
}


@dataclass(frozen=True)
class Patience:
    """How long and how often an origin is tried: seconds to connect, seconds for each bit of the answer, attempts.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html#controlling-attempts-and-timeouts
    """

    connect: float
    read: float
    attempts: int


class Transport:
    """Connections to origins, kept for the next request. Made and used within one event loop."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, use_dns_cache=False),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=AUTOMATIC,
            max_line_size=65_536,
            max_field_size=65_536,
        )

    async def close(self) -> None:
        await self._session.close()

    async def send(self, base: str, request: Request, patience: Patience, protocols: t.Sequence[str]) -> Response:
        """Send a request to the server at `base`, or raise `Refused`.

        Only GET and HEAD are tried again, since nobody knows how far the others came:
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html#request-custom-request-timeout
        """
        attempts = patience.attempts if request.method in ("GET", "HEAD") else 1
        for _ in range(attempts - 1):
            try:
                answer = await self._try(base, request, patience, protocols)
            except Refused:
                continue
            if not answer.cut_short:
                return answer
        return await self._try(base, request, patience, protocols)

    async def _try(self, base: str, request: Request, patience: Patience, protocols: t.Sequence[str]) -> Response:
        query = f"?{request.query}" if request.query else ""
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=patience.connect, sock_read=patience.read)
        secure = base.startswith("https:")
        try:
            async with self._session.request(
                request.method,
                URL(f"{base}{request.path}{query}", encoded=True),
                headers=[("Host", request.host), *((spelled(name), value) for name, value in request.headers)],
                data=request.body or None,
                allow_redirects=False,
                timeout=timeout,
                ssl=_context(tuple(protocols)) if secure else True,
                server_hostname=request.host.partition(":")[0] if secure else None,
            ) as answer:
                return await _read(answer)
        except (asyncio.TimeoutError, aiohttp.ServerTimeoutError) as error:
            raise Refused(
                504, "CloudFront attempted to connect to the origin, but it did not answer in time."
            ) from error
        except (aiohttp.ClientSSLError, ssl.SSLError) as error:
            raise Refused(502, "CloudFront could not agree on TLS with the origin.", hint=str(error)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Refused(502, "CloudFront wasn't able to connect to the origin.", hint=_told(error)) from error


async def _read(answer: aiohttp.ClientResponse) -> Response:
    """Read an answer as far as it goes."""
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in answer.raw_headers]
    kept = tuple(item for item in headers if item[0] not in OF_THE_CONNECTION)
    parts: list[bytes] = []
    try:
        async for part in answer.content.iter_any():
            parts.append(part)  # noqa: PERF401 (what came before an error is wanted)
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
        return Response(answer.status, kept, b"".join(parts), cut_short=True)
    return Response(answer.status, kept, b"".join(parts))


def spelled(name: str) -> str:
    """Return a header's name as it is mostly written."""
    return "ETag" if name == "etag" else name.title()


@functools.cache
def _context(protocols: tuple[str, ...]) -> ssl.SSLContext:
    """Trust whom this machine trusts (SSL_CERT_FILE names others), with the protocols that the origin is said to speak."""
    context = ssl.create_default_context()
    wanted = [PROTOCOLS[name] for name in protocols if name in PROTOCOLS]
    if wanted:
        context.minimum_version = max(min(wanted), ssl.TLSVersion.TLSv1_2)
    return context


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
