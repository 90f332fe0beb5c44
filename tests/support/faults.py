"""What can go wrong between a client and AWS, as WSGI middlewares to put in front of the sandbox.

    sandbox.wrap = faults.compose(recorder := faults.Recorder(), faults.latency(0.15), faults.deny("CreateFunction"))

The first is the outermost: it sees the request first and the answer last. A middleware is asked for every request, so
what it remembers is kept in the object.
"""

from __future__ import annotations

import functools
import io
import json
import random
import re
import threading
import time
import typing as t
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from tutorcloudfront.sandbox.http import respond

if t.TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Middleware = Callable[["WSGIApplication"], "WSGIApplication"]
#: Status, headers, body.
Answer = tuple[str, list[tuple[str, str]], bytes]

#: Where the name that a service signs with is not the one that boto3 knows it by.
SERVICES = {"tagging": "resourcegroupstaggingapi", "monitoring": "cloudwatch"}
#: Where the name in IAM is not the one that a service signs with.
IAM_PREFIXES = {"tagging": "tag", "monitoring": "cloudwatch"}
#: Where the name in IAM is not that of the operation:
#: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
IAM_ACTIONS = {"CreateDistributionWithTags": "CreateDistribution"}
#: Services whose errors are JSON although what is asked for is in the path.
REST_JSON = {"lambda"}
READING = ("Get", "List", "Describe", "Head", "Search", "Filter", "Lookup")


def compose(*middlewares: Middleware) -> Middleware:
    """Return the middlewares as one, the first outermost."""

    def wrap(application: WSGIApplication) -> WSGIApplication:
        return functools.reduce(lambda inner, middleware: middleware(inner), reversed(middlewares), application)

    return wrap


# What is asked for


@dataclass(frozen=True)
class Call:
    """An operation of an AWS service, by the name that the service signs with."""

    service: str
    operation: str

    @property
    def write(self) -> bool:
        return not self.operation.startswith(READING)

    @property
    def action(self) -> str:
        """The IAM action that allows it."""
        prefix = IAM_PREFIXES.get(self.service, self.service)
        return f"{prefix}:{IAM_ACTIONS.get(self.operation, self.operation)}"


def call_of(environ: WSGIEnvironment) -> Call:
    """Tell what a request asks for, from its signature and its protocol."""
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    service = scope[1] if scope else ""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        return Call(service, target.rpartition(".")[2])
    action = re.search(rb"(?:^|&)Action=(\w+)", _body(environ))
    if action:
        return Call(service, action[1].decode())
    return Call(service, _operation_at(service, environ["REQUEST_METHOD"], *_address(environ)))


def _body(environ: WSGIEnvironment) -> bytes:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return b""
    body: bytes = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _address(environ: WSGIEnvironment) -> tuple[str, str]:
    return environ["RAW_URI"].partition("?")[0], environ.get("QUERY_STRING", "")


def _operation_at(service: str, method: str, path: str, query: str) -> str:
    parameters = set(query.split("&"))
    for pattern, of_method, needed, name in _routes(service):
        if (
            method == of_method
            and pattern.fullmatch(path)
            and needed <= parameters | {f"{name}=" for name in parameters}
        ):
            return name
    return "Unknown"


@functools.cache
def _routes(service: str) -> list[tuple[re.Pattern[str], str, set[str], str]]:
    """Return the operations of a REST service, those first that ask for most."""
    try:
        name = SERVICES.get(service, service)
        model = ServiceModel(Loader().load_service_model(name, "service-2"), name)
    except UnknownServiceError:
        return []
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        literal = re.sub(r"{[^}]+}", "", path)
        pattern = re.compile(re.sub(r"{\w+\+}", ".+", re.sub(r"{\w+}", "[^/]+", re.sub(r"[.$]", r"\\\g<0>", path))))
        needed = set(filter(None, query.split("&")))
        routes.append(((-len(needed), -len(literal)), (pattern, http["method"], needed, name)))
    return [route for _, route in sorted(routes, key=lambda item: item[0])]


class Recorder:
    """Keeps the calls that come by, in order."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            self.calls.append(call_of(environ))
            return application(environ, start_response)

        return wrapped

    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self.calls]

    @property
    def writes(self) -> list[str]:
        return [call.operation for call in self.calls if call.write]

    def clear(self) -> None:
        self.calls.clear()


# What goes wrong


def latency(seconds: float) -> Middleware:
    """Let every answer take its time."""

    def wrap(application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            time.sleep(seconds)
            return application(environ, start_response)

        return wrapped

    return wrap


def deny(*operations: str) -> Middleware:
    """Refuse operations as AWS does when no policy allows them."""

    def wrap(application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            call = call_of(environ)
            if call.operation not in operations:
                return application(environ, start_response)
            message = (
                f"User: arn:aws:iam::123456789012:user/ops is not authorized to perform: {call.action} "
                f"because no identity-based policy allows the {call.action} action"
            )
            json_code = "AccessDeniedException"
            return _error(environ, start_response, 403, "AccessDenied", message, json_code=json_code)

        return wrapped

    return wrap


class Refuse:
    """Refuse an operation the first few times."""

    def __init__(self, operation: str, status: int, code: str, message: str, times: int = 1) -> None:
        self._operation = operation
        self._error = (status, code, message)
        self._left = times
        self._lock = threading.Lock()

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self._lock:
                refused = self._left > 0 and call_of(environ).operation == self._operation
                self._left -= refused
            if refused:
                return _error(environ, start_response, *self._error)
            return application(environ, start_response)

        return wrapped


def bad_credentials(application: WSGIApplication) -> WSGIApplication:
    """Refuse everything, as AWS does when it does not know the access key."""

    def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        message = "The security token included in the request is invalid."
        json_code = "UnrecognizedClientException"
        return _error(environ, start_response, 403, "InvalidClientTokenId", message, json_code=json_code)

    return wrapped


class Flaky:
    """Fails a fraction of the calls, by a generator of random numbers that is seeded.

    `before`: throttled, or 503, and nothing was done. `after`: it was done, but the answer is a 503, half of what it
    should be, or none at all.
    """

    def __init__(self, fraction: float, seed: int, *, before: bool = True, after: bool = True) -> None:
        self.failures: list[Call] = []
        self._fraction = fraction
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._kinds = (
            [self._throttled] * before + [self._unavailable] * before + [self._lost, self._cut, self._dropped] * after
        )

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self._lock:
                fails, kind = self._random.random() < self._fraction, self._random.choice(self._kinds)
            if not fails:
                return application(environ, start_response)
            self.failures.append(call_of(environ))
            return kind(application, environ, start_response)

        return wrapped

    def _throttled(self, _: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return _error(environ, start, 400, "Throttling", "Rate exceeded", json_code="ThrottlingException")

    def _unavailable(self, _: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return _error(environ, start, 503, "ServiceUnavailable", "CloudFront is temporarily unavailable.")

    def _lost(self, inner: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        respond(inner, environ)
        return self._unavailable(inner, environ, start)

    def _cut(self, inner: WSGIApplication, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        status, headers, answer = respond(inner, environ)
        others = [item for item in headers if item[0].lower() not in ("content-length", "connection")]
        start(status, [*others, ("Content-Length", str(len(answer))), ("Connection", "close")])
        return [answer[: len(answer) // 2]]

    def _dropped(self, inner: WSGIApplication, environ: WSGIEnvironment, _: StartResponse) -> Iterable[bytes]:
        respond(inner, environ)
        # The server closes the connection without an answer.
        raise ConnectionAbortedError


class Slow:
    """Lets a fraction of the answers take up to some seconds, by a generator of random numbers that is seeded."""

    def __init__(self, fraction: float, seconds: float, seed: int) -> None:
        self._fraction = fraction
        self._seconds = seconds
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            with self._lock:
                slow, part = self._random.random() < self._fraction, self._random.random()
            status, headers, answer = respond(application, environ)
            time.sleep(part * self._seconds if slow else 0)
            start_response(status, headers)
            return [answer]

        return wrapped


class Stale:
    """Answers a fraction of the questions as it did before, for some seconds after it has another answer.

    A list does not show what was just created, what was just changed seems as it was, tags seem not to be there.
    """

    def __init__(self, fraction: float, seconds: float, seed: int) -> None:
        self.given = 0
        self._fraction = fraction
        self._seconds = seconds
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._now: dict[tuple[str, ...], Answer] = {}
        self._before: dict[tuple[str, ...], tuple[float, Answer]] = {}

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if call_of(environ).write:
                return application(environ, start_response)
            question = _question(environ)
            status, headers, answer = self._chosen(question, respond(application, environ))
            start_response(status, headers)
            return [answer]

        return wrapped

    def _chosen(self, question: tuple[str, ...], answer: Answer) -> Answer:
        with self._lock:
            known = self._now.setdefault(question, answer)
            if known[2] != answer[2]:
                self._before[question] = time.monotonic(), known
                self._now[question] = answer
            since, before = self._before.get(question, (-self._seconds, answer))
            stale = time.monotonic() - since < self._seconds and self._random.random() < self._fraction
            self.given += stale
        return before if stale else answer


def not_aws(operation: str) -> Middleware:
    """Answer an operation with the page of a proxy that wants its users to log in."""

    def wrap(application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if call_of(environ).operation != operation:
                return application(environ, start_response)
            start_response("200 OK", [("Content-Type", "text/html")])
            return [b"<html><body><p>Please log in.<br></body></html>"]

        return wrapped

    return wrap


class AfterCall:
    """Calls back once, when the `number`-th of the calls has been done and not yet answered."""

    def __init__(
        self, number: int, callback: Callable[[], object], *, only: Collection[str] = (), writes: bool = False
    ) -> None:
        self._left = number
        self._callback = callback
        self._only = only
        self._writes = writes
        self._lock = threading.Lock()

    def __call__(self, application: WSGIApplication) -> WSGIApplication:
        def wrapped(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            call = call_of(environ)
            status, headers, answer = respond(application, environ)
            if self._is_the_one(call):
                self._callback()
            start_response(status, headers)
            return [answer]

        return wrapped

    def _is_the_one(self, call: Call) -> bool:
        if (self._only and call.operation not in self._only) or (self._writes and not call.write):
            return False
        with self._lock:
            self._left -= 1
            return self._left == 0


def _question(environ: WSGIEnvironment) -> tuple[str, ...]:
    """Return all that tells one question from another."""
    body: bytes = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(body)
    return environ["REQUEST_METHOD"], *_address(environ), environ.get("HTTP_X_AMZ_TARGET", ""), body.decode()


def _error(
    environ: WSGIEnvironment,
    start_response: StartResponse,
    status: int,
    code: str,
    message: str,
    *,
    json_code: str = "",
) -> list[bytes]:
    """Answer with an error in the form of the service's protocol."""
    if environ.get("HTTP_X_AMZ_TARGET"):
        status = 400 if status < 500 else status
        content_type = "application/x-amz-json-1.1"
        body = json.dumps({"__type": json_code or code, "message": message})
    elif call_of(environ).service in REST_JSON:
        content_type = "application/json"
        body = json.dumps({"__type": json_code or code, "Message": message})
    else:
        content_type = "text/xml"
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        body = error if call_of(environ).service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
    start_response(f"{status} Error", [("Content-Type", content_type)])
    return [body.encode()]
