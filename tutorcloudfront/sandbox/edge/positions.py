"""The places in the way of a request where functions run.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-cloudfront-trigger-events.html
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from tutorcloudfront.sandbox.configs import Config, items
from tutorcloudfront.sandbox.edge import functions, lambda_origins
from tutorcloudfront.sandbox.edge.deployment import Behavior, Site
from tutorcloudfront.sandbox.edge.lambda_edge import LambdaFunctions
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.restrictions import Context, Log, Position
from tutorcloudfront.sandbox.store import Store


@dataclass(frozen=True)
class Passage:
    """A request that passes the positions of one behavior."""

    store: Store
    site: Site
    behavior: Behavior
    id: str

    @property
    def context(self) -> Context:
        return Context(self.site.host, self.site.id, self.id)

    def function(self, position: Position) -> bytes | None:
        """Return the code of the CloudFront Function of a position, as it was published last."""
        for item in items(self.behavior.config["FunctionAssociations"]):
            if item["EventType"] == position:
                with self.store.lock:
                    function = self.store.functions.get(item["FunctionARN"].rpartition("/")[2])
                    return function.live.code if function and function.live else None
        return None

    def lambda_at(self, position: Position) -> tuple[str, bool]:
        """Return the ARN of the Lambda@Edge function of a position, "" for none, and whether it gets bodies."""
        for item in items(self.behavior.config["LambdaFunctionAssociations"]):
            if item["EventType"] == position:
                return item["LambdaFunctionARN"], item.get("IncludeBody", False)
        return "", False


@dataclass(frozen=True)
class Generated:
    """An answer that a function gave, and what X-Cache says of it."""

    response: Response
    result: str


class Positions:
    """Runs the functions of behaviors, in threads: they take their time."""

    def __init__(self, lambdas: LambdaFunctions, log: Log | None = None) -> None:
        self._lambdas = lambdas
        self._log = log

    async def viewer_request(self, passage: Passage, request: Request) -> Request | Generated:
        """Return the request to go on with, or the answer of a function in its place."""
        code = passage.function("viewer-request")
        if code is not None:
            run = functions.viewer_request
            result = await asyncio.to_thread(run, code, passage.context, request, log=self._log)
            return result if isinstance(result, Request) else Generated(result, "FunctionGeneratedResponse")
        arn, body = passage.lambda_at("viewer-request")
        if not arn:
            return request
        done = await asyncio.to_thread(
            self._lambdas.request, arn, "viewer-request", passage.context, request, include_body=body
        )
        return Generated(done, "LambdaGeneratedResponse") if isinstance(done, Response) else done.request

    async def viewer_response(self, passage: Passage, request: Request, response: Response) -> Response:
        """Return the answer for the viewer; errors of the origin go past functions.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
        """
        if response.status >= 400:
            return response
        code = passage.function("viewer-response")
        if code is not None:
            run = functions.viewer_response
            return await asyncio.to_thread(run, code, passage.context, request, response, log=self._log)
        arn, _ = passage.lambda_at("viewer-response")
        if not arn:
            return response
        return await asyncio.to_thread(
            self._lambdas.response, arn, "viewer-response", passage.context, request, response
        )

    async def origin_request(
        self, passage: Passage, origin: Config, request: Request
    ) -> tuple[Config, Request] | Response:
        """Return origin and request to go on with, or the answer of a function in the origin's place."""
        arn, body = passage.lambda_at("origin-request")
        if not arn:
            return origin, request
        event = lambda_origins.event(origin, request)
        with_host = replace(request, headers=(("host", request.host), *request.headers))
        done = await asyncio.to_thread(
            self._lambdas.request,
            arn,
            "origin-request",
            passage.context,
            with_host,
            include_body=body,
            origin=event,
        )
        if isinstance(done, Response):
            return done
        host = done.request.header("host") or request.host
        headers = tuple(item for item in done.request.headers if item[0] != "host")
        changed = replace(done.request, host=host, headers=headers)
        return lambda_origins.config(origin, event, done.origin), changed

    async def origin_response(self, passage: Passage, origin: Config, request: Request, response: Response) -> Response:
        """Return the origin's answer as functions leave it."""
        arn, _ = passage.lambda_at("origin-response")
        if not arn:
            return response
        event = lambda_origins.event(origin, request)
        return await asyncio.to_thread(
            self._lambdas.response, arn, "origin-response", passage.context, request, response, origin=event
        )
