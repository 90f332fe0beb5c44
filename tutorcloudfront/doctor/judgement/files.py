"""What comes through CloudFront, and what must not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutorcloudfront.doctor.facts import Answer, SiteFacts
from tutorcloudfront.doctor.finding import Finding

OK, UNAUTHORIZED, FORBIDDEN, NOT_FOUND = 200, 401, 403, 404
ERRORS = 500
GATEWAY = (502, 503, 504)
FOUND = range(200, 300)

GATEWAY_MEND = (
    "CloudFront gets no answer from the origin: mend what is said of the origin, and if nothing is, see its firewall and "
    "`curl --head https://ORIGIN/` from another network."
)
PLAN_MEND = "See `tutor cloudfront plan` for what differs, and run `tutor cloudfront create-cloudfront-resources`."
#: Whom a firewall by addresses lets in:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/LocationsOfEdgeServers.html
UNGUARDED_MEND = (
    "Safest is a private S3 bucket (`bucket` in place of `alias`), which only this platform's distributions may read. Else "
    "have a firewall let only CloudFront in (the managed prefix list com.amazonaws.global.cloudfront.origin-facing): that "
    "keeps browsers out, but not a distribution that somebody else makes with this origin. The plugin makes neither VPC "
    "origins nor a secret header for the web server to check, and takes away such a header that was set by hand."
)
RESTART_MEND = (
    "Run `tutor config save`, then `tutor local restart openedx` (`tutor k8s start`): LMS and Studio read STATIC_URL when "
    "they start."
)


def judge_files(facts: SiteFacts) -> Iterator[Finding]:
    """Tell whether the site's files and pages come through CloudFront as they should."""
    if facts.file:
        yield from _static(facts, facts.file)
    if facts.front_page:
        yield from _front_page(facts)
    for page in facts.pages:
        yield from _platform_page(facts, page)
    if facts.index:
        yield from (_index if facts.target.access == "public" else _guarded)(facts, facts.index)
    if facts.runtime_config:
        yield from _runtime_config(facts, facts.runtime_config)


def _static(facts: SiteFacts, file: Answer) -> Iterator[Finding]:
    site = facts.target.name
    if fault := _failure(site, "file", file):
        yield fault
        return
    if file.status != OK:
        yield _not_ok(facts, file)
        return
    if not file.by_cloudfront:
        yield _somebody_else(site, "file", file)
        return
    yield Finding("ok", "file", site, f"{file.url} comes through CloudFront ({_cache(file)}).")
    yield from _cors(facts, file)
    control = file.headers.get("cache-control", "").lower()
    if re.search(r"\b(no-store|private|no-cache)\b", control):
        message = f"The origin forbids CloudFront to keep static files: Cache-Control: {control}."
        mend = "Take this header off /static/ in the web server, or in whatever stands before it."
        yield Finding("warning", "file", site, message, mend)
    if "set-cookie" in file.headers:
        message = "Static files come with cookies, which CloudFront would hand to everybody."
        yield Finding("warning", "file", site, message, "Have the web server set no cookies on /static/.")


def _not_ok(facts: SiteFacts, file: Answer) -> Finding:
    site, origin = facts.target.name, facts.origin_answer
    from_origin = f", and the origin {origin.status}" if origin and origin.status else ""
    message = f"{file.url}: CloudFront answers {file.status}{from_origin}."
    if origin and origin.status == file.status:
        mend = (
            "The platform itself does not serve this file: see that it runs, and that its static files were collected."
        )
    elif file.status == FORBIDDEN:
        mend = (
            "If a web ACL or a geographic restriction is set, it may be what refuses. Else see `tutor cloudfront plan`."
        )
    else:
        mend = f"{PLAN_MEND} After a new image: `tutor cloudfront invalidate`."
    return Finding("error", "file", site, message, mend)


def _cors(facts: SiteFacts, file: Answer) -> Iterator[Finding]:
    allowed = file.headers.get("access-control-allow-origin", "")
    origin = facts.target.cors_origin
    if not origin or allowed in ("*", origin):
        return
    said = f"only {allowed}" if allowed else "nobody"
    message = f"Pages of {origin} may not load fonts from here: Access-Control-Allow-Origin allows {said}."
    yield Finding(
        "error", "file", facts.target.name, message, f"{PLAN_MEND} It sets a response headers policy for this."
    )


def _front_page(facts: SiteFacts) -> Iterator[Finding]:
    """Tell whether the platform's pages name this site at all."""
    page, target = facts.front_page, facts.target
    if page is None:
        return
    url = page.answer.url
    if page.answer.problem or page.answer.status >= ERRORS:
        why = page.answer.problem or f"status {page.answer.status}"
        message = f"Whether the platform uses this site was not looked at: {url} could not be had ({why})."
        yield Finding("info", "platform", target.name, message)
    elif page.hosts & {target.distribution, *target.aliases}:
        yield Finding("ok", "platform", target.name, f"The pages of {target.platform} load their files from here.")
    elif page.hosts and target.distribution:
        hosts = ", ".join(sorted(host or target.platform for host in page.hosts))
        message = f"The pages of {target.platform} load their files from {hosts}, not from CloudFront."
        yield Finding("warning", "platform", target.name, message, RESTART_MEND)
    elif not page.hosts:
        message = f"Whether the platform uses this site was not seen: {url} names no static files."
        yield Finding("info", "platform", target.name, message)


def _platform_page(facts: SiteFacts, page: Answer) -> Iterator[Finding]:
    site = facts.target.name
    if page.problem or page.status in GATEWAY:
        return  # told of with the file
    if page.status in (NOT_FOUND, FORBIDDEN):
        yield Finding("ok", "pages", site, f"{page.url} can not be had through CloudFront, as it should be.")
        return
    message = f"{page.url} is answered with status {page.status}: pages of the platform can be had through CloudFront."
    yield Finding("error", "pages", site, message, PLAN_MEND)


def _index(facts: SiteFacts, index: Answer) -> Iterator[Finding]:
    site = facts.target.name
    check = "mfe" if facts.target.kind == "mfe" else "file"
    if fault := _failure(site, check, index):
        yield fault
        return
    if not index.by_cloudfront:
        yield _somebody_else(site, check, index)
        return
    if index.status not in FOUND:
        known = 300 <= index.status < 400 or facts.target.kind == "other"
        message = f"{index.url} is answered with status {index.status}."
        mend = (
            "" if known else "See that the micro-frontends run, and that the web server answers for the origin's name."
        )
        yield Finding("info" if known else "error", check, site, message, mend)
        return
    lifetime = _lifetime(index)
    if index.is_html and lifetime > 0:
        message = (
            f"{index.url} may be kept for {lifetime} seconds: after a new image, browsers get old pages for so long."
        )
        mend = (
            "Take the Cache-Control header off HTML at the origin, or let it be `no-cache`, as the plugin has Caddy do: "
            "`tutor config save`, then restart the mfe container."
        )
        yield Finding("warning", check, site, message, mend)
    else:
        kept = ", and is not kept without asking the origin" if index.is_html else ""
        yield Finding("ok", check, site, f"{index.url} comes through CloudFront{kept}.")


def _guarded(facts: SiteFacts, answer: Answer) -> Iterator[Finding]:
    """Tell whether a site that demands signatures or tokens does."""
    site = facts.target.name
    status, what = (FORBIDDEN, "signature") if facts.target.access == "signed" else (UNAUTHORIZED, "token")
    if fault := _failure(site, "file", answer):
        yield fault
    elif not answer.by_cloudfront:
        yield _somebody_else(site, "file", answer)
    elif answer.status == status:
        message = f"{answer.url} can not be had without a {what}, as it should be."
        yield Finding("ok", "file", site, message)
    else:
        message = f"{answer.url} is answered with status {answer.status} to one who has no {what}."
        yield Finding("error", "file", site, message, PLAN_MEND)


def judge_unguarded(facts: SiteFacts) -> Iterator[Finding]:
    """Tell whether the web server behind a guarded site lets the guard be gone round."""
    site, origin = facts.target.name, facts.target.origin
    answers = [answer for answer in facts.unguarded if answer.status]
    if given := [answer for answer in answers if answer.status in FOUND or answer.status == NOT_FOUND]:
        message = (
            f"{given[-1].url} is answered with status {given[-1].status} to one who comes past CloudFront: whoever knows "
            f"the name {origin} seems to need neither signature nor token for what is there."
        )
        yield Finding("warning", "origin", site, message, UNGUARDED_MEND)
    elif answers and all(answer.status in (UNAUTHORIZED, FORBIDDEN) for answer in answers):
        message = f"{origin} refuses what is asked past CloudFront ({answers[-1].status}), as it should be."
        yield Finding("ok", "origin", site, message)


def _runtime_config(facts: SiteFacts, config: Answer) -> Iterator[Finding]:
    site = facts.target.name
    if config.problem or config.status >= ERRORS:
        return  # told of with the index page
    if config.status != OK:
        message = (
            f"{config.url} is answered with status {config.status}: this platform seems to have no runtime config."
        )
        yield Finding("info", "mfe", site, message)
    elif config.is_html:
        message = f"{config.url} is answered with a page in place of the runtime config."
        mend = "The origin must pass /api/mfe_config/ on to the LMS: run `tutor config save` and restart the mfe container."
        yield Finding("warning", "mfe", site, message, mend)
    elif _cache(config).startswith(("hit", "refreshhit")) or "age" in config.headers:
        message = f"{config.url} comes from a cache ({_cache(config)}): settings changed in the LMS would not show."
        yield Finding("error", "mfe", site, message, PLAN_MEND)
    else:
        yield Finding("ok", "mfe", site, "The runtime config is asked for anew each time.")


def _failure(site: str, check: str, answer: Answer) -> Finding | None:
    """Return what is wrong where no answer of the site's own came at all."""
    if answer.problem:
        message = f"{answer.url} could not be had ({answer.problem}: {answer.detail})."
        mend = "Run this again; should it last, see https://health.aws.amazon.com/health/status and your own network."
        return Finding("error", check, site, message, mend)
    if answer.status in GATEWAY:
        return Finding("error", check, site, f"{answer.url}: CloudFront answers {answer.status}.", GATEWAY_MEND)
    if answer.status >= ERRORS:
        message = f"{answer.url} is answered with status {answer.status}."
        return Finding("error", check, site, message, "See the logs of the platform: `tutor local logs`.")
    return None


def _somebody_else(site: str, check: str, answer: Answer) -> Finding:
    message = f"{answer.url} is answered with status {answer.status}, and not by CloudFront."
    mend = "If a proxy of your network answers in its place, run this elsewhere. Else see what is said of DNS."
    return Finding("warning", check, site, message, mend)


def _cache(answer: Answer) -> str:
    return answer.headers.get("x-cache", "no X-Cache").lower().removesuffix(" from cloudfront")


def _lifetime(answer: Answer) -> int:
    """Return for how many seconds an answer may be kept without asking again."""
    control = answer.headers.get("cache-control", "").lower()
    if re.search(r"\bno-(store|cache)\b", control):
        return 0
    found = re.search(r"\bs-maxage=\"?(\d{1,9})", control) or re.search(r"\bmax-age=\"?(\d{1,9})", control)
    return int(found[1]) if found else 0
