"""Origins that die, hang or cannot be trusted, and many viewers at once."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import aiohttp
import pytest

from tests.doctor.internet import Authority, tls_context
from tests.edge.rules.errors import impatient
from tests.sandbox.examples import CACHING_DISABLED, Config, custom_origin, items
from tests.support.lab import Lab
from tests.support.origin import Hangs, Origin, breaks_off, dies
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox

VIEWERS = 50
REQUESTS = 2000
OBJECTS = 20


def test_many_viewers_at_once_get_all_they_want_by_one_fetch_an_object(lab: Lab) -> None:
    lab.serve()
    paths = [f"/object/{number}" for number in range(OBJECTS)]
    for path in paths:
        lab.origin.say(path, body=path.encode() * 100)

    async def ask_all() -> list[tuple[str, int, bytes]]:
        connector = aiohttp.TCPConnector(limit=VIEWERS)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def ask(number: int) -> tuple[str, int, bytes]:
                path = paths[number % OBJECTS]
                async with session.get(lab.sandbox.edge_url + path, headers={"Host": lab.host}) as answer:
                    return path, answer.status, await answer.read()

            return await asyncio.gather(*map(ask, range(REQUESTS)))

    answers = asyncio.run(ask_all())

    assert len(answers) == REQUESTS
    assert all((status, body) == (200, path.encode() * 100) for path, status, body in answers)
    assert sorted(asked.path for asked in lab.origin.asked) == sorted(paths)


def test_those_who_come_while_an_object_is_fetched_wait_for_it(lab: Lab) -> None:
    lab.serve()
    origin = Hangs()
    lab.origin.do("/file", origin)
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(lab.get) for _ in range(20)]
        origin.asked.wait(10)
        origin.go.set()
        answers = [viewer.result() for viewer in waiting]

    assert {answer.body for answer in answers} == {b"body"}
    assert sorted(answer.result for answer in answers) == ["Hit"] * 19 + ["Miss"]
    assert len(lab.origin.asked) == 1


def test_what_is_private_is_fetched_for_each_viewer(lab: Lab) -> None:
    lab.serve()
    lab.origin.say("/file", cache_control="private")
    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(lambda _: lab.get().result, range(10)))

    assert results == ["Miss"] * 10
    assert len(lab.origin.asked) == 10


def test_origin_that_hangs_is_504_and_asked_again_after_a_while(lab: Lab) -> None:
    lab.serve(Origins=items(impatient()))
    hangs = Hangs()
    lab.origin.do("/file", hangs)
    answer = lab.get()
    hangs.go.set()

    assert (answer.status, answer.result, answer["Server"]) == (504, "Error", "CloudFront")
    lab.origin.say("/file")
    assert lab.get().status == 504
    lab.later(11)
    assert lab.get().status == 200


def test_origin_that_hangs_in_the_middle_breaks_off_and_nothing_is_kept(lab: Lab) -> None:
    lab.serve(Origins=items(impatient()))
    hangs = Hangs(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
    lab.origin.do("/file", hangs)
    broken = lab.get_broken()
    hangs.go.set()

    assert broken == (200, b"half")
    lab.origin.say("/file", body=b"whole")
    assert [lab.get().body for _ in range(2)] == [b"whole", b"whole"]


@pytest.mark.parametrize("policy", [{}, {"CachePolicyId": CACHING_DISABLED}], ids=["cached", "not cached"])
def test_origin_that_recovers_is_found_to_have_recovered(lab: Lab, policy: Config) -> None:
    lab.serve(default=policy, CustomErrorResponses=items({"ErrorCode": 502, "ErrorCachingMinTTL": 0}))
    lab.origin.do("/file", dies)
    assert lab.get().status == 502
    lab.origin.say("/file")
    assert lab.get().status == 200


def test_object_that_is_longer_than_it_says_is_502_and_not_kept(lab: Lab) -> None:
    lab.serve(CustomErrorResponses=items({"ErrorCode": 502, "ErrorCachingMinTTL": 0}))
    lab.origin.do("/file", breaks_off("Content-Length: 4", body=b"body and more"))
    assert lab.get().status == 502
    lab.origin.say("/file", body=b"whole")
    assert lab.get().body == b"whole"


def test_viewer_who_hangs_up_does_no_harm(lab: Lab) -> None:
    lab.serve()
    hangs = Hangs()
    lab.origin.do("/file", hangs)
    with socket.create_connection(("127.0.0.1", lab.sandbox.edge.port)) as viewer:
        viewer.sendall(f"GET /file HTTP/1.1\r\nHost: {lab.host}\r\n\r\n".encode())
        hangs.asked.wait(10)
    hangs.go.set()
    assert lab.get().body == b"body"


def test_origin_that_nothing_is_said_of_is_502_and_the_log_says_what_to_do(lab: Lab) -> None:
    lab.serve(Origins=items(custom_origin(DomainName="elsewhere.example.com")))
    assert lab.get().status == 502
    assert "--origin elsewhere.example.com=http://127.0.0.1:PORT" in lab.lines[-1]


def test_log_has_host_behavior_result_status_and_time_in_a_line_a_request(lab: Lab) -> None:
    lab.serve(behaviors={"/static/*": {}})
    lab.origin.say("/static/a", etag='"1"')
    lab.results("/static/a", "/static/a")
    lab.later(301)
    lab.results("/static/a", "/other")
    lab.get(host="unknown.example.com")
    told = [line.split("  ") for line in lab.lines]

    assert [line[:4] for line in told] == [
        [lab.host, "/static/*", "Miss", "200"],
        [lab.host, "/static/*", "Hit", "200"],
        [lab.host, "/static/*", "RefreshHit", "200"],
        [lab.host, "*", "Miss", "200"],
        ["unknown.example.com", "-", "Error", "403"],
    ]
    assert all(re.fullmatch(r"\d+ ms", line[4]) for line in told)


def test_sandbox_made_empty_forgets_what_was_cached(lab: Lab) -> None:
    lab.serve()
    lab.get()
    lab.sandbox.reset()
    assert lab.get().status == 403


def test_edge_that_is_told_to_forgets_all_objects(lab: Lab) -> None:
    lab.serve()
    lab.get()
    lab.sandbox.edge.clear()
    assert lab.get().result == "Miss"


def test_edge_is_on_loopback_only(lab: Lab) -> None:
    for port in (lab.sandbox.edge.port, lab.sandbox.edge.tls_port):
        with socket.socket() as other:
            # Only what is bound to 127.0.0.1 alone leaves the port free at another address of loopback.
            other.bind(("127.0.0.2", port))


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_curl_gets_there_as_the_sandbox_says(lab: Lab) -> None:
    lab.serve()
    port, tls_port = lab.sandbox.edge.port, lab.sandbox.edge.tls_port
    ways = [
        ["-H", f"Host: {lab.host}", f"{lab.sandbox.edge_url}/file"],
        ["--resolve", f"{lab.host}:{port}:127.0.0.1", f"http://{lab.host}:{port}/file"],
        ["--insecure", "--connect-to", f"{lab.host}:443:127.0.0.1:{tls_port}", f"https://{lab.host}/file"],
        ["--proxy", lab.sandbox.edge_url, f"http://{lab.host}/file"],
    ]
    for way in ways:
        done = subprocess.run(["curl", "-sS", "--noproxy", "", *way], capture_output=True, check=True, timeout=30)
        assert done.stdout == b"body", way


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_viewer_who_waits_to_be_told_to_send_its_body_is_told(lab: Lab) -> None:
    lab.serve(default={"AllowedMethods": items("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")})
    command = ["curl", "-sS", "-v", "--noproxy", "", "-H", f"Host: {lab.host}", "-H", "Expect: 100-continue"]
    done = subprocess.run(
        [*command, "--data-binary", "@-", f"{lab.sandbox.edge_url}/file"],
        input=b"a" * 2_000_000,
        capture_output=True,
        check=True,
        timeout=30,
    )
    assert (done.stdout, lab.origin.last.body) == (b"body", b"a" * 2_000_000)
    assert b"100 Continue" in done.stderr


# TLS


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Origin, Origin]]:
    """A sandbox that trusts an authority, and two origins: one with its certificate, one with its own."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    trusted = Origin(tls_context(authority.issue("trusted.example.com")))
    unknown = Origin(tls_context(authority.issue("unknown.example.com", self_signed=True)))
    plain = Origin()
    origins = {
        "trusted.example.com:443": trusted.url,
        "trusted.example.com:80": plain.url,
        "wrong.example.com": trusted.url,
        "unknown.example.com": unknown.url,
    }
    with (
        mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(authority.trust)}),
        Sandbox(account="310987654321", deploy_seconds=0, origins=origins) as sandbox,
    ):
        yield sandbox, trusted, plain
    for origin in (trusted, unknown, plain):
        origin.close()


@pytest.fixture
def secure_lab(secure: tuple[Sandbox, Origin, Origin]) -> Lab:
    sandbox, trusted, plain = secure
    sandbox.reset()
    trusted.forget()
    plain.forget()
    return Lab(sandbox, Aws(sandbox), trusted)


def serve(lab: Lab, host: str, policy: str) -> None:
    quick: Config = {"CustomOriginConfig": {"OriginProtocolPolicy": policy}, "ConnectionAttempts": 1}
    lab.serve(default={"CachePolicyId": CACHING_DISABLED}, Origins=items(custom_origin(DomainName=host, **quick)))


@pytest.mark.parametrize(
    ("policy", "by_http", "by_https"),
    [("http-only", "plain", "plain"), ("https-only", "secure", "secure"), ("match-viewer", "plain", "secure")],
)
def test_origin_protocol_policy_is_followed(
    secure_lab: Lab, secure: tuple[Sandbox, Origin, Origin], policy: str, by_http: str, by_https: str
) -> None:
    _, trusted, plain = secure
    trusted.say("/file", body=b"secure")
    plain.say("/file", body=b"plain")
    serve(secure_lab, "trusted.example.com", policy)
    assert [secure_lab.get(https=https).body.decode() for https in (False, True)] == [by_http, by_https]


@pytest.mark.parametrize("host", ["unknown.example.com", "wrong.example.com"])
def test_origin_whose_certificate_nobody_vouches_for_or_that_has_another_name_is_502(
    secure_lab: Lab, host: str
) -> None:
    serve(secure_lab, host, "https-only")
    assert secure_lab.get().status == 502
    assert not secure_lab.origin.asked


def test_threads_end_with_the_sandbox() -> None:
    before = threading.active_count()
    with Sandbox(account="410987654321"):
        assert threading.active_count() > before
    assert threading.active_count() == before
