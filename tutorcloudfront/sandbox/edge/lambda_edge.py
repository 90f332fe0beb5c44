"""Lambda@Edge functions in their four positions.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-the-edge.html

`LambdaFunctions` is what the edge calls. What it does is plain data but for the process that runs the function:
`request_event()` and `response_event()` make what a function gets, `_request()`, `_generated()` and `_response()` read
what it returns.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import typing as t
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tutorcloudfront.sandbox.edge.lambda_process import Crashed, Processes, TimedOut
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Headers, Response
from tutorcloudfront.sandbox.edge.restrictions import (
    Context,
    FunctionFailed,
    Log,
    Position,
    Violation,
    check_headers,
    check_location,
    check_status,
    exposed,
    hidden,
    phrase,
    title,
)
from tutorcloudfront.sandbox.neighbours import PublishedLambda
from tutorcloudfront.sandbox.rules.origins import is_path, is_port

Json = dict[str, t.Any]
RequestPosition = t.Literal["viewer-request", "origin-request"]
ResponsePosition = t.Literal["origin-response", "viewer-response"]

#: Seconds that a function may take, whatever its own time-out.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
SECONDS = {"viewer": 5.0, "origin": 30.0}
#: Bytes of a response that a function generates, headers included, and of a body that it gets to see or puts in.
BYTES = {"viewer": 40 * 1024, "origin": 1024 * 1024}
IPV4 = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")


@dataclass(frozen=True)
class Changed:
    """A request to go on with; at origin-request, with the `origin` (as in the event) that it is to go to."""

    request: Request
    origin: Json | None = None


class LambdaFunctions:
    """Runs Lambda functions from the zips that were deployed, until it is closed.

    Calls block for as long as a function takes; threads may share one of these. All raise `FunctionFailed`.

    :param version_of: returns the published version of an ARN: `store.neighbours.function_version`.
    :param endpoint: the URL of the emulated account.
    :param log: gets what functions print, line by line.
    """

    def __init__(
        self, version_of: Callable[[str], PublishedLambda | None], endpoint: str, log: Log | None = None
    ) -> None:
        self._version_of = version_of
        self._processes = Processes(endpoint, log)

    def close(self) -> None:
        """End all functions, those included that are at work."""
        self._processes.close()

    def request(
        self,
        arn: str,
        position: RequestPosition,
        context: Context,
        request: Request,
        *,
        include_body: bool = False,
        origin: Json | None = None,
    ) -> Changed | Response:
        """Run a function at viewer-request or origin-request: return what to go on with, or a generated response.

        :param request: at origin-request as it would go to the origin, `host` header and all.
        :param include_body: of the function's association.
        :param origin: at origin-request `{"custom": {…}}` or `{"s3": {…}}`, as in the developer guide's event.
        """
        event = request_event(position, context, request, include_body=include_body, origin=origin)
        result = self._run(arn, position, context, event)
        try:
            if "status" in result:
                return _generated(position, result)
            return _request(position, request, _cf(event)["request"], result)
        except Violation as violation:
            raise _invalid(violation) from violation

    def response(
        self,
        arn: str,
        position: ResponsePosition,
        context: Context,
        request: Request,
        response: Response,
        *,
        origin: Json | None = None,
    ) -> Response:
        """Run a function at origin-response or viewer-response, and return the response to go on with.

        It is for the caller to leave viewer-response out where the origin's status is 400 or higher.
        """
        event = response_event(position, context, request, response, origin=origin)
        result = self._run(arn, position, context, event)
        try:
            return _response(position, response, result)
        except Violation as violation:
            raise _invalid(violation) from violation

    def _run(self, arn: str, position: Position, context: Context, event: Json) -> Json:
        function = self._version_of(arn)
        if function is None:
            raise _broken(f"There is no published function {arn}.")
        if not function.runtime.startswith("python"):
            raise _broken(f"The sandbox runs functions in Python; {arn} is for {function.runtime}.")
        seconds = min(function.timeout, SECONDS[_side(position)])
        try:
            text = self._processes.invoke(function, event, seconds, context.request_id)
        except Crashed as crashed:
            raise _broken(str(crashed)) from crashed
        except TimedOut as late:
            message = "The Lambda function associated with the CloudFront distribution was throttled."
            raise FunctionFailed(503, "LambdaLimitExceeded", message, str(late)) from late
        result = json.loads(text)
        if not isinstance(result, dict):
            raise _invalid(Violation("The result is not an object"))
        return result


def request_event(
    position: RequestPosition,
    context: Context,
    request: Request,
    *,
    include_body: bool = False,
    origin: Json | None = None,
) -> Json:
    """Return the event of viewer-request or origin-request.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-request
    """
    members = _request_members(position, request, origin)
    if include_body:
        most = BYTES[_side(position)]
        members["body"] = {
            "inputTruncated": len(request.body) > most,
            "action": "read-only",
            "encoding": "base64",
            "data": base64.b64encode(request.body[:most]).decode(),
        }
    return _event(position, context, {"request": members})


def response_event(
    position: ResponsePosition,
    context: Context,
    request: Request,
    response: Response,
    *,
    origin: Json | None = None,
) -> Json:
    """Return the event of origin-response or viewer-response, which has the response without its body.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html#lambda-event-structure-response
    """
    members = {
        "status": str(response.status),
        "statusDescription": phrase(response.status),
        "headers": _fields(exposed(response.headers)),
    }
    return _event(position, context, {"request": _request_members(position, request, origin), "response": members})


def _event(position: Position, context: Context, members: Json) -> Json:
    config = {
        "distributionDomainName": context.distribution_domain_name,
        "distributionId": context.distribution_id,
        "eventType": position,
        "requestId": context.request_id,
    }
    return {"Records": [{"cf": {"config": config, **members}}]}


def _cf(event: Json) -> Json:
    members: Json = event["Records"][0]["cf"]
    return members


def _request_members(position: Position, request: Request, origin: Json | None) -> Json:
    return {
        "clientIp": request.client_ip,
        "method": request.method,
        "uri": request.path,
        "querystring": request.query,
        "headers": _fields(exposed(request.headers)),
        **({"origin": origin} if origin and _side(position) == "origin" else {}),
    }


def _side(position: Position) -> str:
    return position.partition("-")[0]


def _fields(headers: Headers) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {}
    for name, value in headers:
        found.setdefault(name, []).append({"key": title(name), "value": value})
    return found


def _request(position: RequestPosition, request: Request, before: Json, result: Json) -> Changed:
    """Return the request as the function wants it."""
    for name in ("method", "clientIp"):
        if result.get(name) != before[name]:
            raise Violation(f"The function tried to change the read-only field {name}")
    headers = _headers(result.get("headers"))
    check_headers(position, exposed(request.headers), headers)
    uri, query = result.get("uri"), result.get("querystring")
    if (uri, query) != (request.path, request.query):
        check_location(uri, query)
    changed = replace(request, path=str(uri), query=str(query), headers=(*headers, *hidden(request.headers)))
    return Changed(_with_body(position, changed, before, result), _origin(before, result, headers))


def _with_body(position: RequestPosition, request: Request, before: Json, result: Json) -> Request:
    """Return the request with the body that a function has put in, which may do so where its association says so.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-include-body-access.html
    """
    body = result.get("body", before.get("body"))
    if body == before.get("body"):
        return request
    if "body" not in before or not isinstance(body, dict) or body.get("action") not in ("read-only", "replace"):
        raise Violation("The body of the request is not one that may be replaced")
    if body["action"] == "read-only":
        return request
    data = _decoded(body.get("data", ""), body.get("encoding", "text"))[: BYTES[_side(position)]]
    others = [item for item in request.headers if item[0] != "content-length"]
    return replace(request, body=data, headers=(*others, ("content-length", str(len(data)))))


def _origin(before: Json, result: Json, headers: Headers) -> Json | None:
    """Return the origin that a request is to go to."""
    old, new = before.get("origin"), result.get("origin")
    if new == old:
        return t.cast("Json | None", new)
    if old is None or not isinstance(new, dict) or len(new) != 1:
        raise Violation("The origin must be either a custom origin or an S3 origin")
    ((kind, members),) = new.items()
    if kind not in ("custom", "s3") or not isinstance(members, dict):
        raise Violation("The origin must be either a custom origin or an S3 origin")
    _check_origin(members)
    if kind == "custom":
        _check_custom_origin(members)
    own = _headers(members.get("customHeaders", {}))
    check_headers("origin-request", (), own)
    twice = {name for name, _ in own} & {name for name, _ in headers}
    if twice:
        raise Violation(f"The headers {', '.join(sorted(twice))} are both in the request and in the origin")
    return new


def _check_origin(members: Json) -> None:
    domain, path = members.get("domainName"), members.get("path", "")
    if not isinstance(domain, str) or not 1 <= len(domain) <= 253 or ":" in domain or IPV4.fullmatch(domain):
        raise Violation("The origin's domainName must be a host name")
    if not isinstance(path, str) or not is_path(path):
        raise Violation("The origin's path must begin with a slash, and must not end with one")


def _check_custom_origin(members: Json) -> None:
    port = members.get("port")
    if type(port) is not int or not is_port(port):
        raise Violation("The origin's port must be 80, 443, or from 1024 to 65535")
    if members.get("protocol") not in ("http", "https"):
        raise Violation("The origin's protocol must be http or https")


def _generated(position: RequestPosition, result: Json) -> Response:
    """Return the response that a function has made of a request.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-generating-http-responses.html
    """
    status = _status(result)
    headers = _headers(result.get("headers", {}))
    check_headers(position, (), headers)
    body = _body(result)
    if status == 204 and body and position == "viewer-request":
        raise Violation("A response with the status 204 must not have a body")
    _check_size(position, headers, body)
    return Response(status, headers, body)


def _response(position: ResponsePosition, response: Response, result: Json) -> Response:
    """Return the response as the function wants it.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-updating-http-responses.html
    """
    status = _status(result)
    headers = _headers(result.get("headers"))
    check_headers(position, exposed(response.headers), headers)
    if position == "viewer-response" and (status != response.status or "body" in result):
        raise Violation("At viewer-response, status and body cannot be changed")
    changed = replace(response, status=status, headers=(*headers, *hidden(response.headers)))
    if "body" not in result:
        return changed
    body = _body(result)
    _check_size(position, headers, body)
    return replace(changed.without(["content-length", "transfer-encoding"]), body=body, cut_short=False)


def _status(result: Mapping[str, t.Any]) -> int:
    status = result.get("status")
    if isinstance(status, str) and re.fullmatch("[0-9]{3}", status):
        status = int(status)
    description = result.get("statusDescription", "")
    if not isinstance(description, str) or not description.isprintable():
        raise Violation("The statusDescription is not a line of text")
    return check_status(status)


def _headers(fields: t.Any) -> Headers:
    if not isinstance(fields, dict):
        raise Violation("The headers are not an object")
    return tuple((name, value) for name, entries in fields.items() for value in _header_values(name, entries))


def _header_values(name: str, entries: t.Any) -> Iterable[str]:
    if not isinstance(entries, list):
        raise Violation(f"Each header entry in the headers object must be an array: {name}")
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("value"), str):
            raise Violation(f"Each value of a header must be an object with key and value: {name}")
        key = entry.get("key", name)
        if not isinstance(key, str) or key.lower() != name:
            raise Violation(
                f"The key of a header must be its name, which is in lower case in the headers object: {name}"
            )
        yield entry["value"]


def _body(result: Mapping[str, t.Any]) -> bytes:
    return _decoded(result.get("body", ""), result.get("bodyEncoding", "text"))


def _decoded(data: t.Any, encoding: t.Any) -> bytes:
    if not isinstance(data, str) or encoding not in ("text", "base64"):
        raise Violation("The body is not a string, is not an object, or exceeds the maximum size")
    if encoding == "text":
        return data.encode()
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise Violation("The body is not valid base64") from None


def _check_size(position: Position, headers: Headers, body: bytes) -> None:
    if len(body) + sum(len(name) + len(value) for name, value in headers) > BYTES[_side(position)]:
        raise Violation("The body is not a string, is not an object, or exceeds the maximum size")


def _broken(hint: str) -> FunctionFailed:
    return FunctionFailed(
        503,
        "LambdaExecutionError",
        "The Lambda function associated with the CloudFront distribution is invalid or doesn't have the required "
        "permissions.",
        hint,
    )


def _invalid(violation: Violation) -> FunctionFailed:
    text = str(violation)
    return FunctionFailed(
        502,
        "LambdaValidationError",
        f"The Lambda function result failed validation: {text[0].upper()}{text[1:]}.",
        text,
    )
