"""The whole examination: AWS first, which knows the distributions' names, then the Internet, then a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from tutor.exceptions import TutorError
from tutor.types import Config

from tutorcloudfront.aws.client import Aws
from tutorcloudfront.aws.errors import AwsError
from tutorcloudfront.doctor.facts import AccountFacts, Drift, Refusal, Serving, SiteFacts, Target
from tutorcloudfront.doctor.finding import ACCOUNT, Finding
from tutorcloudfront.doctor.judgement.account import judge_account
from tutorcloudfront.doctor.judgement.certificates import judge_acm, judge_origin, judge_viewers
from tutorcloudfront.doctor.judgement.distributions import judge_drift, judge_saved, judge_serving, judge_unread
from tutorcloudfront.doctor.judgement.files import judge_files, judge_unguarded
from tutorcloudfront.doctor.judgement.names import judge_names, judge_origin_name, without_resolver
from tutorcloudfront.doctor.probes.account import look_at_account, refusal
from tutorcloudfront.doctor.probes.network import Network
from tutorcloudfront.doctor.probes.site import look_at_sites
from tutorcloudfront.reconcile.comparison import Comparison, compare
from tutorcloudfront.settings import Settings, check
from tutorcloudfront.sites import Site, sites_of

#: An AWS that can not be reached is not waited for as long as by the commands that change something.
ATTEMPTS = 3

Report = Callable[[str], None]


def examine(config: Config, network: Network, report: Report) -> list[Finding]:
    """Return all findings about a platform; `report` is told what is being done.

    Raises:
        SettingsError: the settings are wrong; nothing has been looked at.
    """
    settings = check(config)
    sites = sites_of(settings)
    report("Asking AWS…")
    wanted = certificates_of(sites)
    account = look_at_account(Aws(settings, attempts=ATTEMPTS), settings, sites, wanted)
    comparison = _comparison(config, account)
    named = distribution_names(settings, sites, comparison)
    lacking = lacking_aliases(comparison)
    targets = [
        replace(target_of(site, settings, named.get(site.domain, "")), lacking=lacking.get(site.domain, ()))
        for site in sites
    ]
    seen = look_at_sites(network, targets, report)
    now = datetime.now(timezone.utc)
    return [
        *judge_account(account),
        *_certificate_findings(account, wanted, now),
        *_aws_findings(settings, sites, comparison),
        *without_resolver(finding for facts in seen for finding in site_findings(facts, targets, now)),
    ]


def certificates_of(sites: Iterable[Site]) -> dict[str, list[str]]:
    """Return the ARNs of the certificates that sites have, each with the hosts that it is for."""
    hosts: dict[str, list[str]] = {}
    for site in sites:
        if site.certificate_arn:
            hosts.setdefault(site.certificate_arn, []).extend(site.aliases)
    return hosts


def distribution_names(
    settings: Settings, sites: Sequence[Site], comparison: Comparison | TutorError | None
) -> dict[str, str]:
    """Return the distributions' own names by the domain of their site: from AWS, or else as they were saved."""
    if isinstance(comparison, Comparison):
        return {each.site.domain: each.distribution.domain_name for each in comparison.served() if each.distribution}
    saved = settings.distributions
    return {site.domain: saved[site.domain].domain_name for site in sites if site.domain in saved}


def lacking_aliases(comparison: Comparison | TutorError | None) -> dict[str, tuple[str, ...]]:
    """Return the aliases that are not at the distributions of their sites, by the domain of the site."""
    served = comparison.served() if isinstance(comparison, Comparison) else ()
    return {
        each.site.domain: tuple(alias for alias in each.site.aliases if alias not in each.aliases)
        for each in served
        if each.distribution
    }


def target_of(site: Site, settings: Settings, distribution: str) -> Target:
    """Return what of a site can be looked at from outside."""
    scheme = "https" if settings.enable_https else "http"
    is_lms, is_cms = (site.domain == domain for domain in (settings.lms_domain, settings.cms_domain))
    serves_static = any(behavior.path == "/static/*" for behavior in site.behaviors)
    if (is_lms or is_cms) and serves_static:
        platform = settings.lms_host if is_lms else settings.cms_host
        return Target(
            site.name,
            "platform",
            site.origin,
            site.origin_https,
            site.aliases,
            distribution,
            platform,
            settings.enable_https,
            f"{scheme}://{platform}",
            # The platform's own icon, which every theme has: https://github.com/openedx/edx-platform lms/static/images
            "/static/images/favicon.ico" if is_lms else "/static/studio/images/favicon.ico",
        )
    kind = "mfe" if settings.mfe_host and settings.mfe_host in site.aliases else "other"
    return Target(
        site.name,
        "mfe" if kind == "mfe" else "other",
        site.origin,
        site.origin_https,
        site.aliases,
        distribution,
        cors_origin=f"{scheme}://{settings.lms_host}",
        access=site.access,
        has_web_server=not site.bucket and not site.service,
    )


def serving_of(comparison: Comparison) -> Iterator[Serving]:
    """Yield the state of each site's distribution."""
    saved = comparison.settings.distributions
    drifts = {drift.name: drift for drift in _drifts(comparison) if drift.kind == "distribution" and drift.fields}
    for each in comparison.served():
        domain, found = each.site.domain, each.distribution
        saved_id = saved[domain].id if domain in saved else ""
        if not found:
            yield Serving(each.site.name, domain, saved_id=saved_id)
            continue
        enabled = bool(found.config.get("Enabled", True))
        drift = drifts.get(each.site.name)
        yield Serving(each.site.name, domain, found.id, found.status, enabled, saved_id, drift)


def site_findings(facts: SiteFacts, targets: Sequence[Target], now: datetime) -> Iterator[Finding]:
    distributions = {target.distribution for target in targets}
    yield from judge_names(facts)
    yield from judge_origin_name(facts, distributions)
    yield from judge_origin(facts, now)
    yield from judge_unguarded(facts)
    yield from judge_viewers(facts, now)
    yield from judge_files(facts)


def _comparison(config: Config, account: AccountFacts) -> Comparison | TutorError | None:
    """Compare with AWS, unless it is known already that AWS can not be asked; return why it can not be done."""
    if isinstance(account.identity, Refusal) or any(account.lists.values()):
        return None
    try:
        return compare(config, lenient=True)
    except TutorError as e:
        return e


def _not_compared(error: TutorError) -> Finding:
    if isinstance(error, AwsError):
        told = refusal(error)
        mend = told.mend or "Run this again; should it last, ask AWS Support about this answer."
        return Finding("error", "permissions", ACCOUNT, told.message, mend)
    mend = "See to that first, then run this again: the distributions were not looked at."
    return Finding("error", "distribution", ACCOUNT, str(error), mend)


def _drifts(comparison: Comparison) -> Iterator[Drift]:
    for change in comparison.plan.changes:
        if change.action in ("create", "update"):
            yield Drift(change.resource.kind, change.resource.name, tuple(item.path for item in change.diff))


def _certificate_findings(account: AccountFacts, wanted: dict[str, list[str]], now: datetime) -> Iterator[Finding]:
    for arn, found in account.certificates.items():
        yield from judge_acm(arn, found, wanted[arn], now)


def _aws_findings(
    settings: Settings, sites: Sequence[Site], comparison: Comparison | TutorError | None
) -> Iterator[Finding]:
    if isinstance(comparison, TutorError):
        yield _not_compared(comparison)
    elif comparison is None:
        message = "The distributions were not looked at in AWS, only what config.yml says of them."
        yield Finding("info", "distribution", ACCOUNT, message)
    else:
        servings = list(serving_of(comparison))
        for serving in servings:
            yield from judge_serving(serving)
        yield from map(judge_unread, comparison.unread)
        for drift in _drifts(comparison):
            # On a first run everything is missing, and the sites say so.
            if drift.kind != "distribution" and any(serving.id for serving in servings):
                yield judge_drift(drift)
        for missing in comparison.inventory.missing:
            message, _, mend = missing.partition("\n")
            yield Finding("error", "distribution", ACCOUNT, message, mend)
        for note in comparison.plan.notes:
            yield Finding("info", "distribution", ACCOUNT, note)
    yield from judge_saved(settings.distributions, {site.domain for site in sites})
