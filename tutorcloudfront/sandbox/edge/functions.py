"""CloudFront Functions at viewer-request and viewer-response, run by QuickJS within this process.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-functions.html

Between `viewer_request()` and `viewer_response()`, which are what the edge calls, and the engine, everything is plain
data: `request_event()` and `response_event()` make what a function gets, `_request()` and `_response()` read what it
returns. Every call has an engine of its own, so that no state goes from one request to another.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
import typing as t
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

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
)

Json = dict[str, t.Any]

RUNTIME = Path(__file__).with_name("runtime.js")
#: Of processor time. CloudFront allows about a thousandth of a second, on machines that nobody else has.
SECONDS = 1.0
#: A function has 2 MB, and the engine needs something for itself.
MEMORY = 4 * 1024 * 1024
#: Threads other than the first have 512 kB of stack on macOS.
STACK = 256 * 1024
#: Of a generated response, headers included.
MAX_RESPONSE = 40 * 1024
#: What a function logs is cut off here.
MAX_LOG = 10 * 1024
#: The runtime's own modules may be imported, too; the engine's modules are another kind of program.
IMPORT = re.compile(r"""^[ \t]*import\s+([\w$]+|\{[\w\s$,]+\})\s+from\s+(['"]\w+['"])[ \t]*;?""", re.MULTILINE)


def viewer_request(
    code: bytes, context: Context, request: Request, *, seconds: float = SECONDS, log: Log | None = None
) -> Request | Response:
    """Run a function at viewer-request: return the request to go on with, or the response that it has generated.

    Raises `FunctionFailed`.

    :param code: of the function's stage LIVE.
    :param log: gets what the function says by console.log(), line by line.
    """
    event = request_event(context, request)
    result = _run(code, event, seconds, log)
    try:
        if "statusCode" in result:
            return _generated(result)
        return _request(request, event["request"], result)
    except Violation as violation:
        raise _invalid(violation) from violation


def viewer_response(
    code: bytes,
    context: Context,
    request: Request,
    response: Response,
    *,
    seconds: float = SECONDS,
    log: Log | None = None,
) -> Response:
    """Run a function at viewer-response, and return the response for the viewer. Raises `FunctionFailed`.

    It is for the caller to leave this out where the origin's status is 400 or higher, as CloudFront does.
    """
    event = response_event(context, request, response)
    result = _run(code, event, seconds, log)
    try:
        return _response(response, event["response"], result)
    except Violation as violation:
        raise _invalid(violation) from violation


def request_event(context: Context, request: Request) -> Json:
    """Return the event of viewer-request.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
    """
    headers = exposed(request.headers)
    cookies = [pair for name, value in headers if name == "cookie" for pair in _cookie_pairs(value)]
    return {
        **_event(context, request, "viewer-request"),
        "request": {
            "method": request.method,
            "uri": request.path,
            "querystring": _fields(_pairs(request.query)),
            "headers": _fields((name, {"value": value}) for name, value in headers if name != "cookie"),
            "cookies": _fields((name, {"value": value}) for name, value in cookies),
        },
    }


def response_event(context: Context, request: Request, response: Response) -> Json:
    """Return the event of viewer-response, which has the response without its body."""
    headers = exposed(response.headers)
    cookies = [_set_cookie(value) for name, value in headers if name == "set-cookie"]
    return {
        **_event(context, request, "viewer-response"),
        "request": request_event(context, request)["request"],
        "response": {
            "statusCode": response.status,
            "statusDescription": phrase(response.status),
            "headers": _fields((name, {"value": value}) for name, value in headers if name != "set-cookie"),
            "cookies": _fields(cookies),
        },
    }


def _event(context: Context, request: Request, position: Position) -> Json:
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": context.distribution_domain_name,
            "distributionId": context.distribution_id,
            "eventType": position,
            "requestId": context.request_id,
        },
        "viewer": {"ip": request.client_ip},
    }


def _fields(items: Iterable[tuple[str, Json]]) -> Json:
    """Return one field for each name; where a name occurs more than once, all its values as well."""
    found: dict[str, list[Json]] = {}
    for name, value in items:
        found.setdefault(name, []).append(value)
    return {
        name: {**values[0], "multiValue": values} if len(values) > 1 else values[0] for name, values in found.items()
    }


def _pairs(query: str) -> Iterator[tuple[str, Json]]:
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        yield name, {"value": value}


def _cookie_pairs(header: str) -> Iterator[tuple[str, str]]:
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name:
            yield name, value


def _set_cookie(header: str) -> tuple[str, Json]:
    pair, semicolon, attributes = header.partition(";")
    name, _, value = pair.strip().partition("=")
    return name, {"value": value, **({"attributes": attributes.strip()} if semicolon else {})}


def _run(code: bytes, event: Json, seconds: float, log: Log | None) -> Json:
    """Return what a function returns for an event, if it is an object at all."""
    import quickjs

    engine = quickjs.Context()
    engine.set_max_stack_size(STACK)
    engine.set_memory_limit(MEMORY)
    try:
        engine.eval(RUNTIME.read_text(encoding="utf-8"))
        engine.set("__event", json.dumps(event))
        engine.set_time_limit(seconds)
        # What is thrown at the top level ends here, and so does code that cannot be read.
        engine.eval('"use strict";' + IMPORT.sub(r"const \1 = require(\2);", code.decode()))
        engine.eval(CALL)
        # The engine counts the time of every job anew.
        end = time.monotonic() + seconds
        while engine.execute_pending_job() and time.monotonic() < end:
            pass
        outcome = json.loads(engine.eval(OUTCOME))
    except (quickjs.JSException, quickjs.StackOverflow, UnicodeDecodeError, MemoryError) as error:
        raise _broken(str(error)) from error
    _tell(outcome["logged"], log)
    if "thrown" in outcome:
        raise _broken(outcome["thrown"])
    result = outcome.get("returned")
    if not isinstance(result, dict):
        raise _invalid(Violation("the function must return an object"))
    return result


CALL = """
(async function () {
    'use strict';
    if (typeof handler !== 'function') {
        throw new ReferenceError('the function has no handler');
    }
    return await handler(JSON.parse(__event));
})().then(
    function (value) { globalThis.__outcome = {returned: value}; },
    // Without memory there is no error object either.
    function (error) { globalThis.__outcome = {thrown: error ? error + '\\n' + error.stack : 'out of memory'}; }
)
"""
OUTCOME = """
JSON.stringify({
    logged: __logged,
    ...(globalThis.__outcome || {thrown: 'the function never came to an end'})
})
"""


def _tell(logged: list[str], log: Log | None) -> None:
    if log:
        for line in "\n".join(logged)[:MAX_LOG].splitlines():
            log(line)


def _request(request: Request, before: Json, result: Json) -> Request:
    """Return the request as the function wants it; what the function has not touched stays as the viewer sent it."""
    if result.get("method") != before["method"]:
        raise Violation("the method of a request is read-only")
    headers = _headers(before, result, "cookie")
    cookies = list(_values(before["cookies"], result.get("cookies"), "request.cookies"))
    if result["cookies"] == before["cookies"]:
        headers += tuple(item for item in request.headers if item[0] == "cookie")
    elif cookies:
        headers += (("cookie", "; ".join(f"{name}={field['value']}" for name, field in cookies)),)
    parameters = _values(before["querystring"], result.get("querystring"), "request.querystring")
    query = "&".join(f"{name}={field['value']}" for name, field in parameters)
    if result["querystring"] == before["querystring"]:
        query = request.query
    check_headers("viewer-request", exposed(request.headers), headers)
    if (result.get("uri"), query) != (request.path, request.query):
        check_location(result.get("uri"), query)
    return replace(request, path=result["uri"], query=query, headers=(*headers, *hidden(request.headers)))


def _response(response: Response, before: Json, result: Json) -> Response:
    status = check_status(result.get("statusCode"))
    headers = _response_headers(before, result)
    check_headers("viewer-response", exposed(response.headers), headers)
    changed = replace(response, status=status, headers=(*headers, *hidden(response.headers)))
    if "body" not in result:
        return changed
    return replace(changed.without(["content-length"]), body=_sized(headers, _body(result["body"])), cut_short=False)


def _generated(result: Json) -> Response:
    status = check_status(result["statusCode"])
    headers = _response_headers({"headers": {}, "cookies": {}}, {"headers": {}, "cookies": {}, **result})
    check_headers("viewer-request", (), headers)
    body = _body(result["body"]) if "body" in result else b""
    return Response(status, headers, _sized(headers, body))


def _response_headers(before: Json, result: Json) -> Headers:
    cookies = _values(before["cookies"], result.get("cookies"), "response.cookies")
    return (*_headers(before, result, "set-cookie"), *(("set-cookie", _written(*cookie)) for cookie in cookies))


def _written(name: str, field: Json) -> str:
    attributes = field.get("attributes", "")
    if not isinstance(attributes, str):
        raise Violation("the attributes of a cookie must be a string")
    return f"{name}={field['value']}" + (f"; {attributes}" if attributes else "")


def _headers(before: Json, result: Json, cookie: str) -> Headers:
    headers = tuple(
        (name, field["value"]) for name, field in _values(before["headers"], result.get("headers"), "headers")
    )
    if any(name == cookie for name, _ in headers):
        raise Violation(f"the header {cookie} is not set as a header, but by the field cookies")
    return headers


def _values(before: Mapping[str, Json], after: t.Any, what: str) -> Iterator[tuple[str, Json]]:
    """Yield the values of query parameters, headers or cookies one by one."""
    if not isinstance(after, dict):
        raise Violation(f"{what} must be an object")
    for name, field in after.items():
        for value in _each(before.get(name, {}), field):
            if not isinstance(value, dict) or not isinstance(value.get("value"), str):
                raise Violation(f"{what}: {name} must be an object with a string `value`")
            yield name, value


def _each(before: Json, field: t.Any) -> list[t.Any]:
    """Return all values of a field: `multiValue` where there is one, but `value` where only that was changed.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html#functions-event-structure-multivalue
    """
    if not isinstance(field, dict) or "multiValue" not in field:
        return [field]
    values = field["multiValue"]
    if not isinstance(values, list):
        raise Violation("multiValue must be an array")
    only_first = values == before.get("multiValue") and field.get("value") != before.get("value")
    return [{**values[0], "value": field.get("value")}, *values[1:]] if only_first else values


def _body(body: t.Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if not isinstance(body, dict) or not isinstance(body.get("data"), str):
        raise Violation("the body must be a string, or an object with the string `data`")
    if body.get("encoding") == "text":
        return str(body["data"]).encode()
    if body.get("encoding") != "base64":
        raise Violation("the encoding of a body must be text or base64")
    try:
        return base64.b64decode(body["data"], validate=True)
    except binascii.Error:
        raise Violation("the body is not valid base64") from None


def _sized(headers: Headers, body: bytes) -> bytes:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions"""
    if len(body) + sum(len(name) + len(value) for name, value in headers) > MAX_RESPONSE:
        raise Violation(f"a generated response, headers and body, is at most {MAX_RESPONSE} bytes")
    return body


def _broken(hint: str) -> FunctionFailed:
    return FunctionFailed(
        503,
        "FunctionExecutionError",
        "The CloudFront function associated with the CloudFront distribution is invalid or could not run.",
        hint,
    )


def _invalid(violation: Violation) -> FunctionFailed:
    return FunctionFailed(
        502,
        "FunctionValidationError",
        f"The CloudFront function returned an invalid value: {violation}.",
        str(violation),
    )
