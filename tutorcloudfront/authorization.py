"""What the functions at the edge are told: whose tokens are good for a site, and for which service requests are signed."""

from __future__ import annotations

import json
import typing as t
from collections.abc import Iterable, Mapping

from tutorcloudfront.edge import issuers
from tutorcloudfront.edge.config import AuthorizerConfig, InvalidConfig, SignerConfig
from tutorcloudfront.settings import Jwt, Settings, SettingsError
from tutorcloudfront.settings.errors import quoted
from tutorcloudfront.sites import Site

#: What there is at URLs of key sets.
KeySets = Mapping[str, Mapping[str, t.Any]]

RS256 = ("RS256",)


def key_set_users(settings: Settings, sites: Iterable[Site]) -> dict[str, tuple[Site, ...]]:
    """Return the URLs of the key sets that the settings do not hold, each with the sites that need what is there."""
    found: dict[str, tuple[Site, ...]] = {}
    for site in sites:
        rules = _rules(settings, site)
        if site.access == "jwt" and rules.document is None and (url := _key_set_url(rules)):
            found[url] = (*found.get(url, ()), site)
    return found


def authorizer_config(settings: Settings, site: Site, key_sets: KeySets) -> AuthorizerConfig | None:
    """Return what the authorizer of a site is told, `None` if its key set is not among these.

    Raises:
        SettingsError: no function can be made of what the settings say.
    """
    rules = _rules(settings, site)
    url = _key_set_url(rules)
    keys = rules.document or key_sets.get(url)
    if keys is None and rules.form != "lms":
        return None
    try:
        return _config(settings, site, rules, _sorted(keys or {}))
    except InvalidConfig as error:
        raise SettingsError([f"{jwt_setting(site)}: {error}"]) from None


def signer_config(site: Site) -> SignerConfig:
    """Return what the signer of a site is told."""
    return SignerConfig(service=site.service, region=site.service_region, host=site.origin)


def _config(settings: Settings, site: Site, rules: Jwt, keys: Mapping[str, t.Any]) -> AuthorizerConfig:
    common: dict[str, t.Any] = {
        "token_use": rules.token_use or None,
        "required_claims": rules.required_claims,
        "cache_per_token": site.cache_key == "token",
    }
    if rules.form == "lms":
        private = settings.jwt_rsa_private_key.get_secret_value()
        origins = tuple(trusted_origins(settings))
        return issuers.lms_config(settings.lms_host, settings.enable_https, private, trusted_origins=origins, **common)
    common |= {"jwks": keys, "algorithms": rules.algorithms or RS256}
    if rules.form == "cognito":
        return issuers.cognito_config(rules.cognito_user_pool_id, rules.cognito_client_id, **common)
    return AuthorizerConfig(
        issuer=rules.issuer, audience=rules.audience, jwks_url=_key_set_url(rules) or None, **common
    )


def trusted_origins(settings: Settings) -> list[str]:
    """Return the origins of the platform's own pages, whose browsers have the cookies of its learners."""
    scheme = "https" if settings.enable_https else "http"
    hosts = dict.fromkeys(host for host in (settings.lms_host, settings.cms_host, settings.mfe_host) if host)
    return [f"{scheme}://{host}" for host in hosts]


def goes_by_cookies(settings: Settings, site: Site) -> bool:
    """Tell whether the tokens of a site can be in cookies of the LMS's."""
    return site.access == "signed" or (site.access == "jwt" and _rules(settings, site).form == "lms")


def _rules(settings: Settings, site: Site) -> Jwt:
    return site.jwt or settings.jwt


def jwt_setting(site: Site) -> str:
    """Return the setting that says whose tokens are good for a site."""
    return f"site {quoted(site.name)}: jwt" if site.jwt else "CLOUDFRONT_JWT"


def _key_set_url(rules: Jwt) -> str:
    if rules.form == "cognito":
        return issuers.cognito_jwks_url(rules.cognito_user_pool_id)
    return rules.jwks if isinstance(rules.jwks, str) else ""


def _sorted(keys: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return a key set in an order of its own: issuers change theirs at will, and that is no other function."""
    return {"keys": sorted(keys.get("keys", []), key=lambda key: json.dumps(key, sort_keys=True, default=str))}
