"""DNS, asked by a resolver of its own: neither caches nor host files of the machine come between."""

from __future__ import annotations

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
import dns.resolver

from tutorcloudfront.doctor.facts import NameProblem, Resolution
from tutorcloudfront.doctor.probes.network import Network

MAX_CHAIN = 20


def resolve(network: Network, host: str) -> Resolution:
    """Return where a name leads, by IPv4 and by IPv6."""
    chain: tuple[str, ...] = ()
    found: dict[str, tuple[str, ...]] = {}
    problem: NameProblem = "empty"
    for record_type in ("A", "AAAA"):
        try:
            answer = network.ask(host, record_type)
        except dns.resolver.NXDOMAIN as e:
            # A name may well lead on to one that is gone, such as that of a deleted distribution.
            return Resolution(host, _chain_of_missing(e, host), problem="missing")
        except (dns.exception.Timeout, dns.resolver.NoResolverConfiguration):
            problem = "silent"
            break
        except dns.exception.DNSException:
            problem = "failed"
            continue
        chain = chain or _chain(answer.response, host)
        found[record_type] = tuple(sorted(str(record) for record in answer.rrset or ()))
    ipv4, ipv6 = found.get("A", ()), found.get("AAAA", ())
    return Resolution(host, chain, ipv4, ipv6, "" if ipv4 or ipv6 else problem)


def _chain_of_missing(error: dns.resolver.NXDOMAIN, host: str) -> tuple[str, ...]:
    responses: dict[dns.name.Name, dns.message.Message] = error.kwargs.get("responses", {})
    chains = [_chain(response, host) for response in responses.values()]
    return max(chains, key=len, default=())


def _chain(response: dns.message.Message, host: str) -> tuple[str, ...]:
    """Return the names to which aliases (CNAME records) lead from a host, one after the other."""
    targets = {
        rrset.name: rrset[0].target
        for rrset in response.answer
        if rrset.rdtype == dns.rdatatype.CNAME and len(rrset) > 0
    }
    names: list[str] = []
    name = dns.name.from_text(host)
    while name in targets and len(names) < MAX_CHAIN:
        name = targets[name]
        names.append(name.to_text(omit_final_dot=True).lower())
    return tuple(names)
