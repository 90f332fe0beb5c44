"""Credentials, permissions and quotas."""

from __future__ import annotations

from collections.abc import Iterator

from tutorcloudfront.aws.kinds import KINDS
from tutorcloudfront.doctor.facts import AccountFacts, Refusal, Simulation, Usage
from tutorcloudfront.doctor.finding import ACCOUNT, Finding

#: The share of a quota from which on it is time to ask for more.
NEARLY_USED_UP = 0.9
QUOTAS_MEND = (
    "Ask AWS for more at https://console.aws.amazon.com/servicequotas/home/services/cloudfront/quotas, or delete what "
    "is not used."
)
CREDENTIALS_MEND = "Run this again once AWS can be reached with credentials that it accepts."


def judge_account(facts: AccountFacts) -> Iterator[Finding]:
    identity = facts.identity
    if isinstance(identity, Refusal):
        yield Finding("error", "credentials", ACCOUNT, identity.message, identity.mend or CREDENTIALS_MEND)
        return
    yield Finding("ok", "credentials", ACCOUNT, f"You are {identity.arn} in the account {identity.account}.")
    yield from _lists(facts)
    if facts.simulation:
        yield _changes(facts.simulation)
    for usage in facts.usage:
        yield _quota(usage)
    if facts.usage and not any(usage.asked for usage in facts.usage):
        yield Finding(
            "info",
            "quotas",
            ACCOUNT,
            "The quotas are AWS's defaults: the account's own could not be had from Service Quotas, which "
            "servicequotas:GetServiceQuota would allow.",
        )


def _lists(facts: AccountFacts) -> Iterator[Finding]:
    for name, refusal in facts.lists.items():
        if refusal:
            what = "tags" if name not in KINDS else KINDS[name].list_operation
            mend = refusal.mend or "Run this again; should it last, ask AWS Support about this answer."
            yield Finding("error", "permissions", ACCOUNT, f"{what} can not be listed: {refusal.message}", mend)
    if not any(facts.lists.values()):
        yield Finding("ok", "permissions", ACCOUNT, "All that the plugin looks at can be listed.")


def _changes(simulation: Simulation) -> Finding:
    if simulation.reason:
        return Finding(
            "info",
            "permissions",
            ACCOUNT,
            f"Whether you may change things was not looked at: {simulation.reason}. To have it looked at, allow "
            "iam:SimulatePrincipalPolicy (and iam:GetRole for a role).",
        )
    if not simulation.denied:
        return Finding("ok", "permissions", ACCOUNT, "IAM would allow all that these sites need.")
    named = ", ".join(simulation.denied)
    only_delete = all(":Delete" in action for action in simulation.denied)
    return Finding(
        "info" if only_delete else "warning",
        "permissions",
        ACCOUNT,
        f"By IAM's word you may not do {named}" + (", which only taking things away needs." if only_delete else "."),
        "An IAM policy of yours must allow it, and no permissions boundary or organization policy deny it, unless "
        "somebody else makes the changes.",
    )


def _quota(usage: Usage) -> Finding:
    what = f"{_plural(usage.kind)}: {usage.used} of {usage.quota}"
    if usage.used >= usage.quota:
        return Finding("warning", "quotas", ACCOUNT, f"No more can be made: {what} are there.", QUOTAS_MEND)
    if usage.used >= NEARLY_USED_UP * usage.quota:
        return Finding("warning", "quotas", ACCOUNT, f"Nearly used up: {what} are there.", QUOTAS_MEND)
    return Finding("ok", "quotas", ACCOUNT, f"{what[0].upper()}{what[1:]}.")


def _plural(kind: str) -> str:
    label = kind.replace("_", " ")
    return f"custom {label.removesuffix('y')}ies" if label.endswith("policy") else f"{label}s"
