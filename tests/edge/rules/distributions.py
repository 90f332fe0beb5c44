"""Which distribution answers, and which of its behaviors."""

from __future__ import annotations

from tests.edge.rules.table import rule
from tests.sandbox.examples import CERTIFICATE, custom_origin, items, own_certificate
from tests.support.lab import Lab

CNAMES = "CNAMEs.html"
PATTERNS = "DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern"


def with_aliases(lab: Lab, *aliases: str) -> str:
    arn = CERTIFICATE.replace("123456789012", lab.sandbox.account)
    lab.sandbox.add_certificate(arn, ["*.example.com", "example.com"])
    certificate = own_certificate(ACMCertificateArn=arn)
    path = "/" + aliases[0].replace("*", "any").replace(".", "-")
    origins = items(custom_origin(OriginPath=path))
    return lab.serve(Aliases=items(*aliases), ViewerCertificate=certificate, Origins=origins)


@rule("distribution-working-with.html", "a distribution answers for its d….cloudfront.net name")
def own_name(lab: Lab) -> None:
    lab.serve()
    assert lab.get().status == 200


@rule(CNAMES, "a distribution answers for its alternate domain names, in upper case as well, and with a port")
def alias(lab: Lab) -> None:
    with_aliases(lab, "media.example.com")
    assert [lab.get(host=host).status for host in ("media.example.com", "MEDIA.example.com:8080")] == [200, 200]


@rule(f"{CNAMES}#alternate-domain-names-wildcard", "a wildcard answers for one more label or several, not for none")
def wildcard(lab: Lab) -> None:
    with_aliases(lab, "*.example.com")
    hosts = ("media.example.com", "a.media.example.com", "example.com", "example.org")
    assert [lab.get(host=host).status for host in hosts] == [200, 200, 403, 403]


@rule(f"{CNAMES}#alternate-domain-names-wildcard", "an exact name goes before a wildcard")
def exact_before_wildcard(lab: Lab) -> None:
    with_aliases(lab, "*.example.com")
    with_aliases(lab, "media.example.com")
    lab.get(host="media.example.com")
    lab.get(host="other.example.com")
    assert [asked.path for asked in lab.origin.asked] == ["/media-example-com/file", "/any-example-com/file"]


@rule("http-403-permission-denied.html", "a host that belongs to no distribution is answered with 403")
def unknown_host(lab: Lab) -> None:
    answer = lab.get(host="d111111abcdef8.cloudfront.net")
    assert (answer.status, answer["Server"], answer.result) == (403, "CloudFront", "Error")
    assert b"The request could not be satisfied" in answer.body


@rule("DownloadDistValuesGeneral.html#DownloadDistValuesEnabled", "a disabled distribution serves nothing")
def disabled(lab: Lab) -> None:
    lab.serve(Enabled=False)
    assert lab.get().status == 403
    assert not lab.origin.asked


@rule("distribution-working-with.html", "a distribution that is not deployed yet does not answer")
def in_progress(lab: Lab) -> None:
    lab.sandbox.deploy_seconds = 3600
    lab.sandbox.reset()
    lab.serve()
    assert lab.get().status == 403


@rule("HowToUpdateDistribution.html", "while a change is on its way, what was deployed before is served")
def update_in_progress(lab: Lab) -> None:
    lab.serve()
    lab.sandbox.store.deploy_seconds = 3600
    config = lab.cloudfront.get_distribution_config(Id=lab.distribution["Id"])
    config["DistributionConfig"]["Enabled"] = False
    lab.cloudfront.update_distribution(
        Id=lab.distribution["Id"], IfMatch=config["ETag"], DistributionConfig=config["DistributionConfig"]
    )
    assert lab.get().status == 200


@rule("HowToUpdateDistribution.html", "a change is served once it is deployed")
def update_deployed(lab: Lab) -> None:
    lab.serve()
    config = lab.cloudfront.get_distribution_config(Id=lab.distribution["Id"])
    config["DistributionConfig"]["Enabled"] = False
    lab.cloudfront.update_distribution(
        Id=lab.distribution["Id"], IfMatch=config["ETag"], DistributionConfig=config["DistributionConfig"]
    )
    assert lab.get().status == 403


def choose(lab: Lab, patterns: list[str], *paths: str) -> list[str]:
    """Return which of some patterns is taken for paths, `*` being the default behavior."""
    methods = {"AllowedMethods": items("GET", "HEAD")}
    origins = [custom_origin()] + [custom_origin(Id=f"o{n}", OriginPath=f"/o{n}") for n, _ in enumerate(patterns)]
    behaviors = {pattern: {"TargetOriginId": f"o{n}", **methods} for n, pattern in enumerate(patterns)}
    lab.serve(behaviors=behaviors, Origins=items(*origins))
    chosen = []
    for path in paths:
        lab.get(path)
        origin = lab.origin.last.path.split("/")[1]
        chosen.append(dict(zip([f"o{n}" for n, _ in enumerate(patterns)], patterns, strict=True)).get(origin, "*"))
    return chosen


@rule(PATTERNS, "the first pattern that matches wins, in the order of the list; the default behavior comes last")
def order(lab: Lab) -> None:
    patterns = ["/static/*.css", "/static/*"]
    assert choose(lab, patterns, "/static/a.css", "/static/a.js", "/other") == ["/static/*.css", "/static/*", "*"]


@rule(PATTERNS, "the order counts, not how exact a pattern is")
def order_not_exactness(lab: Lab) -> None:
    assert choose(lab, ["/static/*", "/static/a.css"], "/static/a.css") == ["/static/*"]


@rule(PATTERNS, "`*` stands for none or more characters, `?` for exactly one")
def wildcards(lab: Lab) -> None:
    paths = ("/a/", "/a/b/c", "/b12", "/b1", "/b123")
    assert choose(lab, ["/a/*", "/b??"], *paths) == ["/a/*", "/a/*", "/b??", "*", "*"]


@rule(PATTERNS, "upper and lower case count")
def case(lab: Lab) -> None:
    assert choose(lab, ["/static/*"], "/Static/a", "/static/A") == ["*", "/static/*"]


@rule(PATTERNS, "the slash at the beginning of a pattern may be left out")
def without_slash(lab: Lab) -> None:
    assert choose(lab, ["images/*"], "/images/a") == ["images/*"]


@rule(PATTERNS, "query strings are not looked at")
def without_query(lab: Lab) -> None:
    assert choose(lab, ["*.css"], "/a?b=c.css", "/a.css?b=c") == ["*", "*.css"]


@rule(PATTERNS, "the path is normalized to choose a behavior: dot segments, doubled slashes, needless escapes")
def normalized(lab: Lab) -> None:
    patterns = ["/static/*"]
    paths = ("/x/../static/a", "/static/../x", "//static//a", "/st%61tic/a", "/static/%2e%2E/x", "/./static/a")
    expected = ["/static/*", "*", "/static/*", "/static/*", "*", "/static/*"]
    assert choose(lab, patterns, *paths) == expected


@rule(PATTERNS, "the origin gets the raw path")
def raw_path(lab: Lab) -> None:
    lab.serve()
    paths = ["/x/../static/a", "//static//a", "/st%61tic/%2e%2E/a%2Fb", "/a+b/~'()*!;@:&=$,"]
    for path in paths:
        lab.get(path)
    assert [asked.path for asked in lab.origin.asked] == paths
