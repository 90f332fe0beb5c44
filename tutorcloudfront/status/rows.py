"""Sites, their plan and what else is known of them → one row a site, as plain data."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tutorcloudfront.aws.kinds import Existing
from tutorcloudfront.aws.kinds.distribution import DISTRIBUTION
from tutorcloudfront.reconcile.plan import Change, Plan
from tutorcloudfront.resources.edge import FUNCTION, is_known
from tutorcloudfront.resources.resource import Ref
from tutorcloudfront.result import Served
from tutorcloudfront.status.facts import Certificate, Facts, Logging, certificate_arn
from tutorcloudfront.status.traffic import Rates, Traffic

#: How a site differs from its settings; what is `unwanted` serves no site that they have.
Drift = t.Literal["none", "changed", "missing", "unwanted"]


@dataclass(frozen=True)
class Row:
    """A site. `state` is CloudFront's word for it, `disabled` or `missing`; `None` stands for what is not known.

    `certificate` is `None` also where there is none but CloudFront's own, and then `certificate_arn` is "".
    """

    site: str
    host: str
    id: str
    state: str
    drift: Drift | None
    certificate_arn: str
    certificate: Certificate | None
    web_acl: str
    logging: Logging | None
    traffic: Traffic | None


def rows(served: Sequence[Served], plan: Plan, facts: Facts) -> list[Row]:
    """Return the sites of the settings, then the distributions that are this platform's and no longer wanted."""
    wanted = [
        _row(site.site.name, site.host, site.distribution, _drift(site.site.name, plan), facts) for site in served
    ]
    return [*wanted, *(_row(item.name, host_of(item), item, "unwanted", facts) for item in unwanted(plan))]


def unwanted(plan: Plan) -> list[Existing]:
    """Return the distributions of this platform that serve no site of the settings."""
    return [item.existing for item in plan.unwanted if item.resource.kind == DISTRIBUTION.name and item.existing]


def host_of(distribution: Existing) -> str:
    aliases = distribution.config["Aliases"]["Items"]
    return str(next((alias for alias in aliases if not alias.startswith("*")), distribution.domain_name))


def document(rows: Sequence[Row], notes: Sequence[str]) -> dict[str, t.Any]:
    """Return the rows as JSON has them."""
    return {"sites": [_site(row) for row in rows], "notes": list(notes)}


def _row(name: str, host: str, distribution: Existing | None, drift: Drift | None, facts: Facts) -> Row:
    if distribution is None:
        return Row(name, host, "", "missing", drift, "", None, "", None, None)
    arn, id_ = certificate_arn(distribution), distribution.id
    return Row(
        site=name,
        host=host,
        id=id_,
        state=distribution.status if distribution.config["Enabled"] else "disabled",
        drift=drift,
        certificate_arn=arn,
        certificate=facts.certificates.get(arn),
        web_acl=distribution.config.get("WebACLId") or "",
        logging=facts.logging.get(id_),
        traffic=facts.traffic.get(id_),
    )


def _drift(site: str, plan: Plan) -> Drift | None:
    """Return in a word what the plan has for a site, or for anything that the site needs."""
    changes = {change.ref: change for change in plan.changes}
    own = changes.get(Ref(DISTRIBUTION.name, site))
    if own is None or own.action == "create":
        return "missing"
    needed = list(_with_all_it_needs(own.ref, changes))
    if any(change.action != "none" for change in needed):
        return "changed"
    functions = (change.resource for change in needed if change.resource.kind == FUNCTION)
    return "none" if all(map(is_known, functions)) else None


def _with_all_it_needs(ref: Ref, changes: Mapping[Ref, Change]) -> Iterator[Change]:
    if ref in changes:
        yield changes[ref]
        for needed in changes[ref].resource.refs:
            yield from _with_all_it_needs(needed, changes)


def _site(row: Row) -> dict[str, t.Any]:
    found = row.certificate
    certificate = {
        "arn": row.certificate_arn,
        "status": found.status if found else None,
        "expires": found.expires.isoformat() if found and found.expires else None,
    }
    return {
        "site": row.site,
        "host": row.host,
        "id": row.id,
        "state": row.state,
        "drift": row.drift,
        "certificate": certificate if row.certificate_arn else None,
        "web_acl": row.web_acl,
        "logging": row.logging,
        "last_day": _last_day(row.traffic) if row.traffic else None,
    }


def _last_day(traffic: Traffic) -> dict[str, t.Any]:
    rates: dict[str, Rates] = {
        "cache_hit_rate": traffic.hits,
        "error_rate_4xx": traffic.errors_4xx,
        "error_rate_5xx": traffic.errors_5xx,
    }
    return {
        "requests": round(traffic.total_requests),
        "bytes": round(traffic.total_bytes),
        **{name: _rounded(traffic.of_the_day(values)) for name, values in rates.items()},
        "hours": [
            {
                "from": hour.isoformat(),
                "requests": round(traffic.requests[index]),
                "bytes": round(traffic.bytes[index]),
                **{name: _rounded(values[index]) for name, values in rates.items()},
            }
            for index, hour in enumerate(traffic.hours)
        ],
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 3)
