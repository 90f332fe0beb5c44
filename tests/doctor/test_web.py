"""Requests to real servers, at the addresses that are given for them."""

from __future__ import annotations

import socket

import pytest

from tests.doctor.internet import Internet, html, pages, tls_context
from tutorcloudfront.doctor.probes.web import MAX_BODY, front_page, get

HOST, ADDRESS = "learn.example.com", "192.0.2.1"


def test_an_answer_is_told_with_its_headers(world: Internet) -> None:
    site = pages({"/static/a.css": (200, {"X-Cache": "Hit from cloudfront", "Via": "1.1 a (CloudFront)"}, b"a{}")})
    server = world.web(ADDRESS, site, tls_context(world.authority.issue(HOST)))

    answer = get(world.network(), f"https://{HOST}/static/a.css?v=1", [ADDRESS], {"Origin": "https://a.example.com"})

    assert (answer.status, answer.body, answer.problem) == (200, b"a{}", "")
    assert answer.headers["x-cache"] == "Hit from cloudfront"
    assert answer.by_cloudfront
    (path, headers) = server.requests[0]
    assert path == "/static/a.css?v=1"
    assert (headers["host"], headers["origin"]) == (HOST, "https://a.example.com")


def test_plain_http_is_asked_where_the_url_says_so(world: Internet) -> None:
    world.web(ADDRESS, pages({"/": html()}), port=80)

    answer = get(world.network(), f"http://{HOST}/", [ADDRESS])

    assert (answer.status, answer.is_html, answer.by_cloudfront) == (200, True, False)


def test_an_answer_of_somebody_else_is_none(world: Internet) -> None:
    world.web(ADDRESS, pages({}), tls_context(world.authority.issue("other.example.com")))

    answer = get(world.network(), f"https://{HOST}/", [ADDRESS])

    assert (answer.status, answer.problem) == (0, "wrong-name")


@pytest.mark.parametrize(
    ("problem", "said"),
    [("not-http", b"220 mail.example.com ESMTP\r\n"), ("not-http", b"\x00\xff" * 10), ("not-http", b"")],
)
def test_what_is_no_http_is_told(world: Internet, problem: str, said: bytes) -> None:
    world.says(ADDRESS, said, port=80)

    assert get(world.network(), f"http://{HOST}/", [ADDRESS]).problem == problem


def test_a_server_that_trickles_is_given_up(world: Internet) -> None:
    world.is_slow = True
    world.raw(ADDRESS, _trickle, port=80)

    assert get(world.network(), f"http://{HOST}/", [ADDRESS]).problem == "timeout"


def test_a_server_that_says_nothing_is_given_up(world: Internet) -> None:
    world.mute(ADDRESS, port=80)

    assert get(world.network(), f"http://{HOST}/", [ADDRESS]).problem == "timeout"


def test_an_answer_without_end_is_cut(world: Internet) -> None:
    world.web(ADDRESS, pages({"/": (200, {}, b"x" * (MAX_BODY + 10))}), port=80)

    assert len(get(world.network(), f"http://{HOST}/", [ADDRESS]).body) == MAX_BODY


def test_static_files_are_found_in_a_page(world: Internet) -> None:
    page = html("https://cdn.example.com/static/css/lms.0123456789ab.css", "/static/js/a.js", "/about")
    world.web(ADDRESS, pages({"/": page}), port=80)

    found = front_page(world.network(), f"http://{HOST}/", [ADDRESS])

    assert found.hosts == {"cdn.example.com", ""}
    assert found.path == "/static/css/lms.0123456789ab.css"


def test_redirects_are_followed_within_a_host(world: Internet) -> None:
    redirect = (302, {"Location": "/home?next=/"}, b"")
    world.web(ADDRESS, pages({"/": redirect, "/home": html("/static/a.css")}), port=80)

    assert front_page(world.network(), f"http://{HOST}/", [ADDRESS]).path == "/static/a.css"


@pytest.mark.parametrize(
    "location", ["https://elsewhere.example.com/", "/a b", "ftp://learn.example.com/", "/é", "//[", ""]
)
def test_redirects_to_elsewhere_are_not_followed(world: Internet, location: str) -> None:
    redirect = (302, {"Location": location.encode().decode("latin-1")}, b"")
    server = world.web(ADDRESS, pages({"/": redirect}), port=80)

    assert front_page(world.network(), f"http://{HOST}/", [ADDRESS]).answer.status == 302
    assert len(server.requests) == 1


def test_redirects_in_a_ring_come_to_an_end(world: Internet) -> None:
    world.web(ADDRESS, pages({}, (302, {"Location": "/"}, b"")), port=80)

    assert front_page(world.network(), f"http://{HOST}/", [ADDRESS]).path == ""


def _trickle(connection: socket.socket) -> None:
    import time

    connection.recv(9999)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.05)
