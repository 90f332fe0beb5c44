"""What tells the kinds of resource apart; everything else about them is done alike in `operations`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from tutorcloudfront.sandbox import configs, defaults
from tutorcloudfront.sandbox.configs import Config
from tutorcloudfront.sandbox.rules import distributions, keys, policies
from tutorcloudfront.sandbox.store import Resource, Store, random_id


def _accept(_store: Store, _given: Config, _old: Resource | None) -> None:
    pass


def _nothing(_config: Config) -> set[str]:
    return set()


@dataclass(frozen=True)
class Kind:
    """A kind of resource, named as in the names of its operations, members and errors."""

    name: str
    plural: str
    #: In the URLs of its operations.
    path: str
    #: Of the account's own ones: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
    quota: int
    check: Callable[[Store, Config, Resource | None], None]
    complete: Callable[[Config], Config]
    new_id: Callable[[], str]
    #: Checks what was given, before it is completed.
    check_given: Callable[[Store, Config, Resource | None], None] = _accept
    #: Return what a distribution uses of this kind. Key groups use public keys, distributions are used by nothing.
    used_by: Callable[[Config], set[str]] = _nothing
    user: str = "Distribution"
    missing: str = ""
    in_use: str = ""

    @property
    def config(self) -> str:
        """The name of its configuration."""
        return f"{self.name}Config"

    @property
    def no_such(self) -> str:
        return self.missing or f"NoSuch{self.name}"

    @property
    def still_in_use(self) -> str:
        return self.in_use or f"{self.name}InUse"


def _uuid() -> str:
    return str(uuid.uuid4())


DISTRIBUTION = Kind(
    name="Distribution",
    plural="Distributions",
    path="distribution",
    quota=500,
    check=distributions.check_distribution,
    check_given=distributions.check_given,
    complete=defaults.distribution,
    new_id=lambda: random_id("E"),
)
#: Those that one makes and looks at by the same operations.
KINDS = (
    Kind(
        name="CachePolicy",
        plural="CachePolicies",
        path="cache-policy",
        quota=20,
        check=policies.check_cache_policy,
        complete=defaults.cache_policy,
        new_id=_uuid,
        used_by=lambda config: configs.policies_used(config, "CachePolicy"),
    ),
    Kind(
        name="OriginRequestPolicy",
        plural="OriginRequestPolicies",
        path="origin-request-policy",
        quota=20,
        check=policies.check_origin_request_policy,
        complete=defaults.commented,
        new_id=_uuid,
        used_by=lambda config: configs.policies_used(config, "OriginRequestPolicy"),
    ),
    Kind(
        name="ResponseHeadersPolicy",
        plural="ResponseHeadersPolicies",
        path="response-headers-policy",
        quota=20,
        check=policies.check_response_headers_policy,
        complete=defaults.commented,
        new_id=_uuid,
        used_by=lambda config: configs.policies_used(config, "ResponseHeadersPolicy"),
    ),
    Kind(
        name="OriginAccessControl",
        plural="OriginAccessControls",
        path="origin-access-control",
        quota=100,
        check=keys.check_access_control,
        complete=defaults.access_control,
        new_id=lambda: random_id("E"),
        used_by=configs.access_controls_used,
    ),
    Kind(
        name="PublicKey",
        plural="PublicKeys",
        path="public-key",
        quota=10,
        check=keys.check_public_key,
        complete=defaults.public_key,
        new_id=lambda: random_id("K"),
        used_by=lambda config: set(config["Items"]),
        user="KeyGroup",
    ),
    Kind(
        name="KeyGroup",
        plural="KeyGroups",
        path="key-group",
        quota=10,
        check=keys.check_key_group,
        complete=defaults.commented,
        new_id=_uuid,
        used_by=configs.key_groups_used,
        # https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DeleteKeyGroup.html
        missing="NoSuchResource",
        in_use="ResourceInUse",
    ),
)
