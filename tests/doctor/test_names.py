"""Names are looked up at a real name server, whatever it answers."""

from __future__ import annotations

import pytest

from tests.doctor.internet import Internet
from tutorcloudfront.doctor.facts import Resolution
from tutorcloudfront.doctor.probes.names import resolve
from tutorcloudfront.doctor.probes.network import SILENT_AFTER, Network

HOST = "cdn.example.com"


def test_addresses_of_both_families_are_found(world: Internet) -> None:
    world.names.zone[HOST] = ["192.0.2.2", "192.0.2.1", "2001:db8::1"]

    assert resolve(world.network(), HOST) == Resolution(HOST, (), ("192.0.2.1", "192.0.2.2"), ("2001:db8::1",))


def test_all_names_on_the_way_are_told(world: Internet) -> None:
    world.names.zone |= {HOST: ["cdn.example.net"], "cdn.example.net": ["D1.cloudfront.net"]}
    world.names.zone["D1.cloudfront.net"] = ["192.0.2.1"]

    assert resolve(world.network(), HOST).chain == ("cdn.example.net", "d1.cloudfront.net")


def test_a_name_that_is_not_there_is_missing(world: Internet) -> None:
    assert resolve(world.network(), HOST) == Resolution(HOST, problem="missing")


def test_a_name_that_leads_to_one_that_is_gone_tells_which(world: Internet) -> None:
    world.names.zone[HOST] = ["gone.cloudfront.net"]

    assert resolve(world.network(), HOST) == Resolution(HOST, ("gone.cloudfront.net",), problem="missing")


def test_a_name_without_addresses_is_empty(world: Internet) -> None:
    world.names.zone[HOST] = []

    assert resolve(world.network(), HOST).problem == "empty"


def test_a_name_with_addresses_of_one_family_is_no_problem(world: Internet) -> None:
    world.names.zone[HOST] = ["2001:db8::1"]

    assert resolve(world.network(), HOST) == Resolution(HOST, (), (), ("2001:db8::1",))


def test_an_error_of_the_name_servers_is_told(world: Internet) -> None:
    world.names.broken.add(HOST)

    assert resolve(world.network(), HOST).problem == "failed"


def test_name_servers_that_say_nothing_are_told_of(world: Internet) -> None:
    world.names.silent.add(HOST)

    assert resolve(world.network(), HOST).problem == "silent"


def test_name_servers_that_never_answer_are_not_asked_for_ever(world: Internet) -> None:
    hosts = [f"h{number}.example.com" for number in range(SILENT_AFTER + 5)]
    world.names.silent.update(hosts)
    network = world.network()

    assert {resolve(network, host).problem for host in hosts} == {"silent"}
    assert set(world.names.questions) == set(hosts[:SILENT_AFTER])


def test_a_name_server_that_answers_sometimes_is_asked_on(world: Internet) -> None:
    silent = [f"h{number}.example.com" for number in range(SILENT_AFTER + 1)]
    world.names.silent.update(silent)
    world.names.zone[HOST] = ["192.0.2.1"]
    network = world.network()

    for host in (HOST, *silent, HOST):
        resolve(network, host)

    assert set(world.names.questions) == {HOST, *silent}


def test_a_machine_without_name_servers_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    def without(*_: object, **__: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", without)

    assert resolve(Network(), HOST).problem == "silent"
