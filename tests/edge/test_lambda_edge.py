"""Lambda@Edge functions at the local edge, from zips that are deployed to the emulated account."""

from __future__ import annotations

import base64
import io
import itertools
import json
import os
import textwrap
import typing as t
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox
from tutorcloudfront.sandbox.edge import lambda_edge
from tutorcloudfront.sandbox.edge.lambda_edge import Changed, LambdaFunctions
from tutorcloudfront.sandbox.edge.request import Request
from tutorcloudfront.sandbox.edge.response import Response
from tutorcloudfront.sandbox.edge.restrictions import READ_ONLY, Context, FunctionFailed

CONTEXT = Context("d111111abcdef8.cloudfront.net", "EDFDVBD6EXAMPLE", "request-id")
REQUEST = Request(
    "POST",
    "https",
    "images.example.com",
    "/a%20b",
    "x=1",
    (
        ("host", "images.example.com"),
        ("user-agent", "curl"),
        ("x-twice", "1"),
        ("x-twice", "2"),
        ("via", "1.1 edge"),
        ("connection", "close"),
        ("x-forwarded-proto", "https"),
    ),
    "198.51.100.11",
    b"\x00body",
)
RESPONSE = Response(
    200, (("content-length", "4"), ("via", "1.1 edge"), ("x-cache", "Miss from cloudfront"), ("etag", '"1"')), b"body"
)
CUSTOM = {
    "custom": {
        "customHeaders": {},
        "domainName": "origin.example.com",
        "keepaliveTimeout": 5,
        "path": "",
        "port": 443,
        "protocol": "https",
        "readTimeout": 30,
        "sslProtocols": ["TLSv1.2"],
    }
}

Deploy = Callable[..., str]


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, textwrap.dedent(text))
    return buffer.getvalue()


@pytest.fixture
def deploy(aws: Aws) -> Deploy:
    """Publishes a function whose handler has this body (`request`, `response`, `event`), and returns the ARN."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = aws("iam").create_role(RoleName="edge", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    numbers = itertools.count()

    def publish(body: str, before: str = "", files: dict[str, str] | None = None, **settings: t.Any) -> str:
        lines = [
            textwrap.dedent(before),
            "def handler(event, context):",
            "    cf = event['Records'][0]['cf']",
            "    request, response = cf['request'], cf.get('response')",
            textwrap.indent(textwrap.dedent(body), "    "),
        ]
        function = aws("lambda").create_function(
            **{
                "FunctionName": f"edge-{next(numbers)}",
                "Role": role,
                "Runtime": "python3.13",
                "Handler": "lambda_function.handler",
                "Timeout": 30,
                "Code": {"ZipFile": zipped({"lambda_function.py": "\n".join(lines), **(files or {})})},
                **settings,
            }
        )
        answer = aws("lambda").publish_version(FunctionName=function["FunctionName"])
        return str(answer["FunctionArn"])

    return publish


@pytest.fixture
def printed() -> list[str]:
    return []


@pytest.fixture
def edge(sandbox: Sandbox, printed: list[str]) -> Iterator[LambdaFunctions]:
    functions = LambdaFunctions(sandbox.store.neighbours.function_version, sandbox.url, printed.append)
    yield functions
    functions.close()


def changed(edge: LambdaFunctions, arn: str, **options: t.Any) -> Changed:
    result = edge.request(arn, options.pop("position", "viewer-request"), CONTEXT, REQUEST, **options)
    assert isinstance(result, Changed)
    return result


def generated(edge: LambdaFunctions, arn: str, position: t.Any = "viewer-request") -> Response:
    result = edge.request(arn, position, CONTEXT, REQUEST)
    assert isinstance(result, Response)
    return result


def told(edge: LambdaFunctions, arn: str) -> t.Any:
    """Return what a function has put into its response as JSON."""
    return json.loads(generated(edge, arn).body)


TELL = "return {'status': 200, 'body': json.dumps(%s)}"


class TestEvents:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html"""

    def test_request(self) -> None:
        event = lambda_edge.request_event("viewer-request", CONTEXT, REQUEST, origin=CUSTOM)
        assert event == {
            "Records": [
                {
                    "cf": {
                        "config": {
                            "distributionDomainName": "d111111abcdef8.cloudfront.net",
                            "distributionId": "EDFDVBD6EXAMPLE",
                            "eventType": "viewer-request",
                            "requestId": "request-id",
                        },
                        "request": {
                            "clientIp": "198.51.100.11",
                            "method": "POST",
                            "uri": "/a%20b",
                            "querystring": "x=1",
                            "headers": {
                                "host": [{"key": "Host", "value": "images.example.com"}],
                                "user-agent": [{"key": "User-Agent", "value": "curl"}],
                                "x-twice": [{"key": "X-Twice", "value": "1"}, {"key": "X-Twice", "value": "2"}],
                                "via": [{"key": "Via", "value": "1.1 edge"}],
                            },
                        },
                    }
                }
            ]
        }

    def test_origin_is_told_at_the_origin(self) -> None:
        event = lambda_edge.request_event("origin-request", CONTEXT, REQUEST, origin=CUSTOM)
        assert event["Records"][0]["cf"]["request"]["origin"] == CUSTOM

    @pytest.mark.parametrize(("position", "most"), [("viewer-request", 40 * 1024), ("origin-request", 1024 * 1024)])
    def test_body(self, position: t.Any, most: int) -> None:
        for size, cut in ((most, False), (most + 1, True)):
            request = Request("POST", "https", "h", "/", body=b"a" * size)
            event = lambda_edge.request_event(position, CONTEXT, request, include_body=True)
            assert event["Records"][0]["cf"]["request"]["body"] == {
                "inputTruncated": cut,
                "action": "read-only",
                "encoding": "base64",
                "data": base64.b64encode(b"a" * most).decode(),
            }

    def test_response(self) -> None:
        event = lambda_edge.response_event("origin-response", CONTEXT, REQUEST, RESPONSE)
        cf = event["Records"][0]["cf"]
        assert cf["config"]["eventType"] == "origin-response"
        assert cf["request"]["uri"] == "/a%20b"
        assert cf["response"] == {
            "status": "200",
            "statusDescription": "OK",
            "headers": {
                "content-length": [{"key": "Content-Length", "value": "4"}],
                "via": [{"key": "Via", "value": "1.1 edge"}],
                "etag": [{"key": "Etag", "value": '"1"'}],
            },
        }


class TestRequests:
    def test_untouched_is_as_it_was(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return request")
        for position in ("viewer-request", "origin-request"):
            result = changed(edge, arn, position=position, include_body=True, origin=CUSTOM)
            assert sorted(result.request.headers) == sorted(REQUEST.headers)
            assert (result.request.path, result.request.query, result.request.body) == ("/a%20b", "x=1", b"\x00body")
            assert result.origin == (CUSTOM if position == "origin-request" else None)

    def test_changes(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy(
            """
            request["uri"], request["querystring"] = "/b", "y=2"
            request["headers"]["x-new"] = [{"value": "n"}]
            del request["headers"]["user-agent"]
            return request
            """
        )
        result = changed(edge, arn).request
        assert (result.path, result.query) == ("/b", "y=2")
        assert (result.header("x-new"), result.header("user-agent")) == ("n", "")
        assert (result.header("connection"), result.header("x-forwarded-proto")) == ("close", "https")

    def test_host_and_origin_may_be_changed_at_the_origin(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy(
            """
            request["origin"]["custom"]["domainName"] = "other.example.com"
            request["headers"]["host"] = [{"key": "Host", "value": "other.example.com"}]
            return request
            """
        )
        result = changed(edge, arn, position="origin-request", origin=CUSTOM)
        assert result.request.header("host") == "other.example.com"
        assert result.origin == {"custom": {**CUSTOM["custom"], "domainName": "other.example.com"}}

    @pytest.mark.parametrize(
        ("encoding", "data", "body"), [("text", "new", b"new"), ("base64", "AP8=", b"\x00\xff"), ("text", "", b"")]
    )
    def test_body_may_be_replaced(
        self, edge: LambdaFunctions, deploy: Deploy, encoding: str, data: str, body: bytes
    ) -> None:
        new = {"action": "replace", "encoding": encoding, "data": data}
        result = changed(edge, deploy(f"return {{**request, 'body': {new}}}"), include_body=True).request
        assert (result.body, result.header("content-length")) == (body, str(len(body)))

    def test_longest_uri(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("request['uri'] = '/' + 'a' * 8187; return request")
        result = changed(edge, arn).request
        assert len(result.path) + len(result.query) == 8191

    def test_body_is_cut_off(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return {**request, 'body': {'action': 'replace', 'encoding': 'text', 'data': 'a' * 50000}}")
        assert len(changed(edge, arn, include_body=True).request.body) == 40 * 1024

    def test_body_that_is_only_read_stays(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("request['body']['data'] = 'x'; return request")
        assert changed(edge, arn, include_body=True).request.body == b"\x00body"

    @pytest.mark.parametrize(
        ("violation", "body"),
        [
            ("read-only header: host", "request['headers']['host'][0]['value'] = 'other'"),
            ("read-only header: host", "del request['headers']['host']"),
            ("read-only header: via", "request['headers']['via'].append({'key': 'Via', 'value': 'me'})"),
            ("read-only header: content-length", "request['headers']['content-length'] = [{'value': '1'}]"),
            ("disallowed header: connection", "request['headers']['connection'] = [{'value': 'close'}]"),
            ("disallowed header: x-edge-mine", "request['headers']['x-edge-mine'] = [{'value': '1'}]"),
            ("disallowed header: x-amz-cf-id", "request['headers']['x-amz-cf-id'] = [{'value': '1'}]"),
            ("must be an array", "request['headers']['x-mine'] = {'key': 'X-Mine', 'value': '1'}"),
            ("object with key and value", "request['headers']['x-mine'] = ['1']"),
            ("object with key and value", "request['headers']['x-mine'] = [{'key': 'X-Mine'}]"),
            ("must be its name", "request['headers']['x-mine'] = [{'key': 'X-Other', 'value': '1'}]"),
            ("must be its name", "request['headers']['X-Mine'] = [{'key': 'X-Mine', 'value': '1'}]"),
            ("control characters", "request['headers']['x-mine'] = [{'value': 'a\\r\\nb: c'}]"),
            ("headers are not an object", "del request['headers']"),
            ("read-only field method", "request['method'] = 'GET'"),
            ("read-only field clientIp", "request['clientIp'] = '127.0.0.1'"),
            ("begin with a slash", "request['uri'] = 'a'"),
            ("begin with a slash", "del request['uri']"),
            ("A query cannot include", "request['querystring'] = 'a b'"),
            ("A query cannot include", "request['querystring'] = {'a': 'b'}"),
            ("less than 8192", "request['uri'] = '/' + 'a' * 8188"),
            ("one that may be replaced", "request['body'] = {'action': 'replace', 'data': 'x'}"),
            ("either a custom origin or", "request['origin'] = {'custom': {}}"),
        ],
    )
    def test_violations(self, edge: LambdaFunctions, deploy: Deploy, violation: str, body: str) -> None:
        with pytest.raises(FunctionFailed) as caught:
            changed(edge, deploy(f"{body}\nreturn request"))
        failed = caught.value
        assert (failed.status, failed.code) == (502, "LambdaValidationError")
        assert failed.message.startswith("The Lambda function result failed validation: ")
        assert violation in failed.message

    @pytest.mark.parametrize(
        ("violation", "body"),
        [
            ("either a custom origin or", "del request['origin']"),
            ("either a custom origin or", "request['origin']['s3'] = {}"),
            ("either a custom origin or", "request['origin'] = {'other': {}}"),
            ("must be a host name", "request['origin']['custom']['domainName'] = ''"),
            ("must be a host name", "request['origin']['custom']['domainName'] = '192.0.2.1'"),
            ("must be a host name", "request['origin']['custom']['domainName'] = 'h:80'"),
            ("must not end with one", "request['origin']['custom']['path'] = '/a/'"),
            ("must not end with one", "request['origin']['custom']['path'] = 'a'"),
            ("80, 443, or from 1024", "request['origin']['custom']['port'] = 81"),
            ("http or https", "request['origin']['custom']['protocol'] = 'match-viewer'"),
            ("both in the request", "request['origin']['custom']['customHeaders'] = {'x-twice': [{'value': '1'}]}"),
            ("disallowed header", "request['origin']['custom']['customHeaders'] = {'x-cache': [{'value': '1'}]}"),
        ],
    )
    def test_violations_of_the_origin(self, edge: LambdaFunctions, deploy: Deploy, violation: str, body: str) -> None:
        with pytest.raises(FunctionFailed, match="LambdaValidationError") as caught:
            changed(edge, deploy(f"{body}\nreturn request"), position="origin-request", origin=CUSTOM)
        assert violation in caught.value.message

    @pytest.mark.parametrize("position", ["viewer-request", "origin-request"])
    def test_every_read_only_header_is_one(self, edge: LambdaFunctions, deploy: Deploy, position: t.Any) -> None:
        arn = deploy("request['headers'][request['querystring']] = [{'value': 'mine'}]; return request")
        for name in READ_ONLY[position]:
            request = Request("GET", "https", "h", "/", name, (("via", "1.1 edge"), ("host", "h")))
            with pytest.raises(FunctionFailed, match=f"read-only header: {name}"):
                edge.request(arn, position, CONTEXT, request)


class TestGeneratedResponses:
    def test_response(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy(
            """
            headers = {"location": [{"key": "Location", "value": "/x"}], "set-cookie": [{"value": "a"}, {"value": "b"}]}
            return {"status": "302", "statusDescription": "Found", "headers": headers, "body": "\\u00e9"}
            """
        )
        expected = (("location", "/x"), ("set-cookie", "a"), ("set-cookie", "b"))
        assert generated(edge, arn) == Response(302, expected, "é".encode())

    def test_base64(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return {'status': 200, 'bodyEncoding': 'base64', 'body': 'AP8='}")
        assert generated(edge, arn) == Response(200, (), b"\x00\xff")

    @pytest.mark.parametrize(("position", "most"), [("viewer-request", 40 * 1024), ("origin-request", 1024 * 1024)])
    def test_size(self, edge: LambdaFunctions, deploy: Deploy, position: t.Any, most: int) -> None:
        code = "return {'status': 200, 'headers': {'a': [{'value': '12'}]}, 'body': 'a' * %d}"
        assert len(generated(edge, deploy(code % (most - 3)), position).body) == most - 3
        with pytest.raises(FunctionFailed, match="exceeds the maximum size") as caught:
            generated(edge, deploy(code % (most - 2)), position)
        assert (caught.value.status, caught.value.code) == (502, "LambdaValidationError")

    @pytest.mark.parametrize(
        ("violation", "result"),
        [
            ("is not an object", "None"),
            ("is not an object", "'text'"),
            ("is not an object", "[]"),
            ("begin with a slash", "{'body': 'x', **{n: request[n] for n in ('method', 'clientIp', 'headers')}}"),
            ("between 200 and 599", "{'status': '199'}"),
            ("between 200 and 599", "{'status': 600}"),
            ("between 200 and 599", "{'status': 'OK'}"),
            ("between 200 and 599", "{'status': None}"),
            ("not a line of text", "{'status': 200, 'statusDescription': 'a\\r\\nb'}"),
            ("status 204 must not have a body", "{'status': '204', 'body': 'x'}"),
            ("The body is not a string", "{'status': 200, 'body': {}}"),
            ("The body is not a string", "{'status': 200, 'body': 'x', 'bodyEncoding': 'gzip'}"),
            ("not valid base64", "{'status': 200, 'body': '*', 'bodyEncoding': 'base64'}"),
            ("disallowed header: x-cache", "{'status': 200, 'headers': {'x-cache': [{'value': 'Hit'}]}}"),
            ("read-only header: via", "{'status': 200, 'headers': {'via': [{'value': 'me'}]}}"),
        ],
    )
    def test_violations(self, edge: LambdaFunctions, deploy: Deploy, violation: str, result: str) -> None:
        with pytest.raises(FunctionFailed) as caught:
            generated(edge, deploy(f"return {result}"))
        assert (caught.value.status, caught.value.code) == (502, "LambdaValidationError")
        assert violation in caught.value.message


class TestResponses:
    @pytest.mark.parametrize("position", ["origin-response", "viewer-response"])
    def test_changes(self, edge: LambdaFunctions, deploy: Deploy, position: t.Any) -> None:
        arn = deploy("response['headers']['x-new'] = [{'value': 'n'}]; return response")
        result = edge.response(arn, position, CONTEXT, REQUEST, RESPONSE)
        assert (result.status, result.body, result.header("x-new")) == (200, b"body", "n")
        assert (result.header("x-cache"), result.header("content-length")) == ("Miss from cloudfront", "4")

    def test_body_and_status_may_be_changed_at_the_origin(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return {**response, 'status': '404', 'body': 'other'}")
        result = edge.response(arn, "origin-response", CONTEXT, REQUEST, RESPONSE)
        assert (result.status, result.body, result.has("content-length")) == (404, b"other", False)
        with pytest.raises(FunctionFailed, match="status and body cannot be changed"):
            edge.response(arn, "viewer-response", CONTEXT, REQUEST, RESPONSE)

    @pytest.mark.parametrize(
        ("violation", "position", "body"),
        [
            ("read-only header: via", "origin-response", "response = {'status': '200', 'headers': {}}"),
            ("read-only header: via", "viewer-response", "response['headers']['via'] = [{'value': 'me'}]"),
            ("read-only header: warning", "viewer-response", "response['headers']['warning'] = [{'value': '1'}]"),
            (
                "read-only header: transfer",
                "origin-response",
                "response['headers']['transfer-encoding']=[{'value':''}]",
            ),
            ("disallowed header: x-cache", "viewer-response", "response['headers']['x-cache'] = [{'value': 'Hit'}]"),
            ("status and body", "viewer-response", "response['body'] = ''"),
            ("status and body", "viewer-response", "response['status'] = '201'"),
            ("headers are not an object", "origin-response", "del response['headers']"),
            ("between 200 and 599", "origin-response", "del response['status']"),
            ("exceeds the maximum", "origin-response", "response['body'] = 'a' * 1024 * 1024"),
        ],
    )
    def test_violations(
        self, edge: LambdaFunctions, deploy: Deploy, violation: str, position: t.Any, body: str
    ) -> None:
        with pytest.raises(FunctionFailed, match=violation) as caught:
            edge.response(deploy(f"{body}\nreturn response"), position, CONTEXT, REQUEST, RESPONSE)
        assert (caught.value.status, caught.value.code) == (502, "LambdaValidationError")


class TestExecution:
    @pytest.mark.parametrize(
        ("hint", "arguments"),
        [
            pytest.param("ValueError: no", {"body": "raise ValueError('no')"}, id="raises"),
            pytest.param("not JSON serializable", {"body": "return {'status': {1}}"}, id="result that is no JSON"),
            pytest.param("process ended", {"body": "import os; os._exit(0)"}, id="ends its process"),
            pytest.param("process ended", {"body": "raise SystemExit"}, id="exits"),
            pytest.param("ImportError: early", {"body": "", "before": "raise ImportError('early')"}, id="import"),
            pytest.param("SyntaxError", {"body": "return ("}, id="syntax"),
            pytest.param("no attribute", {"body": "pass", "Handler": "lambda_function.main"}, id="no such function"),
            pytest.param("No module named", {"body": "pass", "Handler": "other.handler"}, id="no such module"),
            pytest.param("in Python", {"body": "pass", "Runtime": "nodejs22.x"}, id="not in Python"),
            pytest.param("no zip", {"body": "pass", "Code": {"ZipFile": b"nothing"}}, id="no zip"),
        ],
    )
    def test_does_not_run(self, edge: LambdaFunctions, deploy: Deploy, hint: str, arguments: dict[str, t.Any]) -> None:
        arn = deploy(**arguments)
        for _ in range(2):
            with pytest.raises(FunctionFailed) as caught:
                changed(edge, arn)
            failed = caught.value
            assert (failed.status, failed.code) == (503, "LambdaExecutionError")
            assert "is invalid or doesn't have the required permissions" in failed.message
            assert hint in failed.hint
            assert hint not in failed.message

    def test_no_such_function(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return request")
        for other in (arn.rpartition(":")[0], arn.replace(":1", ":2"), arn.replace("us-east-1", "eu-west-1"), "x"):
            with pytest.raises(FunctionFailed, match="no published function"):
                changed(edge, other)

    def test_raising_leaves_the_function_usable(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("if request['uri'] == '/a%20b': raise ValueError\nreturn request")
        with pytest.raises(FunctionFailed):
            changed(edge, arn)
        other = Request("GET", "https", "h", "/")
        assert isinstance(edge.request(arn, "viewer-request", CONTEXT, other), Changed)

    def test_hanging_function_is_ended_and_started_anew(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy(
            "if request['uri'] == '/a%20b': time.sleep(600)\n" + TELL % "os.getpid()",
            "import json, os, time",
            Timeout=1,
        )
        other = Request("GET", "https", "h", "/")
        before = t.cast("Response", edge.request(arn, "viewer-request", CONTEXT, other)).body
        with pytest.raises(FunctionFailed) as caught:
            changed(edge, arn)
        assert (caught.value.status, caught.value.code) == (503, "LambdaLimitExceeded")
        assert "longer than 1 seconds" in caught.value.hint
        assert t.cast("Response", edge.request(arn, "viewer-request", CONTEXT, other)).body != before
        with pytest.raises(ProcessLookupError):
            os.kill(int(before), 0)

    @pytest.mark.parametrize(
        ("position", "timeout", "seconds"),
        [("viewer-request", 30, 5), ("origin-request", 30, 30), ("origin-request", 7, 7)],
    )
    def test_time_limit(
        self, edge: LambdaFunctions, deploy: Deploy, position: t.Any, timeout: int, seconds: int
    ) -> None:
        before = "import json, time\ntime.monotonic = lambda: 0"
        arn = deploy(TELL % "context.get_remaining_time_in_millis()", before, Timeout=timeout)
        assert int(generated(edge, arn, position).body) == seconds * 1000

    def test_process_is_kept(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("global calls; calls += 1\n" + TELL % "[os.getpid(), calls]", "import json, os\ncalls = 0")
        (first, one), (second, two) = told(edge, arn), told(edge, arn)
        assert (first, one, two) == (second, 1, 2)

    def test_many_at_once(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy("return {**request, 'uri': request['uri'] + '/' + request['querystring']}")

        def run(number: int) -> str:
            request = Request("GET", "https", "h", "/", str(number))
            return t.cast("Changed", edge.request(arn, "viewer-request", CONTEXT, request)).request.path

        with ThreadPoolExecutor(20) as pool:
            assert [*pool.map(run, range(200))] == [f"//{number}" for number in range(200)]

    def test_versions_run_their_own_code(self, edge: LambdaFunctions, deploy: Deploy, aws: Aws) -> None:
        first = deploy("return {'status': 200, 'body': 'one'}")
        code = zipped({"lambda_function.py": "def handler(event, context):\n    return {'status': 200, 'body': 'two'}"})
        aws("lambda").update_function_code(FunctionName="edge-0", ZipFile=code)
        second = aws("lambda").publish_version(FunctionName="edge-0")["FunctionArn"]
        assert [generated(edge, arn).body for arn in (first, second)] == [b"one", b"two"]

    def test_arn_that_is_taken_up_again(self, edge: LambdaFunctions, deploy: Deploy, aws: Aws) -> None:
        first = deploy("return {'status': 200, 'body': 'one'}")
        assert generated(edge, first).body == b"one"
        aws("lambda").delete_function(FunctionName="edge-0")
        assert deploy("return {'status': 200, 'body': 'two'}", FunctionName="edge-0") == first
        assert generated(edge, first).body == b"two"

    def test_closing_ends_processes(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        arn = deploy(TELL % "os.getpid()", "import json, os")
        process = told(edge, arn)
        edge.close()
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
        with pytest.raises(FunctionFailed, match="has been closed"):
            changed(edge, arn)


class TestSurroundings:
    def test_what_is_printed_is_no_answer(self, edge: LambdaFunctions, deploy: Deploy, printed: list[str]) -> None:
        arn = deploy("print('{}'); os.write(1, b'raw\\n'); sys.stderr.write('e\\n'); return request", "import os, sys")
        changed(edge, arn)
        edge.close()
        assert sorted(printed) == ["e", "raw", "{}"]

    def test_files_of_the_zip(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        files = {"data.txt": "from the zip", "package/__init__.py": "", "package/inner.py": "name = __name__"}
        arn = deploy(TELL % "[open('data.txt').read(), inner.name]", "import json\nfrom package import inner", files)
        assert told(edge, arn) == ["from the zip", "package.inner"]

    def test_zip_goes_before_what_is_provided(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        files = {"boto3.py": "mine = 1", "colorsys.py": "mine = 2"}
        arn = deploy(TELL % "[boto3.mine, colorsys.mine]", "import json, boto3, colorsys", files)
        assert told(edge, arn) == [1, 2]

    def test_handler_in_a_folder(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        files = {"src/main.py": "def run(event, context):\n    return {'status': 200}"}
        assert generated(edge, deploy("", files=files, Handler="src/main.run")).status == 200

    @pytest.mark.parametrize("module", ["moto", "cryptography", "tutor", "tutorcloudfront", "pytest", "lambda_worker"])
    def test_nothing_else_can_be_imported(self, edge: LambdaFunctions, deploy: Deploy, module: str) -> None:
        with pytest.raises(FunctionFailed) as caught:
            changed(edge, deploy("return request", f"import {module}"))
        assert f"No module named '{module}'" in caught.value.hint

    def test_environment(self, edge: LambdaFunctions, deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SECRET_OF_THE_CALLER", "secret")
        monkeypatch.setenv("AWS_PROFILE", "production")
        monkeypatch.setenv("PYTHONPATH", "/nowhere")
        variables = told(edge, deploy(TELL % "dict(os.environ)", "import json, os"))
        assert {name for name in variables if not name.startswith(("AWS_", "LC_", "__"))} == {
            *("LAMBDA_TASK_ROOT", "LANG", "NO_PROXY", "PATH", "TZ", "_HANDLER", "no_proxy")
        }
        assert "AWS_PROFILE" not in variables
        assert variables["AWS_ACCESS_KEY_ID"] == "AKIAIOSFODNN7EXAMPLE"
        assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "us-east-1.edge-0"

    def test_context(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        names = ("function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb", "aws_request_id")
        arn = deploy(TELL % f"[getattr(context, name) for name in {names}]", "import json")
        assert told(edge, arn) == ["edge-0", "1", arn, "128", "request-id"]

    def test_requests_can_be_signed(self, edge: LambdaFunctions, deploy: Deploy) -> None:
        before = """
            from botocore.auth import SigV4Auth
            from botocore.awsrequest import AWSRequest
            from botocore.session import Session
            """
        body = """
            signed = AWSRequest("GET", "https://images.example.com" + request["uri"], {"X-Amz-Cf-Id": context.aws_request_id})
            SigV4Auth(Session().get_credentials(), "medical-imaging", "us-east-1").add_auth(signed)
            request["headers"]["authorization"] = [{"value": signed.headers["Authorization"]}]
            return request
            """
        authorization = changed(edge, deploy(body, before), position="origin-request").request.header("authorization")
        assert authorization.startswith("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/")
        assert "x-amz-cf-id" in authorization

    def test_clients_see_the_sandbox(self, edge: LambdaFunctions, deploy: Deploy, aws: Aws) -> None:
        aws("s3").create_bucket(Bucket="media")
        names = "[bucket['Name'] for bucket in boto3.client('s3').list_buckets()['Buckets']]"
        assert told(edge, deploy(TELL % names, "import boto3, json")) == ["media"]
