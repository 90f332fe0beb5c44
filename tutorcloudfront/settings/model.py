"""The settings, and the rules that hold between them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from typing_extensions import Self

from tutorcloudfront.settings import services, values
from tutorcloudfront.settings.base import Frozen
from tutorcloudfront.settings.errors import quoted
from tutorcloudfront.settings.jwt import Jwt

DEFAULT_TTL = 300
DEFAULT_MAX_TTL = 3600
#: The keys of an extra domain that tell where its files are.
ORIGINS = ("alias", "bucket", "service")
#: Its keys that are good for nothing without one of these, by which it is.
OF_ORIGINS = {
    "bucket_region": "bucket",
    **dict.fromkeys(("service_region", "service_host", "actions", "resources", "methods"), "service"),
}
#: Its keys that are good for nothing without `access: jwt`.
OF_TOKENS = ("cache_key", "jwt")


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
    """One more site: `domain` is what browsers ask for, and one of ORIGINS where CloudFront fetches it.

    `access` says who may: everybody, who has a signed URL or cookie, or who has a token.
    """

    domain: values.ViewerHost
    alias: values.HostOrEmpty = ""
    bucket: values.OriginBucket = ""
    #: Where the bucket is; empty: in the region of the platform.
    bucket_region: values.RegionOrEmpty = ""
    #: The name by which a service of AWS's knows requests to it.
    service: values.ServiceName = Field(default="", validate_default=True)
    #: Where the service is; empty: in the region of the platform.
    service_region: values.RegionOrEmpty = ""
    #: Empty: see `services.host_of`.
    service_host: values.HostOrEmpty = Field(default="", validate_default=True)
    #: What may be asked of the service, and about what.
    actions: values.Names = Field(default=(), validate_default=True)
    resources: values.Names = Field(default=(), validate_default=True)
    methods: values.Methods = "read"
    certificate_arn: values.CertificateArn = Field(default="", validate_default=True)
    access: values.Access = "public"
    cache_key: values.CacheKey = "shared"
    #: In place of CLOUDFRONT_JWT.
    jwt: Jwt | None = None

    @field_validator(*ORIGINS[1:])
    @classmethod
    def _one_origin(cls, origin: str, info: ValidationInfo) -> str:
        given = [name for name in ORIGINS if info.data.get(name)]
        if origin and given:
            raise ValueError(f"must not be set beside {given[0]}: a site is fetched from one origin")
        # One that is wrong is told of already.
        others = [name for name in ORIGINS if name != info.field_name]
        if not origin and not given and all(name in info.data for name in others):
            raise ValueError(f"one of {', '.join(ORIGINS)} must tell where CloudFront fetches the site from")
        return origin

    @field_validator("service_host")
    @classmethod
    def _host_of_a_service(cls, host: str, info: ValidationInfo) -> str:
        return services.checked_host(host, info.data["service"]) if info.data.get("service") else host

    @field_validator("actions")
    @classmethod
    def _actions_of_a_service(cls, actions: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return services.checked_actions(actions, info.data["service"]) if info.data.get("service") else actions

    @field_validator("resources")
    @classmethod
    def _resources_of_a_service(cls, resources: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return services.checked_resources(resources, info.data["service"]) if info.data.get("service") else resources

    @model_validator(mode="after")
    def _access_to_a_service(self) -> Self:
        if self.service and "access" not in self.model_fields_set:
            raise ValueError(
                "needs access beside service: write access: jwt, or signed, or public if everybody may do what its "
                "actions say"
            )
        return self

    @field_validator(*OF_ORIGINS)
    @classmethod
    def _of_its_origin(cls, value: object, info: ValidationInfo) -> object:
        origin = OF_ORIGINS[str(info.field_name)]
        if value and info.data.get(origin) == "":
            raise ValueError(f"must not be set without {origin}")
        return value

    @field_validator(*OF_TOKENS)
    @classmethod
    def _of_tokens(cls, value: object, info: ValidationInfo) -> object:
        if value and info.data.get("access", "jwt") != "jwt":
            raise ValueError("must not be set without access: jwt")
        return value

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


class SigningKey(Frozen):
    """A key pair for signed access, with the `id` that CloudFront gave its public half, "" as long as it has none.

    The oldest stands first. A `new` key is on its way to CloudFront, one is `signing`, and signatures of a `retiring`
    one are still about: until `until` (epoch seconds), or for as long as nobody has said that none are made any more (0).
    `lifetime` is the longest time, in seconds, for which the platform has had it sign.
    """

    id: values.KeyId = ""
    #: PEM, "" where it follows from the private key.
    public_key: values.Text = ""
    #: PEM, "" where it is kept in a secret of AWS's.
    private_key: values.Secret = SecretStr("")
    state: t.Literal["new", "signing", "retiring"] = "signing"
    until: values.Seconds = 0
    lifetime: values.Seconds = 0

    @property
    def fingerprint(self) -> str:
        """What tells the key from others, "new" for one that is yet to be made."""
        from tutorcloudfront.signing import keys

        return keys.fingerprint(self.public_key) if self.public_key else "new"

    def name(self, prefix: str) -> str:
        """Return the name of its public half in CloudFront."""
        return f"{prefix}-key-{self.fingerprint}"


class Settings(Frozen):
    """Everything that this plugin is told: facts of the platform, then its own settings.

    Rules between fields look at earlier fields only, so their order here counts.
    """

    lms_host: values.LowerText
    cms_host: values.LowerText
    #: "" where tutor-mfe is not enabled.
    mfe_host: values.LowerText
    enable_https: bool
    #: What the LMS signs its own tokens with.
    jwt_rsa_private_key: values.Secret

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
    signing_algorithm: values.SigningAlgorithm
    signed_ttl: values.Lifetime
    signing_secret: values.SecretName
    signing_keys: t.Annotated[tuple[SigningKey, ...], values.EMPTY_LIST]
    jwt: t.Annotated[Jwt, values.EMPTY_MAPPING]
    distributions: t.Annotated[dict[str, SavedDistribution], values.EMPTY_MAPPING]

    @field_validator("aws_secret_access_key")
    @classmethod
    def _both_keys(cls, secret: SecretStr, info: ValidationInfo) -> SecretStr:
        if "aws_access_key_id" in info.data and bool(secret) != bool(info.data["aws_access_key_id"]):
            wrong = "is set and CLOUDFRONT_AWS_ACCESS_KEY_ID is not" if secret else "is missing"
            raise ValueError(f"{wrong}: set both keys or none")
        return secret

    @field_validator("signing_keys")
    @classmethod
    def _good_keys(cls, keys: tuple[SigningKey, ...], info: ValidationInfo) -> tuple[SigningKey, ...]:
        in_secret = bool(info.data.get("signing_secret"))
        good = tuple(_good_key(number, key, in_secret) for number, key in enumerate(keys))
        names = [key.fingerprint for key in good]
        for number, name in enumerate(names):
            if (first := names.index(name)) < number:
                raise ValueError(f"entry {number} is the key of entry {first} once more: remove one of them")
        return good

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


def _good_key(number: int, key: SigningKey, in_secret: bool) -> SigningKey:
    """Return a key with its public half, or raise a ValueError; of the private half nothing is told."""
    # Imported where there are keys: most platforms have none, and cryptography takes a while.
    from tutorcloudfront.signing import keys

    private = key.private_key.get_secret_value()
    if not private and not (key.public_key and in_secret):
        raise ValueError(f"entry {number} has no private_key: put it back, or remove the entry")
    try:
        public = keys.public_key(private) if private else key.public_key
        if keys.fingerprint(key.public_key or public) == keys.fingerprint(public):
            return key.model_copy(update={"public_key": public})
    except ValueError as error:
        raise ValueError(f"entry {number}: {error}") from None
    raise ValueError(f"entry {number} has a public_key that is not the private key's: remove its public_key and id")
