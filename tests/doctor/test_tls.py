"""Handshakes with real servers, whatever those have in store."""

from __future__ import annotations

import ssl

import pytest

from tests.doctor.internet import Internet, html, pages, tls_context
from tutorcloudfront.doctor.probes.tls import handshake

HOST, ADDRESS = "origin.example.com", "192.0.2.1"
SITE = pages({"/": html()})


def test_a_certificate_that_is_good_tells_its_names_and_its_end(world: Internet) -> None:
    world.web(ADDRESS, SITE, tls_context(world.authority.issue(HOST, "*.example.org", ends=90)))

    told = handshake(world.network(), HOST, [ADDRESS], as_cloudfront=True)

    assert told.problem == ""
    assert told.names == (HOST, "*.example.org")
    assert told.expires is not None


@pytest.mark.parametrize(
    ("problem", "certificate"),
    [
        ("expired", {"starts": -20.0, "ends": -1.0}),
        ("not-yet", {"starts": 1.0}),
        ("self-signed", {"self_signed": True}),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(world: Internet, problem: str, certificate: dict[str, float]) -> None:
    issued = world.authority.issue(HOST, **certificate)  # type: ignore[arg-type]
    world.web(ADDRESS, SITE, tls_context(issued))

    assert handshake(world.network(), HOST, [ADDRESS]).problem == problem


def test_somebody_elses_certificate_is_told_with_its_names(world: Internet) -> None:
    world.web(ADDRESS, SITE, tls_context(world.authority.issue("*.hosting.example", "hosting.example")))

    told = handshake(world.network(), HOST, [ADDRESS])

    assert (told.problem, told.names) == ("wrong-name", ("*.hosting.example", "hosting.example"))


def test_a_certificate_of_an_unknown_authority_is_not_trusted(
    world: Internet, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.doctor.internet import Authority

    stranger = Authority(tmp_path_factory.mktemp("stranger"))
    world.web(ADDRESS, SITE, tls_context(stranger.issue(HOST)))

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "untrusted"


def test_plain_http_on_the_port_for_tls_is_told(world: Internet) -> None:
    world.says(ADDRESS, b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "plain-http"


def test_plain_http_that_waits_for_more_is_told(world: Internet) -> None:
    world.web(ADDRESS, SITE)

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "plain-http"


def test_a_server_without_tls_1_2_is_none_for_cloudfront(world: Internet) -> None:
    world.web(ADDRESS, SITE, tls_context(world.authority.issue(HOST), ssl.TLSVersion.TLSv1_3))
    network = world.network()

    assert handshake(network, HOST, [ADDRESS], as_cloudfront=True).problem == "old-tls"
    assert handshake(network, HOST, [ADDRESS]).problem == ""


def test_a_server_that_knows_no_such_host_is_told_of(world: Internet) -> None:
    context = tls_context(world.authority.issue("other.example.com"))
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_INTERNAL_ERROR
    world.web(ADDRESS, SITE, context)

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "no-handshake"


def test_a_server_that_refuses_is_told_of(world: Internet) -> None:
    assert handshake(world.network(), HOST, [ADDRESS]).problem == "refused"


def test_a_server_that_says_nothing_is_told_of(world: Internet) -> None:
    world.mute(ADDRESS)

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "timeout"


def test_a_server_that_hangs_up_is_told_of(world: Internet) -> None:
    world.raw(ADDRESS, lambda connection: connection.recv(1))

    assert handshake(world.network(), HOST, [ADDRESS]).problem == "closed"


def test_the_next_address_is_tried_where_one_refuses(world: Internet) -> None:
    world.web(ADDRESS, SITE, tls_context(world.authority.issue(HOST)))

    assert handshake(world.network(), HOST, ["192.0.2.9", ADDRESS]).problem == ""
