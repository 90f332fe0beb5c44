"""CloudFront Functions at the local edge: what they get, what becomes of what they return, and what they may not do."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

import tutorcloudfront.resources
from tutorcloudfront.sandbox.edge import functions
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.restrictions import READ_ONLY, Context, FunctionFailed

CONTEXT = Context("d111111abcdef8.cloudfront.net", "EDFDVBD6EXAMPLE", "request-id")
REQUEST = Request(
    "GET",
    "https",
    "learn.example.com",
    "/static/a%20b.js",
    "x=1&y=%2F&x=2&z",
    (
        ("host", "learn.example.com"),
        ("accept", "text/html"),
        ("accept", "text/plain"),
        ("cookie", "a=1; b=2"),
        ("cookie", "a=3"),
        ("connection", "keep-alive"),
        ("x-forwarded-proto", "https"),
    ),
    "198.51.100.11",
)
RESPONSE = Response(
    200,
    (
        ("content-type", "text/html"),
        ("content-length", "4"),
        ("set-cookie", "a=1; Secure; Path=/"),
        ("set-cookie", "a=2"),
        ("set-cookie", "b=3"),
        ("via", "1.1 edge"),
        ("x-cache", "Miss from cloudfront"),
    ),
    b"body",
)


def at_request(code: str, request: Request = REQUEST, **options: t.Any) -> Request | Response:
    return functions.viewer_request(code.encode(), CONTEXT, request, **options)


def at_response(code: str, response: Response = RESPONSE) -> Response:
    return functions.viewer_response(code.encode(), CONTEXT, REQUEST, response)


def changed(body: str, request: Request = REQUEST) -> Request:
    """Run a function that returns the request after `body`."""
    result = at_request(
        f"function handler(event) {{ const request = event.request; {body}; return request; }}", request
    )
    assert isinstance(result, Request)
    return result


def answered(body: str, response: Response = RESPONSE) -> Response:
    """Run a function that returns the response after `body`."""
    return at_response(
        f"function handler(event) {{ const response = event.response; {body}; return response; }}", response
    )


def generated(response: str) -> Response:
    result = at_request(f"function handler() {{ return {response}; }}")
    assert isinstance(result, Response)
    return result


def header(request: Request | Response, name: str) -> list[str]:
    return [value for key, value in request.headers if key == name]


class TestEvents:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html"""

    def test_request(self) -> None:
        assert functions.request_event(CONTEXT, REQUEST) == {
            "version": "1.0",
            "context": {
                "distributionDomainName": "d111111abcdef8.cloudfront.net",
                "distributionId": "EDFDVBD6EXAMPLE",
                "eventType": "viewer-request",
                "requestId": "request-id",
            },
            "viewer": {"ip": "198.51.100.11"},
            "request": {
                "method": "GET",
                "uri": "/static/a%20b.js",
                "querystring": {
                    "x": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]},
                    "y": {"value": "%2F"},
                    "z": {"value": ""},
                },
                "headers": {
                    "host": {"value": "learn.example.com"},
                    "accept": {"value": "text/html", "multiValue": [{"value": "text/html"}, {"value": "text/plain"}]},
                },
                "cookies": {
                    "a": {"value": "1", "multiValue": [{"value": "1"}, {"value": "3"}]},
                    "b": {"value": "2"},
                },
            },
        }

    def test_response(self) -> None:
        event = functions.response_event(CONTEXT, REQUEST, RESPONSE)
        assert event["context"]["eventType"] == "viewer-response"
        assert event["request"] == functions.request_event(CONTEXT, REQUEST)["request"]
        assert event["response"] == {
            "statusCode": 200,
            "statusDescription": "OK",
            "headers": {
                "content-type": {"value": "text/html"},
                "content-length": {"value": "4"},
                "via": {"value": "1.1 edge"},
            },
            "cookies": {
                "a": {
                    "value": "1",
                    "attributes": "Secure; Path=/",
                    "multiValue": [{"value": "1", "attributes": "Secure; Path=/"}, {"value": "2"}],
                },
                "b": {"value": "3"},
            },
        }

    def test_empty_request(self) -> None:
        members = functions.request_event(CONTEXT, Request("GET", "https", "h", "/"))["request"]
        assert members == {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}}

    def test_function_gets_the_event(self) -> None:
        result = changed("request.headers['x-event'] = {value: JSON.stringify(event.context)}")
        assert '"requestId":"request-id"' in result.header("x-event")


class TestRequests:
    def test_untouched_is_as_it_was(self) -> None:
        result = changed("")
        assert (result.path, result.query) == (REQUEST.path, REQUEST.query)
        assert sorted(result.headers) == sorted(REQUEST.headers)

    def test_uri(self) -> None:
        assert changed("request.uri = '/index.html'").path == "/index.html"

    @pytest.mark.parametrize(
        ("change", "query"),
        [
            ("request.querystring = {}", ""),
            ("delete request.querystring.x", "y=%2F&z="),
            ("request.querystring.y.value = '3'", "x=1&x=2&y=3&z="),
            ("request.querystring.n = {value: 'a%26b'}", "x=1&x=2&y=%2F&z=&n=a%26b"),
            # Of several values, `value` is the first; once `multiValue` is changed, it is no more looked at.
            ("request.querystring.x.value = '5'", "x=5&x=2&y=%2F&z="),
            ("request.querystring.x.multiValue.push({value: '9'})", "x=1&x=2&x=9&y=%2F&z="),
            ("request.querystring.x = {value: '0', multiValue: [{value: '6'}]}", "x=6&y=%2F&z="),
            ("request.querystring.x = {value: '7'}", "x=7&y=%2F&z="),
        ],
    )
    def test_query(self, change: str, query: str) -> None:
        assert changed(change).query == query

    def test_headers(self) -> None:
        result = changed("request.headers['x-new'] = {value: 'n'}; delete request.headers.accept")
        assert (result.header("x-new"), result.header("accept")) == ("n", "")
        result = changed("request.headers.accept.multiValue[1].value = 'image/png'")
        assert header(result, "accept") == ["text/html", "image/png"]

    def test_cookies(self) -> None:
        assert header(changed("request.cookies.c = {value: '4'}"), "cookie") == ["a=1; a=3; b=2; c=4"]
        assert header(changed("request.cookies = {}"), "cookie") == []

    def test_hidden_headers_go_past_the_function(self) -> None:
        result = changed("request.headers = {host: request.headers.host}")
        assert (result.header("connection"), result.header("x-forwarded-proto")) == ("keep-alive", "https")

    @pytest.mark.parametrize(
        ("violation", "body"),
        [
            ("read-only header: host", "request.headers.host.value = 'other.example.com'"),
            ("read-only header: host", "delete request.headers.host"),
            ("read-only header: content-length", "request.headers['content-length'] = {value: '0'}"),
            ("read-only header: transfer-encoding", "request.headers['transfer-encoding'] = {value: 'chunked'}"),
            ("read-only header: via", "request.headers.via = {value: 'me'}"),
            ("disallowed header: connection", "request.headers.connection = {value: 'close'}"),
            ("disallowed header: x-edge-mine", "request.headers['x-edge-mine'] = {value: '1'}"),
            ("disallowed header: x-amz-cf-id", "request.headers['x-amz-cf-id'] = {value: '1'}"),
            ("disallowed header: x-forwarded-proto", "request.headers['x-forwarded-proto'] = {value: '1'}"),
            ("lower case", "request.headers['X-Mine'] = {value: '1'}"),
            ("not the name of a header", "request.headers['a b'] = {value: '1'}"),
            ("control characters", "request.headers['x-mine'] = {value: 'a\\r\\nb: c'}"),
            ("control characters", "request.headers['x-mine'] = {value: '\\x7f'}"),
            ("string `value`", "request.headers['x-mine'] = 'text'"),
            ("string `value`", "request.headers['x-mine'] = {value: 1}"),
            ("multiValue must be an array", "request.headers['x-mine'] = {value: '1', multiValue: '2'}"),
            ("header cookie is not set as a header", "request.headers.cookie = {value: 'a=1'}"),
            ("headers must be an object", "delete request.headers"),
            ("request.cookies must be an object", "request.cookies = 'a=1'"),
            ("request.querystring must be an object", "request.querystring = 'a=1'"),
            ("method of a request is read-only", "request.method = 'POST'"),
            ("method of a request is read-only", "delete request.method"),
            ("begin with a slash", "request.uri = 'index.html'"),
            ("begin with a slash", "delete request.uri"),
            ("a URI cannot include", "request.uri = '/a?b=1'"),
            ("a query cannot include", "request.querystring.x = {value: 'a b'}"),
            ("less than 8192", "request.uri = '/' + 'a'.repeat(8191)"),
        ],
    )
    def test_violations(self, violation: str, body: str) -> None:
        with pytest.raises(FunctionFailed) as caught:
            changed(body)
        failed = caught.value
        assert (failed.status, failed.code) == (502, "FunctionValidationError")
        assert failed.message.startswith("The CloudFront function returned an invalid value: ")
        assert violation in failed.message

    @pytest.mark.parametrize("result", ["undefined", "null", "'text'", "1", "[]", "true", "function () {}"])
    def test_results_that_are_no_objects(self, result: str) -> None:
        with pytest.raises(FunctionFailed, match="must return an object"):
            at_request(f"function handler() {{ return {result}; }}")

    def test_header_that_came_in_twice_may_stay(self) -> None:
        request = Request("GET", "https", "h", "/", headers=(("host", "h"), ("via", "1.1 a"), ("via", "1.1 b")))
        assert changed("", request).headers == request.headers


class TestGeneratedResponses:
    def test_the_plugins_own_function(self) -> None:
        code = (Path(tutorcloudfront.resources.__file__).parent / "refuse.js").read_bytes()
        result = functions.viewer_request(code, CONTEXT, REQUEST)
        assert result == Response(404, (("cache-control", "no-store"),))

    def test_redirect(self) -> None:
        result = generated(
            "{statusCode: 302, statusDescription: 'Found', headers: {location: {value: '/x'}},"
            " cookies: {a: {value: '1', attributes: 'Path=/'}}}"
        )
        assert result == Response(302, (("location", "/x"), ("set-cookie", "a=1; Path=/")))

    @pytest.mark.parametrize(
        ("body", "data"),
        [
            ("'t\\u00e9xt'", "téxt".encode()),
            ("{encoding: 'text', data: 'text'}", b"text"),
            ("{encoding: 'base64', data: 'AP8='}", b"\x00\xff"),
            ("''", b""),
        ],
    )
    def test_body(self, body: str, data: bytes) -> None:
        assert generated(f"{{statusCode: 200, body: {body}}}") == Response(200, (), data)

    @pytest.mark.parametrize(
        ("violation", "response"),
        [
            ("between 200 and 599", "{statusCode: 199}"),
            ("between 200 and 599", "{statusCode: 600}"),
            ("between 200 and 599", "{statusCode: '200'}"),
            ("between 200 and 599", "{statusCode: true}"),
            ("disallowed header: x-cache", "{statusCode: 200, headers: {'x-cache': {value: '1'}}}"),
            ("read-only header: content-length", "{statusCode: 200, headers: {'content-length': {value: '1'}}}"),
            ("header set-cookie is not set", "{statusCode: 200, headers: {'set-cookie': {value: 'a=1'}}}"),
            ("attributes of a cookie", "{statusCode: 200, cookies: {a: {value: '1', attributes: 1}}}"),
            ("body must be a string", "{statusCode: 200, body: 1}"),
            ("body must be a string", "{statusCode: 200, body: {encoding: 'text'}}"),
            ("text or base64", "{statusCode: 200, body: {encoding: 'gzip', data: ''}}"),
            ("text or base64", "{statusCode: 200, body: {data: ''}}"),
            ("not valid base64", "{statusCode: 200, body: {encoding: 'base64', data: '*'}}"),
            ("at most 40960 bytes", "{statusCode: 200, body: 'a'.repeat(40961)}"),
            ("at most 40960 bytes", "{statusCode: 200, headers: {a: {value: '12'}}, body: 'a'.repeat(40958)}"),
        ],
    )
    def test_violations(self, violation: str, response: str) -> None:
        with pytest.raises(FunctionFailed, match=violation) as caught:
            generated(response)
        assert (caught.value.status, caught.value.code) == (502, "FunctionValidationError")

    def test_largest_response(self) -> None:
        assert len(generated("{statusCode: 200, headers: {a: {value: '12'}}, body: 'a'.repeat(40957)}").body) == 40957


class TestResponses:
    def test_untouched_is_as_it_was(self) -> None:
        result = answered("")
        assert (result.status, result.body) == (200, b"body")
        assert sorted(result.headers) == sorted(RESPONSE.headers)

    def test_changes(self) -> None:
        result = answered(
            "response.statusCode = 203; response.headers['x-new'] = {value: 'n'}; response.cookies.b.attributes = 'Secure'"
        )
        assert (result.status, result.header("x-new"), result.body) == (203, "n", b"body")
        assert header(result, "set-cookie") == ["a=1; Secure; Path=/", "a=2", "b=3; Secure"]
        assert result.header("x-cache") == "Miss from cloudfront"

    def test_new_body_loses_the_old_length(self) -> None:
        result = answered("response.body = 'longer than before'")
        assert (result.body, result.has("content-length")) == (b"longer than before", False)
        assert answered("response.body = ''").body == b""

    def test_request_is_of_no_account(self) -> None:
        result = at_response("function handler(event) { event.request.uri = 1; return event.response; }")
        assert result.status == 200

    @pytest.mark.parametrize(
        ("violation", "body"),
        [
            ("between 200 and 599", "delete response.statusCode"),
            ("read-only header: via", "response.headers.via.value = 'me'"),
            ("read-only header: via", "delete response.headers.via"),
            ("read-only header: warning", "response.headers.warning = {value: '1'}"),
            ("disallowed header: x-cache", "response.headers['x-cache'] = {value: 'Hit'}"),
            ("headers must be an object", "response.headers = null"),
            ("response.cookies must be an object", "response.cookies = null"),
        ],
    )
    def test_violations(self, violation: str, body: str) -> None:
        with pytest.raises(FunctionFailed, match=violation) as caught:
            answered(body)
        assert (caught.value.status, caught.value.code) == (502, "FunctionValidationError")

    def test_the_request_is_no_response(self) -> None:
        with pytest.raises(FunctionFailed, match="between 200 and 599"):
            at_response("function handler(event) { return event.request; }")


class TestRuntime:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html"""

    @pytest.mark.parametrize(
        "expression",
        [
            "[...'abc'].at(-1) + ((...all) => all.length)(1, 2)",
            "`${'a-b'.replaceAll('-', '+')}`",
            "/(?<year>\\d{4})/.exec('in 2026').groups.year",
            "Object.entries({a: 1}).flat().join()",
            "btoa('text') + atob('dGV4dA==')",
            "String(2n ** 64n)",
            "require('querystring').stringify(require('querystring').parse('a=1&a=2&b=%20'))",
            "decodeURIComponent('%C3%A9')",
            "new Uint8Array([1, 2]).join()",
            "String(new Date() instanceof Date) + new Date(0).toISOString()",
        ],
    )
    def test_language(self, expression: str) -> None:
        result = generated(f"{{statusCode: 200, body: String({expression})}}")
        assert result.body == LANGUAGE[expression].encode()

    def test_handler_may_be_asynchronous(self) -> None:
        code = (
            "const wait = async () => 201; async function handler() { const s = await wait(); return {statusCode: s}; }"
        )
        assert t.cast("Response", at_request(code)).status == 201

    def test_handler_may_be_a_constant(self) -> None:
        assert t.cast("Response", at_request("const handler = () => ({statusCode: 204});")).status == 204

    def test_modules_may_be_imported(self) -> None:
        code = "import qs from 'querystring';\nfunction handler() { return {statusCode: 200, body: qs.escape('/')}; }"
        assert t.cast("Response", at_request(code)).body == b"%2F"

    def test_clock_stands_still(self) -> None:
        body = "(() => { const a = Date.now(); for (let i = 0; i < 1e5; i++) {} return String(Date.now() - a); })()"
        assert generated(f"{{statusCode: 200, body: {body}}}").body == b"0"

    def test_no_state_is_left_behind(self) -> None:
        code = "var seen = 0; function handler() { return {statusCode: 200, body: String(seen++)}; }"
        assert [t.cast("Response", at_request(code)).body for _ in range(2)] == [b"0", b"0"]

    def test_log(self) -> None:
        lines: list[str] = []
        code = "function handler(event) { console.log('one', {a: 1}, undefined); console.log('two'); return event.request; }"
        at_request(code, log=lines.append)
        assert lines == ['one {"a":1} undefined', "two"]

    def test_log_of_a_function_that_fails(self) -> None:
        lines: list[str] = []
        with pytest.raises(FunctionFailed):
            at_request("function handler() { console.log('a'.repeat(20000)); throw 1; }", log=lines.append)
        assert [len(line) for line in lines] == [10240]

    @pytest.mark.parametrize(
        "code",
        [
            pytest.param("function handler( {", id="syntax"),
            pytest.param("throw new Error('early'); function handler() {}", id="thrown at the top"),
            pytest.param("function handler() { throw new Error('late'); }", id="thrown in the handler"),
            pytest.param("function handler() { throw null; }", id="null thrown"),
            pytest.param("async function handler() { await null; throw new Error('later'); }", id="rejected"),
            pytest.param("function other() {}", id="no handler"),
            pytest.param("let handler = 1;", id="handler that is no function"),
            pytest.param("function handler() { undeclared = 1; }", id="strict mode"),
            pytest.param("function handler() { return eval('1'); }", id="eval"),
            pytest.param("function handler() { return new Function('return 1')(); }", id="Function"),
            pytest.param("function handler() { return (() => 1).constructor('return 1')(); }", id="constructor"),
            pytest.param("function handler() { return setTimeout(function () {}, 1); }", id="timer"),
            pytest.param("function handler() { return fetch('http://127.0.0.1/'); }", id="network"),
            pytest.param("function handler() { return require('fs'); }", id="unknown module"),
            pytest.param("function handler() { return new Promise(function () {}); }", id="never resolved"),
            pytest.param("function handler() { while (true) {} }", id="endless"),
            pytest.param("while (true) {}", id="endless at the top"),
            pytest.param("async function handler() { while (true) { await 1; } }", id="endless jobs"),
            pytest.param("function handler() { return handler() + 1; }", id="recursion"),
            pytest.param(
                "function handler(event) { event.a = 'a'.repeat(1 << 23); return event.request; }", id="memory"
            ),
            pytest.param("function handler() { const a = {}; a.a = a; return a; }", id="result that is no JSON"),
        ],
    )
    def test_does_not_run(self, code: str) -> None:
        for run in (at_request, at_response):
            with pytest.raises(FunctionFailed) as caught:
                functions.viewer_request(code.encode(), CONTEXT, REQUEST, seconds=0.1) if run is at_request else run(
                    code
                )
            failed = caught.value
            assert (failed.status, failed.code) == (503, "FunctionExecutionError")
            assert "is invalid or could not run" in failed.message
            assert failed.hint not in ("", failed.message)

    def test_code_that_is_no_text(self) -> None:
        with pytest.raises(FunctionFailed, match="FunctionExecutionError") as caught:
            functions.viewer_request(b"\xff", CONTEXT, REQUEST)
        assert caught.value.status == 503

    def test_nothing_of_this_process_is_in_reach(self) -> None:
        names = (
            "Object.getOwnPropertyNames(globalThis).filter((name) => /^__|python|process|std|os$/.test(name)).join()"
        )
        assert generated(f"{{statusCode: 200, body: {names}}}").body in (
            b"__logged",
            b"__logged,__event",
            b"__event,__logged",
        )


LANGUAGE = {
    "[...'abc'].at(-1) + ((...all) => all.length)(1, 2)": "c2",
    "`${'a-b'.replaceAll('-', '+')}`": "a+b",
    "/(?<year>\\d{4})/.exec('in 2026').groups.year": "2026",
    "Object.entries({a: 1}).flat().join()": "a,1",
    "btoa('text') + atob('dGV4dA==')": "dGV4dA==text",
    "String(2n ** 64n)": "18446744073709551616",
    "require('querystring').stringify(require('querystring').parse('a=1&a=2&b=%20'))": "a=1&a=2&b=%20",
    "decodeURIComponent('%C3%A9')": "é",
    "new Uint8Array([1, 2]).join()": "1,2",
    "String(new Date() instanceof Date) + new Date(0).toISOString()": "true1970-01-01T00:00:00.000Z",
}


def test_every_read_only_header_is_one() -> None:
    for name in READ_ONLY["viewer-request"]:
        with pytest.raises(FunctionFailed, match=f"read-only header: {name}"):
            changed(f"request.headers['{name}'] = {{value: 'mine'}}")
