"""The patches of this plugin, and how they get into the environment.

With no distribution created, every rendered file must be the same, byte for byte, as without the plugin. Tutor joins the
patches of one name with newlines, so a patch of ours that renders empty beside another plugin's would add one. Therefore
`append_patches` adds a call to the last patch of the name, whoever's it is, and only where there is none an item of its own.
Whether there is a distribution is asked when the call is rendered, because Tutor collects patches once in a process, which
may save the environment before and after distributions are created.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateError, pass_context
from jinja2.runtime import Context
from tutor.plugins import is_loaded

from tutorcloudfront.__about__ import __version__

#: Jinja templates, each named after the patch that it is for.
PATCHES = Path(__file__).with_name("patches")
#: What may stand in a URL or a site address, where anything else would break the platform's settings.
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
#: Jinja ignores one newline at the very end of a template.
FINAL_NEWLINE = re.compile(r"(\r\n|\r|\n)\Z")
#: A setting refers to a setting that refers to a setting… and in the end to itself.
MAX_RENDERINGS = 5
#: What the check of the settings takes for true: https://docs.pydantic.dev/latest/api/standard_library_types/#booleans
TRUE = {"true", "1", "yes", "y", "on", "t"}


def append_patches(patches: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the `(name, content)` of all plugins' patches with this plugin's."""
    patches = list(patches)
    last = {name: index for index, (name, _content) in enumerate(patches)}
    for path in sorted(PATCHES.glob("[!.]*")):
        call = f'{{{{ cloudfront_patch("{path.name}") }}}}'
        if path.name in last:
            index = last[path.name]
            patches[index] = (path.name, FINAL_NEWLINE.sub("", patches[index][1]) + call)
        else:
            patches.append((path.name, call))
    return patches


@pass_context
def cloudfront_patch(context: Context, name: str) -> str:
    """Return this plugin's patch on a line of its own, or nothing where it does not apply."""
    rendered = render(context, PATCHES / name)
    return f"\n{rendered}" if rendered else ""


def render(context: Context, path: Path) -> str:
    """Return a template of this plugin's with what the configuration says about CloudFront."""
    platform = Platform(context)
    template = context.environment.from_string(path.read_text(encoding="utf-8"))
    return template.render(
        context.get_all(),
        lms_cdn_host=platform.cdn_host("CLOUDFRONT_LMS_DOMAIN"),
        cms_cdn_host=platform.cdn_host("CLOUDFRONT_CMS_DOMAIN"),
        mfe_cdn_host=platform.cdn_host("MFE_HOST"),
        mfe_origin=platform.mfe_origin(),
        course_assets=platform.is_on("CLOUDFRONT_COURSE_ASSETS"),
        lms_cdn_hosts=platform.cdn_hosts("CLOUDFRONT_LMS_DOMAIN"),
        signing=platform.signing(),
        plugin_version=__version__,
    ).strip("\n")


class Signing(t.NamedTuple):
    """What the LMS is told of signed access, all of it written as in Python.

    `settings` are Django's, by name. `buckets` are the hosts of private buckets, "" if there are none.
    """

    settings: dict[str, str]
    buckets: str


class Platform:
    """What the configuration of the platform says about CloudFront.

    Nothing here raises: values of the wrong kind are reported by this plugin's commands, and must not keep anybody from
    saving the configuration in which they want to correct them.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def cdn_host(self, setting: str) -> str:
        """Return the host of the distribution saved for the domain that a setting names, if there is one."""
        host = self._distribution(setting).get("host")
        return host if _is_host(host) else ""

    def cdn_hosts(self, setting: str) -> list[str]:
        """Return all hosts of the distribution saved for the domain that a setting names."""
        distribution = self._distribution(setting)
        return [host for key in ("host", "domain_name") if _is_host(host := distribution.get(key))]

    def is_on(self, setting: str) -> bool:
        """Return whether a setting is true, also where it was rendered to text."""
        return self._rendered(str(self._context.get(setting))).strip().lower() in TRUE

    def mfe_origin(self) -> str:
        """Return the host under which CloudFront fetches the micro-frontends, if it is to be served."""
        if not is_loaded("mfe") or not self.cdn_host("MFE_HOST"):
            return ""
        for entry in self._extra_domains():
            if self._rendered(entry.get("domain")).lower() == self._setting("MFE_HOST").lower():
                origin = self._rendered(entry.get("alias"))
                return origin if _is_host(origin) and not self._is_served(origin) else ""
        return ""

    def signing(self) -> Signing | None:
        """Return what the LMS signs with and for, as soon as a site that demands signatures is there."""
        hosts = [(host, bucket) for host, bucket in self._signed_sites() if host]
        key = self._signing_key()
        if not hosts or not key:
            return None
        lms = self._setting("LMS_HOST").lower()
        # Cookies for two hosts would replace each other, so that there is one that has them.
        media = next((host for host, _ in hosts if host.endswith(f".{lms}")), hosts[0][0])
        settings = {"CLOUDFRONT_MEDIA_HOST": media, **key, "CLOUDFRONT_SIGNED_TTL": self._lifetime()}
        buckets = {bucket: host for host, bucket in hosts if bucket}
        return Signing({name: repr(value) for name, value in settings.items()}, repr(buckets) if buckets else "")

    def _signed_sites(self) -> Iterator[tuple[str, str]]:
        """Yield host and bucket of the sites that demand signatures; the host is empty where there is no distribution."""
        for entry in self._extra_domains():
            if self._rendered(entry.get("access")) == "signed":
                saved = self._saved(self._rendered(entry.get("domain")))
                host = saved.get("host")
                # A wildcard is no host.
                host = host if _is_host(host) else saved.get("domain_name")
                yield host if _is_host(host) else "", self._rendered(entry.get("bucket"))

    def _signing_key(self) -> dict[str, str]:
        """Return the settings that tell of the key that signs, none where there is no such key."""
        keys = self._context.get("CLOUDFRONT_SIGNING_KEYS")
        known = [_items(key) for key in keys] if isinstance(keys, list) else []
        signing = [key for key in known if key.get("id") and key.get("state", "signing") == "signing"]
        try:
            return self._settings_of(signing[-1]) if signing else {}
        except ValueError:
            return {}

    def _settings_of(self, key: dict[t.Any, t.Any]) -> dict[str, str]:
        # Imported where there is a key: most platforms have none.
        from tutorcloudfront.signing import keys

        secret, private = self._setting("CLOUDFRONT_SIGNING_SECRET"), str(key.get("private_key") or "")
        public = str(key.get("public_key") or "") or keys.public_key(private)
        where = {
            "CLOUDFRONT_SIGNING_SECRET": secret,
            "CLOUDFRONT_SIGNING_SECRET_REGION": self._setting("CLOUDFRONT_AWS_REGION"),
            "CLOUDFRONT_KEY_FINGERPRINT": keys.fingerprint(public),
        }
        return {
            "CLOUDFRONT_KEY_ID": str(key["id"]),
            **(where if secret else {"CLOUDFRONT_PRIVATE_KEY": private}),
            "CLOUDFRONT_SIGNING_ALGORITHM": keys.fitting(public, self._setting("CLOUDFRONT_SIGNING_ALGORITHM")),
        }

    def _lifetime(self) -> int:
        text = str(self._context.get("CLOUDFRONT_SIGNED_TTL"))
        return int(text) if text.isdecimal() else 0

    def _extra_domains(self) -> list[dict[t.Any, t.Any]]:
        entries = self._context.get("CLOUDFRONT_EXTRA_DOMAINS")
        return [_items(entry) for entry in entries] if isinstance(entries, list) else []

    def _distribution(self, setting: str) -> dict[t.Any, t.Any]:
        return self._saved(self._setting(setting))

    def _saved(self, domain: str) -> dict[t.Any, t.Any]:
        # The commands save hosts in lower case, however they are written in the settings.
        return _items(_items(self._context.get("CLOUDFRONT_DISTRIBUTIONS")).get(domain.lower()))

    def _is_served(self, host: str) -> bool:
        """Return whether Caddy has a site of that name: it refuses to start with two."""
        hosts = [self._setting(name) for name in self._context.get_all() if name.endswith("_HOST")]
        hosts.append(self._setting("MEILISEARCH_PUBLIC_URL").partition("://")[2])
        return host.lower() in (served.lower() for served in hosts)

    def _setting(self, name: str) -> str:
        return self._rendered(self._context.get(name))

    def _rendered(self, value: t.Any) -> str:
        """Return a setting's value with all that it refers to, or an empty string if it is none.

        Tutor renders settings once, one after the other, those of this plugin before those of tutor-mfe, so that
        `{{ MFE_HOST }}` has become `apps.{{ LMS_HOST }}`.
        """
        text = value if isinstance(value, str) else ""
        for _ in range(MAX_RENDERINGS):
            if "{" not in text:
                break
            try:
                text = self._context.environment.from_string(text).render(self._context.get_all())
            except TemplateError:
                return ""
        return text


def _items(value: t.Any) -> dict[t.Any, t.Any]:
    return value if isinstance(value, dict) else {}


def _is_host(value: t.Any) -> t.TypeGuard[str]:
    return isinstance(value, str) and HOST.fullmatch(value) is not None
