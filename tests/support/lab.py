"""A sandbox with a distribution in front of a real origin, and a client that asks its edge."""

from __future__ import annotations

import http.client
import itertools
import time
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.sandbox.examples import (
    Config,
    behavior,
    cache_policy,
    created,
    distribution,
    items,
    merged,
    origin_request_policy,
    response_headers_policy,
)
from tests.support.origin import Origin
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox

#: What the sandboxes of other tests do not share with this one.
ACCOUNT = "210987654321"
KEY = "ParametersInCacheKeyAndForwardedToOrigin"
#: Compression is a rule of its own.
PLAIN: Config = {
    "EnableAcceptEncodingGzip": False,
    "EnableAcceptEncodingBrotli": False,
    "QueryStringsConfig": {"QueryStringBehavior": "none"},
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def __getitem__(self, name: str) -> str:
        """Return a header's value, "" where there is none."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    @property
    def result(self) -> str:
        """`Hit`, `Miss` and the like."""
        return self["X-Cache"].removesuffix(" from cloudfront")


class Lab:
    """What a test of the edge works with. Its first distribution is the one that is asked."""

    def __init__(self, sandbox: Sandbox, aws: Aws, origin: Origin) -> None:
        self.sandbox = sandbox
        self.aws = aws
        self.cloudfront = aws("cloudfront")
        self.origin = origin
        self.host = ""
        self.distribution: t.Any = None
        self.lines: list[str] = []
        self._numbers = itertools.count()
        self._ahead = 0.0
        sandbox.edge.edge.clock = lambda: time.time() + self._ahead

    def serve(
        self, *, behaviors: Mapping[str, Config] | None = None, default: Config | None = None, **more: t.Any
    ) -> str:
        """Create a distribution that allows plain HTTP, and return its host."""
        base = {"ViewerProtocolPolicy": "allow-all", "CachePolicyId": self.cache() if default is None else ""}
        first = behavior(**merged(base, default or {}))
        if not first["CachePolicyId"]:
            first["CachePolicyId"] = self.cache()
        if "ForwardedValues" in first:
            first["CachePolicyId"] = None
        others = [
            {"PathPattern": path, **behavior(**merged({**base, "CachePolicyId": first["CachePolicyId"]}, changes))}
            for path, changes in (behaviors or {}).items()
        ]
        config = distribution(
            CallerReference=f"reference-{next(self._numbers)}",
            DefaultCacheBehavior=first,
            CacheBehaviors=items(*others),
            **more,
        )
        made = created(self.cloudfront, config)
        self.distribution = self.distribution or made
        self.host = self.host or made["DomainName"]
        host: str = made["DomainName"]
        return host

    def cache(self, *, key: Config | None = None, **changes: t.Any) -> str:
        """Create a cache policy with the path alone for a key, and return its id."""
        config = cache_policy(**{"Name": f"cache-{next(self._numbers)}", KEY: merged(PLAIN, key or {}), **changes})
        id_: str = self.cloudfront.create_cache_policy(CachePolicyConfig=config)["CachePolicy"]["Id"]
        return id_

    def forward(self, **changes: t.Any) -> str:
        """Create an origin request policy that forwards nothing, and return its id."""
        nothing = {"Name": f"forward-{next(self._numbers)}", "QueryStringsConfig": {"QueryStringBehavior": "none"}}
        config = origin_request_policy(**merged(nothing, changes))
        made = self.cloudfront.create_origin_request_policy(OriginRequestPolicyConfig=config)
        id_: str = made["OriginRequestPolicy"]["Id"]
        return id_

    def response_headers(self, **changes: t.Any) -> str:
        """Create a response headers policy without CORS, and return its id."""
        config = response_headers_policy(**{"Name": f"headers-{next(self._numbers)}", "CorsConfig": None, **changes})
        made = self.cloudfront.create_response_headers_policy(ResponseHeadersPolicyConfig=config)
        id_: str = made["ResponseHeadersPolicy"]["Id"]
        return id_

    def later(self, seconds: float) -> None:
        """Set the edge's clock ahead."""
        self._ahead += seconds

    def get(
        self,
        path: str = "/file",
        *,
        method: str = "GET",
        host: str = "",
        body: bytes | None = None,
        https: bool = False,
        **headers: t.Any,
    ) -> Answer:
        """Ask the edge; `accept_encoding="br"` sets a header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if https:
            named["X-Forwarded-Proto"] = "https"
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.edge.port, timeout=30)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            lengths = {"Content-Length": str(len(body))} if body is not None else {}
            for name, value in {"Host": host or self.host, **named, **lengths}.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def get_broken(self, path: str = "/file") -> tuple[int, bytes]:
        """Ask for what breaks off, and return the status and what came of the body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.sandbox.edge.port, timeout=30)
        try:
            connection.request("GET", path, headers={"Host": self.host})
            response = connection.getresponse()
            try:
                response.read()
            except http.client.IncompleteRead as error:
                return response.status, error.partial
            raise AssertionError("the answer was complete")
        finally:
            connection.close()

    def results(self, *paths: str, **headers: t.Any) -> list[str]:
        """Return what X-Cache says of one request after the other."""
        return [self.get(path, **headers).result for path in paths]

    def invalidate(self, *paths: str) -> None:
        batch = {"CallerReference": f"reference-{next(self._numbers)}", "Paths": items(*paths)}
        self.cloudfront.create_invalidation(DistributionId=self.distribution["Id"], InvalidationBatch=batch)


@pytest.fixture(scope="session")
def running_edge(running_origin: Origin) -> Iterator[tuple[Sandbox, Aws, list[str]]]:
    """The sandbox of the session, its clients, and the lines that its edge logs."""
    lines: list[str] = []
    origins = {"learn.example.com": running_origin.url, "refuses.example.com": "http://127.0.0.1:1"}
    with Sandbox(account=ACCOUNT, deploy_seconds=0, origins=origins, log=lines.append) as sandbox:
        yield sandbox, Aws(sandbox), lines


@pytest.fixture
def lab(running_edge: tuple[Sandbox, Aws, list[str]], running_origin: Origin) -> Lab:
    """An empty account, an origin that has been asked nothing, an edge that keeps nothing."""
    sandbox, aws, lines = running_edge
    sandbox.deploy_seconds = 0
    sandbox.reset()
    running_origin.forget()
    lines.clear()
    lab = Lab(sandbox, aws, running_origin)
    lab.lines = lines
    return lab
