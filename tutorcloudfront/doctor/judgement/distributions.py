"""What AWS has against what the settings and config.yml say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tutorcloudfront.doctor.facts import Drift, Serving
from tutorcloudfront.doctor.finding import ACCOUNT, Finding
from tutorcloudfront.key_sets import MEND, Unread

CREATE = "tutor cloudfront create-cloudfront-resources"
DEPLOYED = "Deployed"
#: More are counted, not named.
NAMED_FIELDS = 4


def judge_serving(serving: Serving) -> Iterator[Finding]:
    """Tell the state of a site's distribution."""
    if not serving.id:
        yield _none(serving)
        return
    found = list(_faults(serving))
    yield from found
    if not found:
        yield Finding("ok", "distribution", serving.site, f"{serving.id} is deployed and as the settings want it.")


def _none(serving: Serving) -> Finding:
    if serving.saved_id:
        return Finding(
            "error",
            "distribution",
            serving.site,
            f"config.yml says that {serving.saved_id} serves this site, and it is not in this AWS account: the "
            "platform points browsers at something that is gone, or these are another account's credentials.",
            f"See with `aws sts get-caller-identity` that this is the right account. If so, run `{CREATE}`, and restart "
            "the platform.",
        )
    return Finding("warning", "distribution", serving.site, "There is no distribution yet.", f"Run `{CREATE}`.")


def _faults(serving: Serving) -> Iterator[Finding]:
    if not serving.enabled:
        message = f"{serving.id} is disabled: CloudFront answers no request for it."
        yield Finding("error", "distribution", serving.site, message, f"Run `{CREATE}`, which enables it again.")
    if serving.status != DEPLOYED:
        message = f"{serving.id} is {serving.status or 'in an unknown state'}: edges may still serve what was before."
        mend = "Wait: it usually takes five minutes. What follows may look different then."
        yield Finding("warning", "distribution", serving.site, message, mend)
    if not serving.saved_id:
        message = f"{serving.id} is not saved in config.yml, so the platform does not use it."
        yield Finding("warning", "distribution", serving.site, message, f"Run `{CREATE}`, then restart the platform.")
    elif serving.saved_id != serving.id:
        message = f"config.yml says that {serving.saved_id} serves this site, and AWS has {serving.id} for it."
        mend = f"Run `{CREATE}`, which saves what there is, then restart the platform."
        yield Finding("error", "distribution", serving.site, message, mend)
    if serving.drift:
        yield judge_drift(serving.drift, serving.site)


def judge_drift(drift: Drift, subject: str = ACCOUNT) -> Finding:
    """Tell how a resource is not as it should be."""
    name = f"{drift.kind.replace('_', ' ')} {drift.name}"
    if not drift.fields:
        message = f"The {name} is missing."
    else:
        fields = ", ".join(drift.fields[:NAMED_FIELDS])
        more = f" and {len(drift.fields) - NAMED_FIELDS} more" if drift.fields[NAMED_FIELDS:] else ""
        message = f"The {name} is not as the settings want it: {fields}{more}."
    mend = f"See `tutor cloudfront plan` for what differs, then run `{CREATE}`, or change the settings."
    return Finding("warning", "distribution", subject, message, mend)


def judge_unread(unread: Unread) -> Finding:
    """Tell of a key set that can not be had here, where functions that check tokens are made of it."""
    names = ", ".join(site.name for site in unread.sites)
    message = (
        f"{unread.problem}: whether the functions of {names} are as the settings want them can not be told, and they can "
        "not be made or changed. What is deployed goes on with the keys that it has."
    )
    # A site of its own rules is the subject, else the setting that many sites share.
    subject = unread.sites[0].name if unread.sites[0].jwt else unread.setting
    return Finding("error", "jwt", subject, message, f"{MEND[0].upper()}{MEND[1:]}.")


def judge_saved(saved: Iterable[str], domains: Collection[str]) -> Iterator[Finding]:
    """Tell which saved distributions belong to no site any more."""
    for domain in saved:
        if domain not in domains:
            message = f"{domain} is saved there, and is no site in the settings."
            mend = f"Run `{CREATE}`, which saves what there is; if the site is still wanted, put it back first."
            yield Finding("warning", "distribution", "CLOUDFRONT_DISTRIBUTIONS", message, mend)
