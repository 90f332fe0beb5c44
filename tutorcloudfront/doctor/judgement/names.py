"""DNS: where browsers and CloudFront are sent."""

from __future__ import annotations

import typing as t
from collections.abc import Collection, Iterable, Iterator

from tutorcloudfront.doctor.facts import Resolution, SiteFacts
from tutorcloudfront.doctor.finding import Finding

CLOUDFRONT = ".cloudfront.net"
RESOLVER_MEND = "See that this machine can ask its name servers (/etc/resolv.conf), and run this again."
PROBLEMS = {
    "empty": "has no address",
    "silent": "could not be looked up: no name server answered",
    "failed": "could not be looked up: the name servers answered with an error",
}


def judge_names(facts: SiteFacts) -> Iterator[Finding]:
    """Tell where the aliases and the distribution's own name lead."""
    target = facts.target
    distribution = facts.distribution
    if not distribution:
        yield from _not_yet(facts)
        return
    if distribution.problem == "missing":
        message = f"{target.distribution}, the distribution's own name, is not in DNS."
        mend = (
            "If the distribution is new, wait some minutes. If it was deleted, run `tutor cloudfront "
            "create-cloudfront-resources`. An emulated AWS has no names in DNS."
        )
        yield Finding("error", "dns", target.name, message, mend)
    elif distribution.problem:
        yield _unanswered(target.name, distribution)
    for alias in facts.aliases:
        yield (_lacking if alias.host in target.lacking else _alias)(facts, alias, distribution)
    for wildcard in target.aliases:
        if wildcard.startswith("*"):
            message = f"{wildcard} was not looked up: each host name that it stands for needs a record of its own, or one for all."
            yield Finding("info", "dns", target.name, message)


def _not_yet(facts: SiteFacts) -> Iterator[Finding]:
    if facts.aliases:
        message = f"{', '.join(alias.host for alias in facts.aliases)}: no distribution is there yet to lead to."
        yield Finding("info", "dns", facts.target.name, message)


def _lacking(facts: SiteFacts, alias: Resolution, distribution: Resolution) -> Finding:
    message = f"{alias.host} is no name of {distribution.host}, which would answer browsers with an error."
    mend = (
        f"Let no DNS record lead {alias.host} there until `tutor cloudfront create-cloudfront-resources` has given it the "
        "name."
    )
    return Finding("warning", "dns", facts.target.name, message, mend)


def _alias(facts: SiteFacts, alias: Resolution, distribution: Resolution) -> Finding:
    site = facts.target.name
    record = f"Set the DNS record `{alias.host} CNAME {distribution.host}` (an ALIAS record where a CNAME can not be)."
    if distribution.host in alias.chain:
        if alias.problem == "missing":
            message = f"{alias.host} leads to {distribution.host}, which is not in DNS."
            return Finding("error", "dns", site, message, "Wait some minutes if the distribution is new.")
        return Finding("ok", "dns", site, f"{alias.host} leads to {distribution.host}.")
    if other := _cloudfront_name(alias):
        message = f"{alias.host} leads to {other}, another distribution than this site's, which is {distribution.host}."
        return Finding("error", "dns", site, message, record)
    if alias.problem == "missing":
        told = f"{alias.host} leads to {alias.chain[-1]}, which" if alias.chain else alias.host
        return Finding("error", "dns", site, f"{told} is not in DNS, so browsers can not reach this site.", record)
    if alias.problem in ("silent", "failed"):
        return _unanswered(site, alias)
    if alias.problem:
        return Finding("error", "dns", site, f"{alias.host} {PROBLEMS[alias.problem]}.", record)
    return _by_address(facts, alias, distribution, record)


def _by_address(facts: SiteFacts, alias: Resolution, distribution: Resolution, record: str) -> Finding:
    """Judge a name that leads to addresses by no other name, as ALIAS records and flattened CNAMEs do."""
    site = facts.target.name
    if set(alias.addresses) & set(distribution.addresses):
        return Finding("ok", "dns", site, f"{alias.host} has the addresses of {distribution.host}.")
    detour = facts.detours.get(alias.host)
    # CloudFront lets a host name belong to one distribution only, and AWS says that it is this one.
    if detour and detour.by_cloudfront:
        return Finding("ok", "dns", site, f"{alias.host} is answered by CloudFront, at {', '.join(alias.addresses)}.")
    where = " and ".join(alias.addresses[:2])
    message = f"{alias.host} leads to {where}, where CloudFront does not answer: browsers do not reach this site."
    return Finding("error", "dns", site, message, record)


def judge_origin_name(facts: SiteFacts, distributions: Collection[str]) -> Iterator[Finding]:
    """Tell whether CloudFront finds the origin, and does not find itself there; `distributions` are this platform's."""
    origin, site = facts.origin, facts.target.name
    if not origin:
        return
    if origin.problem in ("silent", "failed"):
        yield _unanswered(site, origin)
        return
    if origin.problem:
        what = "is not in DNS" if origin.problem == "missing" else "has no address"
        message = f"The origin {origin.host} {what}: CloudFront answers 502 for all that it has not cached."
        mend = (
            f"Set an A record that leads {origin.host} to the platform's server."
            if facts.target.has_web_server
            else "That name is AWS's: see that the region of the site is right, and that DNS finds names of AWS here."
        )
        yield Finding("error", "origin", site, message, mend)
        return
    if loop := _loop(facts, distributions):
        yield loop
    elif not origin.ipv4:
        message = f"The origin {origin.host} has IPv6 addresses only, and CloudFront fetches by IPv4."
        yield Finding("error", "origin", site, message, f"Set an A record for {origin.host} as well.")
    else:
        yield Finding("ok", "origin", site, f"{origin.host} leads to {' and '.join(origin.ipv4[:2])}.")


def _loop(facts: SiteFacts, distributions: Collection[str]) -> Finding | None:
    origin, site = t.cast(Resolution, facts.origin), facts.target.name
    mend = (
        "Name a host whose DNS record leads to the platform's server itself: CLOUDFRONT_LMS_DOMAIN, "
        "CLOUDFRONT_CMS_DOMAIN, or the site's `alias` in CLOUDFRONT_EXTRA_DOMAINS."
    )
    other = _cloudfront_name(origin)
    own = facts.distribution.addresses if facts.distribution else ()
    if (other and other in distributions) or set(origin.addresses) & set(own):
        message = f"The origin {origin.host} leads to {other or 'CloudFront'}: CloudFront would fetch from itself."
        return Finding("error", "origin", site, message, mend)
    if other or (facts.origin_answer and facts.origin_answer.by_cloudfront):
        message = (
            f"The origin {origin.host} is behind another distribution{f', {other}' if other else ''}: slower, paid for "
            "twice, and AWS refuses chains of more than two."
        )
        return Finding("warning", "origin", site, message, mend)
    return None


def _cloudfront_name(resolution: Resolution) -> str:
    return next((name for name in resolution.chain if name.endswith(CLOUDFRONT)), "")


def _unanswered(site: str, resolution: Resolution) -> Finding:
    if resolution.problem == "silent":
        return Finding("error", "dns", site, f"{resolution.host} {PROBLEMS['silent']}.", RESOLVER_MEND)
    mend = "See with your DNS provider that the zone is served, and its DNSSEC signatures are good."
    return Finding("error", "dns", site, f"{resolution.host} {PROBLEMS[resolution.problem]}.", mend)


def without_resolver(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with one in place of all that are due to name servers which do not answer at all."""
    found = list(findings)
    silent = [finding for finding in found if finding.mend == RESOLVER_MEND]
    if len(silent) < 2:
        return found
    message = f"No name server answered: {len(silent)} names could not be looked up, nor what is behind them."
    told = Finding("error", "dns", "DNS", message, RESOLVER_MEND)
    return [told, *(finding for finding in found if finding.mend != RESOLVER_MEND)]
