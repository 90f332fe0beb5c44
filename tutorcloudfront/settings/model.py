"""The settings, and the rules that hold between them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator
from typing_extensions import Self

from tutorcloudfront.settings import values
from tutorcloudfront.settings.errors import quoted

DEFAULT_TTL = 300
DEFAULT_MAX_TTL = 3600


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


@dataclass(frozen=True)
class Around:
    """What an extra domain's rules must know of the other settings, handed to pydantic as validation context.

    `platform_hosts` tells which setting names a host of LMS or Studio, `certificate` whether there is one for all.
    """

    platform_hosts: Mapping[str, str] = field(default_factory=dict)
    certificate: bool = True


class CacheConfig(Frozen):
    """How many seconds static files are cached; what is left out follows what is set."""

    min_ttl: values.Seconds = 0
    default_ttl: values.Seconds = DEFAULT_TTL
    max_ttl: values.Seconds = DEFAULT_MAX_TTL

    @model_validator(mode="after")
    def _keep_order(self) -> Self:
        given = self.model_fields_set
        if "default_ttl" not in given:
            default = max(DEFAULT_TTL, self.min_ttl)
            self._set("default_ttl", min(default, self.max_ttl) if "max_ttl" in given else default)
        if "max_ttl" not in given:
            self._set("max_ttl", max(DEFAULT_MAX_TTL, self.default_ttl))
        if not self.min_ttl <= self.default_ttl <= self.max_ttl:
            raise ValueError(
                "must be in the order min_ttl <= default_ttl <= max_ttl, "
                f"not {self.min_ttl}, {self.default_ttl}, {self.max_ttl}"
            )
        return self

    def _set(self, name: str, value: int) -> None:
        # Still being made, so not yet frozen.
        object.__setattr__(self, name, value)


class ExtraDomain(Frozen):
    """One more site: `domain` is what browsers ask for, `alias` where CloudFront fetches it."""

    domain: values.ViewerHost
    alias: values.HostName
    certificate_arn: values.CertificateArn = Field(default="", validate_default=True)
    access: values.Access = "public"

    @field_validator("domain")
    @classmethod
    def _not_the_platform(cls, domain: str, info: ValidationInfo) -> str:
        setting = _around(info).platform_hosts.get(domain)
        if setting:
            raise ValueError(
                f"must not be {quoted(domain)} ({setting}): the pages of LMS and Studio need cookies and logins, "
                "which a public site does not pass on; give the site a host name of its own"
            )
        return domain

    @field_validator("certificate_arn")
    @classmethod
    def _some_certificate(cls, arn: str, info: ValidationInfo) -> str:
        if not arn and not _around(info).certificate:
            host = quoted(info.data["domain"]) if "domain" in info.data else "the domain"
            raise ValueError(needs_certificate(host, "here or into CLOUDFRONT_CERTIFICATE_ARN"))
        return arn


def _around(info: ValidationInfo) -> Around:
    return t.cast(Around, info.context or Around())


def needs_certificate(host: str, place: str) -> str:
    """Return how to come by a certificate for `host`, and where its ARN belongs."""
    return (
        f"a certificate is needed: request one for {host} from AWS Certificate Manager in us-east-1 (it is free), "
        f"and put its ARN {place}"
    )


class SavedDistribution(Frozen):
    """What a run of the plugin saved: `host` is the site's alias, or else `domain_name`."""

    id: values.DistributionId
    domain_name: values.HostName
    host: values.ViewerHost


class Settings(Frozen):
    """Everything that this plugin is told: facts of the platform, then its own settings.

    Rules between fields look at earlier fields only, so their order here counts.
    """

    lms_host: values.LowerText
    cms_host: values.LowerText
    #: "" where tutor-mfe is not enabled.
    mfe_host: values.LowerText
    enable_https: bool

    aws_access_key_id: values.AccessKeyId
    aws_secret_access_key: values.Secret
    aws_profile: values.Text
    aws_region: values.Region
    lms_domain: values.HostOrEmpty
    cms_domain: values.HostOrEmpty
    certificate_arn: values.CertificateArn
    lms_alias: values.HostOrEmpty
    cms_alias: values.HostOrEmpty
    cache_config: t.Annotated[CacheConfig, values.EMPTY_MAPPING]
    extra_domains: t.Annotated[tuple[ExtraDomain, ...], values.EMPTY_LIST]
    course_assets: bool
    price_class: values.PriceClass
    web_acl_arn: values.WebAclArn
    log_bucket: values.Bucket
    realtime_metrics: bool
    tags: values.Tags
    resource_prefix: values.Prefix
    distributions: t.Annotated[dict[str, SavedDistribution], values.EMPTY_MAPPING]

    @field_validator("aws_secret_access_key")
    @classmethod
    def _both_keys(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if "aws_access_key_id" in info.data and bool(secret) != bool(info.data["aws_access_key_id"]):
            wrong = "is set and CLOUDFRONT_AWS_ACCESS_KEY_ID is not" if secret else "is missing"
            raise ValueError(f"{wrong}: set both keys or none")
        return secret

    @field_validator("course_assets")
    @classmethod
    def _assets_of_the_lms(cls, course_assets: bool, info: ValidationInfo) -> bool:
        if course_assets and info.data.get("lms_domain") == "":
            raise ValueError("must be false where CLOUDFRONT_LMS_DOMAIN is empty: course assets come from the LMS")
        return course_assets

    @field_validator("aws_profile")
    @classmethod
    def _keys_or_profile(cls, profile: str, info: ValidationInfo) -> str:
        if profile and info.data.get("aws_access_key_id"):
            raise ValueError("must not be set beside CLOUDFRONT_AWS_ACCESS_KEY_ID: set the keys or the profile")
        return profile

    @field_validator("lms_alias", "cms_alias")
    @classmethod
    def _alias_of_its_own(cls, alias: str, info: ValidationInfo) -> str:
        for name in ("lms_host", "cms_host", "mfe_host"):
            if alias and alias == info.data.get(name):
                raise ValueError(
                    f"must not be {quoted(alias)} ({name.upper()}): only static files can be had through an alias, "
                    f"and the platform's pages no more; take another host name such as 'cdn.{alias}'"
                )
        if alias and info.data.get("certificate_arn") == "":
            raise ValueError(needs_certificate(quoted(alias), "into CLOUDFRONT_CERTIFICATE_ARN"))
        return alias
