"""Settings → sites: what is served through CloudFront, from where, and how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError
from tutor.exceptions import TutorError

from tutorcloudfront.hooks import CLOUDFRONT_SITES
from tutorcloudfront.settings import ExtraDomain, Settings, SettingsError, services
from tutorcloudfront.settings.errors import messages, path, quoted
from tutorcloudfront.sites.problems import Placed, problems
from tutorcloudfront.sites.site import Behavior, Serve, Site, bucket_host

__all__ = ["Behavior", "Serve", "Site", "remarks", "sites_of"]

#: Where micro-frontends ask the LMS for their configuration, by the host that they come from themselves:
#: https://github.com/overhangio/tutor-mfe/blob/release/tutormfe/templates/mfe/apps/mfe/Caddyfile
MFE_BEHAVIORS = (
    Behavior(serve="dynamic", path="/api/mfe_config/*"),
    Behavior(serve="dynamic", path="/api/frontend_site_config/*"),
)

#: Where the LMS serves what authors upload to their courses, by content digest, by key, and by key of an old course:
#: https://github.com/openedx/openedx-platform/blob/master/openedx/core/djangoapps/contentserver/urls.py
#: It tells with each answer how long it may be kept, and of locked assets nothing, since who asks is not passed on.
COURSE_ASSET_BEHAVIORS = tuple(
    Behavior(serve="origin", path=path) for path in ("/assets/courseware/*", "/asset-v1:*", "/c4x/*")
)

#: The frames of an image never change, what is known of it may:
#: https://docs.aws.amazon.com/healthimaging/latest/devguide/dicomweb-retrieve-instance-frames.html
BEHAVIORS_OF_SERVICES = {"medical-imaging": (Behavior(serve="fixed", path="/datastore/*/frames/*"),)}

#: Made once, since making it takes longer than many checks.
_SITE = TypeAdapter(Site)


def sites_of(settings: Settings) -> list[Site]:
    """Return the sites of LMS, Studio, the extra domains and other plugins, in this order.

    Raises SettingsError with everything that is wrong with them, each with the setting that it comes from, or with
    `site 'name'` where another plugin added or changed the site.
    """
    own = [*_platform_sites(settings), *_extra_sites(settings)]
    placed = _placed(_filtered([placed.site for placed in own], settings), own)
    errors = list(problems(placed, settings))
    if errors:
        raise SettingsError(errors)
    return [placed.site for placed in placed]


def _platform_sites(settings: Settings) -> list[Placed]:
    """Return the sites of LMS and Studio, which are one where both are fetched from the same host."""
    names: dict[str, str] = {}
    aliases: dict[str, dict[str, str]] = {}
    for name, domain, alias in _platform_hosts(settings):
        if domain:
            names.setdefault(domain, name)
            of_domain = aliases.setdefault(domain, {})
            if alias:
                of_domain.setdefault(alias, f"CLOUDFRONT_{name.upper()}_ALIAS")
    return [_platform_site(settings, name, domain, aliases[domain]) for domain, name in names.items()]


def _platform_hosts(settings: Settings) -> tuple[tuple[str, str, str], ...]:
    """Return name, domain and alias of LMS and Studio."""
    return ("lms", settings.lms_domain, settings.lms_alias), ("cms", settings.cms_domain, settings.cms_alias)


def _platform_site(settings: Settings, name: str, domain: str, aliases: dict[str, str]) -> Placed:
    course_assets = COURSE_ASSET_BEHAVIORS if name == "lms" and settings.course_assets else ()
    site = Site(
        name=name,
        origin=domain,
        behaviors=(Behavior(serve="static", path="/static/*"), *course_assets),
        # Neither login pages nor admin may be had through the CDN.
        default=Behavior(serve="refused"),
        aliases=tuple(aliases),
        certificate_arn=settings.certificate_arn if aliases else "",
        origin_https=settings.enable_https,
        domain=domain,
    )
    return Placed(site, f"CLOUDFRONT_{name.upper()}_DOMAIN", tuple(aliases.values()))


def _extra_sites(settings: Settings) -> list[Placed]:
    return [
        Placed(
            _extra_site(settings, extra), f"CLOUDFRONT_EXTRA_DOMAINS[{i}]", (f"CLOUDFRONT_EXTRA_DOMAINS[{i}].domain",)
        )
        for i, extra in enumerate(settings.extra_domains)
    ]


def _extra_site(settings: Settings, extra: ExtraDomain) -> Site:
    site = Site(
        name=extra.domain,
        origin=extra.alias or bucket_host(extra.bucket, extra.bucket_region or settings.aws_region),
        behaviors=MFE_BEHAVIORS if extra.domain == settings.mfe_host else (),
        default=Behavior(serve="origin"),
        aliases=(extra.domain,),
        certificate_arn=extra.certificate_arn or settings.certificate_arn,
        origin_https=settings.enable_https,
        bucket=extra.bucket,
        access=extra.access,
        access_is_told="access" in extra.model_fields_set,
        cache_key=extra.cache_key,
        jwt=extra.jwt,
    )
    return _of_service(site, settings, extra) if extra.service else site


def _of_service(site: Site, settings: Settings, extra: ExtraDomain) -> Site:
    """Return a site that is fetched from a service of AWS's, whose answers mostly do not say how long they are good."""
    region = extra.service_region or settings.aws_region
    return replace(
        site,
        origin=extra.service_host or services.host_of(extra.service, region),
        behaviors=BEHAVIORS_OF_SERVICES.get(extra.service, ()),
        default=Behavior(serve="static"),
        origin_https=True,
        service=extra.service,
        service_region=region,
        actions=extra.actions,
        resources=extra.resources or services.resources_of(extra.service, region),
        methods=extra.methods,
    )


def remarks(settings: Settings, sites: Iterable[Site]) -> Iterator[str]:
    """Tell what is allowed, and will hardly do what is wanted."""
    for name, domain, alias in _platform_hosts(settings):
        if alias and not domain:
            yield f"CLOUDFRONT_{name.upper()}_ALIAS is not used, since CLOUDFRONT_{name.upper()}_DOMAIN is empty."
    for site in sites:
        away = [host for host in site.aliases if not host.removeprefix("*").endswith(f".{settings.lms_host}")]
        if away and (way := _cookieless_way(settings, site)):
            cookies, others = way
            yield (
                f"{cookies} will not arrive at {', '.join(away)}: browsers send the LMS's cookies to "
                f"{settings.lms_host} and hosts below it only. {others} work there. For cookies, use a domain such as "
                f"media.{settings.lms_host}."
            )


def _cookieless_way(settings: Settings, site: Site) -> tuple[str, str] | None:
    """Return which cookies a site goes by, and what it goes by without them, `None` if it goes by none."""
    if site.access == "signed":
        return "Signed cookies", "Signed URLs"
    if site.access == "jwt" and (site.jwt or settings.jwt).form == "lms":
        return "Cookies with the LMS's tokens", "Tokens in the header Authorization"
    return None


def _filtered(sites: list[Site], settings: Settings) -> list[Site]:
    """Return the sites as other plugins would have them; what those return is checked, since Python did not."""
    try:
        returned: object = CLOUDFRONT_SITES.apply(sites, settings)
    except TutorError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise SettingsError(
            [
                f"CLOUDFRONT_SITES: a callback of another plugin failed with {quoted(reason)}; it must return a list of Site"
            ]
        ) from error
    if not isinstance(returned, list):
        kind = type(returned).__name__
        raise SettingsError(
            [f"CLOUDFRONT_SITES: a callback of another plugin returned {kind}; it must return a list of Site"]
        )
    errors: list[str] = []
    checked = [_checked(site, index, errors) for index, site in enumerate(returned)]
    if errors:
        raise SettingsError(errors)
    return [site for site in checked if site]


def _checked(site: object, index: int, errors: list[str]) -> Site | None:
    """Return a site with fields of the right types, host names in lower case."""
    if not isinstance(site, Site):
        kind = type(site).__name__
        errors.append(
            f"CLOUDFRONT_SITES[{index}]: a callback of another plugin returned {kind} here; it must be a Site"
        )
        return None
    try:
        return _SITE.validate_python(site)
    except ValidationError as error:
        errors += [f"{path(_named(site), loc)}: {message}" for loc, message in messages(error)]
    return None


def _named(site: Site) -> str:
    return f"site {quoted(site.name)}"


def _placed(sites: list[Site], own: list[Placed]) -> list[Placed]:
    """Return each site with the settings that it comes from, if it is as they have it."""
    left = list(own)
    result = []
    for site in sites:
        found = next((placed for placed in left if placed.site == site), None)
        if found:
            left.remove(found)
        result.append(found or Placed(site, _named(site), (_named(site),) * len(site.aliases)))
    return result
