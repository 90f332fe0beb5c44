"""Certificates: those that ACM holds for CloudFront, and those that servers show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from tutorcloudfront.doctor.facts import Certificate, Handshake, Refusal, SiteFacts
from tutorcloudfront.doctor.finding import Finding, Severity

#: ACM renews its own 60 days before, and Let's Encrypt's clients 30: what is left with less was not renewed.
SOON = timedelta(days=21)
#: More names are counted, not named.
NAMED = 4
SERVER_ERROR = 500

#: What CloudFront can not use in an origin, and what to do:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-502-bad-gateway.html
ORIGIN_FAULTS = {
    "plain-http": (
        "answers plain HTTP on port 443, where CloudFront wants https",
        "Let the web server speak https there (Tutor's own does with ENABLE_HTTPS), or the load balancer before it.",
    ),
    "expired": ("shows a certificate that has expired", "Renew the origin's certificate."),
    "not-yet": ("shows a certificate that is not valid yet", "Set the clocks right, or wait until it is valid."),
    "self-signed": (
        "shows a self-signed certificate, which CloudFront does not trust",
        "Get one from a public authority such as Let's Encrypt, which Tutor's Caddy does by itself with ENABLE_HTTPS.",
    ),
    "untrusted": (
        "shows a certificate that no authority known to CloudFront vouches for",
        "Get one from a public authority, and have the web server send the intermediate certificates with it.",
    ),
    "wrong-name": (
        "shows a certificate for another name",
        "Have the web server answer for the origin's name, with a certificate that names it.",
    ),
    "old-tls": ("does not speak TLS 1.2, which CloudFront uses", "Switch TLS 1.2 on in the web server."),
    "no-handshake": (
        "ends the TLS handshake with an alert, as Caddy does for a host that it does not know",
        "Have the web server answer for the origin's name: run `tutor config save` and restart Caddy, or see its log.",
    ),
}


def judge_acm(arn: str, found: Certificate | Refusal, hosts: Iterable[str], now: datetime) -> Iterator[Finding]:
    """Tell whether a certificate is there, issued, covers the hosts for which it is meant, and lasts."""
    name = f"certificate {arn.rpartition('/')[2]}"
    if isinstance(found, Refusal):
        yield _not_had(name, found)
        return
    faults = list(_faults(name, found, hosts, now))
    yield from faults
    if not faults:
        until = f", until {found.expires:%Y-%m-%d}" if found.expires else ""
        yield Finding("ok", "certificate", name, f"Issued, for {_named(found.names)}{until}.")


def _not_had(name: str, refusal: Refusal) -> Finding:
    if refusal.code == "ResourceNotFoundException":
        mend = (
            "Request one in us-east-1 in this account, and put its ARN into CLOUDFRONT_CERTIFICATE_ARN or the site's "
            "`certificate_arn`."
        )
        return Finding("error", "certificate", name, "ACM has no such certificate in this account.", mend)
    mend = refusal.mend or "Run this again; should it last, look at the certificate in ACM's console."
    return Finding("warning", "certificate", name, f"Not looked at: {refusal.message}", mend)


def _faults(name: str, found: Certificate, hosts: Iterable[str], now: datetime) -> Iterator[Finding]:
    if found.status != "ISSUED":
        reason = f" ({found.reason})" if found.reason else ""
        message = f"ACM says {found.status}{reason}, and CloudFront takes only issued certificates."
        yield Finding("error", "certificate", name, message, _validation(found) or "Request another one in us-east-1.")
    if uncovered := [host for host in hosts if not covers(found.names, host)]:
        message = f"It does not cover {_named(uncovered)}, only {_named(found.names)}."
        mend = "Request one in us-east-1 that names all host names of its sites, and put its ARN in this one's place."
        yield Finding("error", "certificate", name, message, mend)
    if found.expires and found.status == "ISSUED" and found.expires - now < SOON:
        yield _ending(name, found, found.expires, now)
    elif found.renewal in ("FAILED", "PENDING_VALIDATION"):
        reason = f" ({found.reason})" if found.reason else ""
        message = f"ACM could not renew it: {found.renewal}{reason}."
        yield Finding(
            "warning", "certificate", name, message, _validation(found) or "See the certificate in ACM's console."
        )


def _ending(name: str, found: Certificate, expires: datetime, now: datetime) -> Finding:
    mend = (
        "It was imported, so ACM does not renew it: import its successor with the same ARN."
        if found.imported
        else _validation(found)
        or "See in ACM's console why it was not renewed; it must be in use and validated by DNS."
    )
    if expires <= now:
        message = f"It expired on {expires:%Y-%m-%d}: browsers refuse the site."
        return Finding("error", "certificate", name, message, mend)
    return Finding("warning", "certificate", name, f"It ends on {expires:%Y-%m-%d} and was not renewed yet.", mend)


def _validation(found: Certificate) -> str:
    if not found.records:
        return ""
    return f"Set the DNS records by which ACM sees that the domains are yours: {'; '.join(found.records)}"


def covers(names: Iterable[str], host: str) -> bool:
    """Tell whether a certificate is good for a host: `*.example.com` stands for one label and no more."""
    wildcard = "*." + host.partition(".")[2]
    return any(name.lower() in (host, wildcard) for name in names)


def judge_viewers(facts: SiteFacts, now: datetime) -> Iterator[Finding]:
    """Tell what browsers meet when they shake hands with the distribution."""
    site = facts.target.name
    for viewer in facts.viewers:
        if not viewer.problem:
            yield _lasting(site, "tls", viewer, now)
        elif viewer.problem in ("refused", "timeout", "unreachable", "closed"):
            message = (
                f"{viewer.host}: CloudFront could not be reached from this machine ({viewer.problem}: {viewer.detail})."
            )
            mend = "See that this machine may connect to port 443 of the Internet, without a proxy, and run this again."
            yield Finding("warning", "tls", site, message, mend)
        else:
            yield _viewer_fault(site, viewer)


def _viewer_fault(site: str, viewer: Handshake) -> Finding:
    what = ORIGIN_FAULTS.get(viewer.problem, ("does not answer as CloudFront does", ""))[0]
    shown = f": {_named(viewer.names)}" if viewer.names else ""
    message = f"{viewer.host} {what.split(',')[0]}{shown}. Browsers would not open it."
    mend = (
        "The distribution must have this host name and a certificate that covers it: see `tutor cloudfront plan`. If it "
        "is new, wait until it is deployed. If a proxy of your network answers in CloudFront's place, run this elsewhere."
    )
    return Finding("error", "tls", site, message, mend)


def judge_origin(facts: SiteFacts, now: datetime) -> Iterator[Finding]:
    """Tell what CloudFront meets when it fetches."""
    handshake, site = facts.origin_handshake, facts.target.name
    if handshake is None:
        answer = facts.origin_answer
        if answer and answer.problem:
            yield _unreachable(facts, answer.problem, answer.detail)
        return
    if not handshake.problem:
        yield _lasting(site, "origin", handshake, now)
    elif fault := ORIGIN_FAULTS.get(handshake.problem):
        shown = f" ({_named(handshake.names)})" if handshake.names else ""
        message = f"The origin {handshake.host} {fault[0]}{shown}: CloudFront answers 502."
        yield Finding("error", "origin", site, message, fault[1])
    else:
        yield _unreachable(facts, handshake.problem, handshake.detail)


def _unreachable(facts: SiteFacts, problem: str, detail: str) -> Finding:
    """Judge an origin that can not be reached from here, which a firewall may want so."""
    fetched = facts.file or facts.index
    reached = fetched is not None and 0 < fetched.status < SERVER_ERROR
    message = f"The origin {facts.target.origin} could not be reached from this machine ({problem}: {detail})"
    if reached:
        return Finding("info", "origin", facts.target.name, f"{message}, but CloudFront gets answers.")
    mend = (
        "See that the server runs, and that its firewall lets CloudFront in: AWS keeps its addresses in the managed "
        "prefix list com.amazonaws.global.cloudfront.origin-facing."
    )
    # Where CloudFront itself was not asked, a firewall that lets only CloudFront in can not be told from a dead server.
    failed = fetched is not None and fetched.status >= SERVER_ERROR
    severity: Severity = "error" if failed or problem == "refused" else "warning"
    return Finding(severity, "origin", facts.target.name, f"{message}.", mend)


def _lasting(site: str, check: str, handshake: Handshake, now: datetime) -> Finding:
    until = f" until {handshake.expires:%Y-%m-%d}" if handshake.expires else ""
    if handshake.expires and handshake.expires - now < SOON and check == "origin":
        message = f"The certificate of the origin {handshake.host} ends on {handshake.expires:%Y-%m-%d}."
        mend = "See why the web server did not renew it: CloudFront answers 502 from then on."
        return Finding("warning", check, site, message, mend)
    return Finding("ok", check, site, f"{handshake.host}: TLS and certificate are good{until}.")


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    return ", ".join(names[:NAMED]) + more if names else "no name"
