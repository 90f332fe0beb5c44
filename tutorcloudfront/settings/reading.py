"""Tutor's configuration → settings, or all that is wrong with it."""

from __future__ import annotations

import typing as t

from pydantic import ValidationError
from tutor import hooks
from tutor.types import Config

from tutorcloudfront.settings.errors import Loc, SettingsError, closest, messages, path, quoted
from tutorcloudfront.settings.jwt import Jwt
from tutorcloudfront.settings.model import Around, CacheConfig, ExtraDomain, SavedDistribution, Settings, SigningKey
from tutorcloudfront.settings.rendering import render_again

PREFIX = "CLOUDFRONT_"
#: Tutor's own settings that are read here, with the value for a platform that does not have them.
FACTS = {"LMS_HOST": "", "CMS_HOST": "", "MFE_HOST": "", "ENABLE_HTTPS": False, "JWT_RSA_PRIVATE_KEY": ""}
KEYS: dict[int | str, list[str]] = {
    "cache_config": list(CacheConfig.model_fields),
    "extra_domains": list(ExtraDomain.model_fields),
    "distributions": list(SavedDistribution.model_fields),
    "signing_keys": list(SigningKey.model_fields),
    "jwt": list(Jwt.model_fields),
}


def check(config: Config) -> Settings:
    """Return the settings that Tutor's full configuration holds.

    Raises SettingsError with everything that is wrong, each as `SETTING[path]: what is wrong and what would be right`.
    """
    errors: dict[Loc, str] = {}
    given = {
        name.lower(): render_again(config, config.get(key, default), (name.lower(),), errors)
        for name, key, default in _known()
    }
    settings = _validated(given, errors)
    lines = [f"{path(_setting(loc[0]), loc[1:])}: {message}" for loc, message in errors.items()]
    lines += _unknown(config)
    if settings is None or lines:
        raise SettingsError(lines)
    return settings


def _validated(given: dict[str, t.Any], errors: dict[Loc, str]) -> Settings | None:
    try:
        return Settings.model_validate(given, context=_around(given))
    except ValidationError as error:
        for loc, message in messages(error, KEYS):
            # What could not be rendered is wrong in other ways too, which need not be told.
            errors.setdefault(loc, message)
    return None


def _around(given: dict[str, t.Any]) -> Around:
    hosts: dict[str, str] = {}
    for name in ("lms_host", "cms_host", "lms_domain", "cms_domain"):
        if isinstance(given[name], str) and given[name]:
            hosts.setdefault(given[name].strip().lower(), _setting(name))
    return Around(platform_hosts=hosts, certificate=bool(given["certificate_arn"]))


def _known() -> list[tuple[str, str, t.Any]]:
    """Return the name, the key in Tutor's configuration and the default of all that is read."""
    defaults = _defaults()
    facts = [(name, name, default) for name, default in FACTS.items()]
    return facts + [(name, PREFIX + name, default) for name, default in defaults.items()]


def _defaults() -> dict[str, t.Any]:
    # Not at the top: another plugin that imports this package must not load ours, with its hooks, into its own context.
    from tutorcloudfront.plugin import DEFAULTS

    return DEFAULTS


def _setting(field: int | str) -> str:
    name = str(field).upper()
    return name if name in FACTS else PREFIX + name


def _unknown(config: Config) -> list[str]:
    defaults = _defaults()
    # Other plugins' settings may begin with the same word.
    declared = {key for key, _ in hooks.Filters.CONFIG_DEFAULTS.iterate()}
    names = [key.removeprefix(PREFIX) for key in config if key.startswith(PREFIX) and key not in declared]
    return [_unknown_setting(name, defaults) for name in names if name not in defaults]


def _unknown_setting(name: str, known: t.Iterable[str]) -> str:
    setting = PREFIX + name
    if not setting.isidentifier():
        return f"{quoted(setting)}: is no setting of this plugin; remove it from config.yml"
    remove = f"remove it with `tutor config save --unset {setting}`"
    # Compared without the prefix, which makes any two names look alike.
    near = closest(name, known)
    return f"{setting}: is no setting of this plugin; {f'did you mean {PREFIX}{near}?' if near else remove}"
