"""Sites from outside: all names first, then all connections, then all files, so that a dead host holds up no other.

CloudFront is spoken to at the addresses of each site's distribution, whatever the DNS records of its aliases say:
a site can be seen to work before browsers are sent there.
"""

from __future__ import annotations

import functools
import typing as t
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urljoin

from tutorcloudfront.doctor.facts import Answer, FrontPage, Handshake, Resolution, SiteFacts, Target
from tutorcloudfront.doctor.probes import names, tls, web
from tutorcloudfront.doctor.probes.network import Network
from tutorcloudfront.doctor.probes.parallel import side_by_side

#: Pages of a platform that nobody may have through its CDN host.
PLATFORM_PAGES = ("/login", "/admin/")
#: Where one of the micro-frontends' pages is, whichever of them a platform has.
INDEX_PAGES = ("/authn/login", "/learning/", "/account/", "/")
RUNTIME_CONFIG = "/api/mfe_config/v1?mfe=authn"
#: What nobody has: a web server that looks for it would look for private files as well.
NOBODYS_PATH = "/tutor-contrib-cloudfront-doctor"
OK = 200

Job = tuple[str, str]
Seen = dict[tuple[Target, Job], t.Any]


def look_at_sites(
    network: Network, targets: Sequence[Target], report: Callable[[str], None] = lambda _: None
) -> list[SiteFacts]:
    """Return what is seen of each site; `report` is told what is being done."""
    hosts = sorted({host for target in targets for host in _names(target)})
    report(f"Looking up names ({len(hosts)})…")
    found = side_by_side({host: functools.partial(names.resolve, network, host) for host in hosts})
    seen: Seen = {}
    for what, jobs in (("Connecting to servers", _connections), ("Fetching files", _files)):
        round_jobs = {
            (target, job): look for target in targets for job, look in jobs(network, target, found, seen).items()
        }
        if round_jobs:
            report(f"{what} ({len(round_jobs)})…")
        seen.update(side_by_side(round_jobs))
    return [_facts(target, found, seen) for target in targets]


def _names(target: Target) -> Iterable[str]:
    aliases = (alias for alias in target.aliases if not alias.startswith("*"))
    return filter(None, (target.distribution, *aliases, target.origin, target.platform))


def _connections(
    network: Network, target: Target, found: dict[str, Resolution], _: Seen
) -> dict[Job, Callable[[], t.Any]]:
    jobs: dict[Job, Callable[[], t.Any]] = {}
    edge = found[target.distribution].addresses if target.distribution else ()
    for host in target.hosts if edge else ():
        jobs["viewer", host] = functools.partial(tls.handshake, network, host, edge)
        if host != target.distribution and _could_be_anybody(found[host], found[target.distribution]):
            jobs["detour", host] = functools.partial(web.get, network, f"https://{host}/", found[host].addresses)
    origin = found[target.origin]
    if origin.ipv4 and target.origin_https:
        jobs["origin", ""] = functools.partial(tls.handshake, network, target.origin, origin.ipv4, as_cloudfront=True)
    if target.platform and found[target.platform].addresses:
        scheme = "https" if target.platform_https else "http"
        url = f"{scheme}://{target.platform}/"
        jobs["front", ""] = functools.partial(web.front_page, network, url, found[target.platform].addresses)
    return jobs


def _could_be_anybody(alias: Resolution, distribution: Resolution) -> bool:
    """Tell whether a name has addresses that may be CloudFront's and may be not."""
    by_name = any(name.endswith(".cloudfront.net") for name in alias.chain)
    return bool(alias.addresses) and not by_name and not set(alias.addresses) & set(distribution.addresses)


def _files(
    network: Network, target: Target, found: dict[str, Resolution], seen: Seen
) -> dict[Job, Callable[[], t.Any]]:
    jobs: dict[Job, Callable[[], t.Any]] = {}
    path = _path(target, seen)
    origin, handshake = found[target.origin], seen.get((target, ("origin", "")))
    if origin.ipv4 and (not target.origin_https or (handshake and not handshake.problem)):
        url = f"{'https' if target.origin_https else 'http'}://{target.origin}{path}"
        jobs["origin answer", ""] = functools.partial(web.get, network, url, origin.ipv4, as_cloudfront=True)
        if target.access != "public" and target.has_web_server:
            for each in ("/", NOBODYS_PATH):
                jobs["unguarded", each] = functools.partial(web.get, network, urljoin(url, each), origin.ipv4)
    viewer: Handshake | None = seen.get((target, ("viewer", target.host)))
    if viewer is None or viewer.problem:
        return jobs
    edge = found[target.distribution].addresses
    ask = functools.partial(_ask, network, target, edge)
    if target.kind == "platform":
        jobs["file", ""] = functools.partial(ask, (path,))
        jobs |= {("page", page): functools.partial(ask, (page,)) for page in PLATFORM_PAGES}
    else:
        jobs["index", ""] = functools.partial(ask, INDEX_PAGES if target.kind == "mfe" else ("/",))
    if target.kind == "mfe":
        jobs["runtime config", ""] = functools.partial(ask, (RUNTIME_CONFIG,))
    return jobs


def _path(target: Target, seen: Seen) -> str:
    front: FrontPage | None = seen.get((target, ("front", "")))
    return (front and front.path) or target.fallback or "/"


def _ask(network: Network, target: Target, addresses: Sequence[str], paths: Sequence[str]) -> Answer:
    """Ask CloudFront for the first of these that is a page or file, else for the last."""
    headers = {"Origin": target.cors_origin} if target.cors_origin else {}
    answer = Answer("")
    for path in paths:
        answer = web.get(network, f"https://{target.host}{path}", addresses, headers)
        if answer.status == OK or answer.problem:
            break
    return answer


def _facts(target: Target, found: dict[str, Resolution], seen: Seen) -> SiteFacts:
    def of(name: str) -> dict[str, t.Any]:
        return {job[1]: value for (of_target, job), value in seen.items() if of_target == target and job[0] == name}

    def one(name: str) -> t.Any:
        return seen.get((target, (name, "")))

    return SiteFacts(
        target,
        distribution=found.get(target.distribution),
        aliases=tuple(found[alias] for alias in target.aliases if alias in found),
        origin=found[target.origin],
        detours=of("detour"),
        viewers=tuple(of("viewer").values()),
        origin_handshake=one("origin"),
        origin_answer=one("origin answer"),
        unguarded=tuple(of("unguarded").values()),
        front_page=one("front"),
        file=one("file"),
        pages=tuple(of("page").values()),
        index=one("index"),
        runtime_config=one("runtime config"),
    )
