"""What the emulated account holds of CloudFront, and nothing about what may be done with it."""

from __future__ import annotations

import secrets
import string
import threading
import time
import typing as t
from dataclasses import dataclass, field
from datetime import datetime, timezone

from tutorcloudfront.sandbox.configs import Config, lambdas_used
from tutorcloudfront.sandbox.neighbours import Neighbours


def random_id(prefix: str, length: int = 13, alphabet: str = string.ascii_uppercase + string.digits) -> str:
    """Return an identifier as AWS makes them, `E1PA6795UKMFR9`."""
    return prefix + "".join(secrets.choice(alphabet) for _ in range(length))


def now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class Resource:
    """One CloudFront resource. Its configuration is replaced as a whole and never changed in place."""

    kind: str
    id: str
    config: Config
    #: Of a distribution beside its configuration: its domain name, its monitoring subscription.
    facts: Config = field(default_factory=dict)
    #: AWS's own, the same in every account, and changed by nobody.
    managed: bool = False
    etag: str = field(default_factory=lambda: random_id("E"))
    created: datetime = field(default_factory=now)
    modified: datetime = field(default_factory=now)
    #: On the clock of `time.monotonic`: from then on, all edge locations have it.
    ready_at: float = 0.0
    #: The configuration that all edge locations had when it was last changed, if they had any.
    before: Config | None = None

    @property
    def ready(self) -> bool:
        return time.monotonic() >= self.ready_at

    @property
    def deployed(self) -> Config | None:
        """The configuration that edge locations go by: while a change is on its way, what was there before."""
        return self.config if self.ready else self.before


@dataclass
class Function:
    """A CloudFront Function: what was written last, and what was published last.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/managing-functions.html
    """

    name: str
    development: Version
    live: Version | None = None


@dataclass(frozen=True)
class Version:
    """One stage of a function."""

    config: Config
    code: bytes
    created: datetime
    modified: datetime = field(default_factory=now)
    etag: str = field(default_factory=lambda: random_id("E"))


class Store:
    """The account's CloudFront resources. Hold `lock` while using it: AWS answers one request at a time as well."""

    def __init__(
        self,
        account: str,
        neighbours: Neighbours,
        managed: t.Iterable[Resource],
        *,
        deploy_seconds: float = 2.0,
        references_stay_used: bool = True,
        replica_seconds: float = 0.0,
    ) -> None:
        self.account = account
        self.neighbours = neighbours
        self.deploy_seconds = deploy_seconds
        self.references_stay_used = references_stay_used
        self.replica_seconds = replica_seconds
        self.lock = threading.RLock()
        #: By kind and id.
        self.resources: dict[str, dict[str, Resource]] = {}
        self.functions: dict[str, Function] = {}
        #: By distribution and id.
        self.invalidations: dict[str, dict[str, Resource]] = {}
        #: By ARN.
        self.tags: dict[str, dict[str, str]] = {}
        #: The caller references that were ever used, and the distribution that each of them made.
        self.references: dict[str, str] = {}
        #: When a distribution had a Lambda function last, by the ARN of the version, on the clock of `time.monotonic`.
        self.lambdas_left: dict[str, float] = {}
        for resource in managed:
            self.put(resource)

    def of_kind(self, kind: str) -> dict[str, Resource]:
        return self.resources.setdefault(kind, {})

    def custom(self, kind: str) -> list[Resource]:
        """Return the resources of a kind that are the account's own, which are the ones that quotas count."""
        return [resource for resource in self.of_kind(kind).values() if not resource.managed]

    def put(self, resource: Resource) -> None:
        self.of_kind(resource.kind)[resource.id] = resource

    def replace(self, resource: Resource, config: Config) -> None:
        """Give a resource a new configuration, and with it a new ETag and a new rollout."""
        self.leave(resource)
        resource.before = resource.deployed
        resource.config = config
        resource.etag = random_id("E")
        resource.modified = now()
        resource.ready_at = self.rollout()

    def leave(self, resource: Resource) -> None:
        """Note that a resource is about to be no longer what it is."""
        if resource.kind == "Distribution":
            self.lambdas_left.update(dict.fromkeys(lambdas_used(resource.config), time.monotonic()))

    def is_replicated(self, arn: str) -> bool:
        """Tell whether edge locations have a version of a Lambda function, and for a while after that it was used."""
        used = any(arn in lambdas_used(resource.config) for resource in self.custom("Distribution"))
        return used or time.monotonic() < self.lambdas_left.get(arn, -self.replica_seconds) + self.replica_seconds

    def rollout(self) -> float:
        """Return when something that changes now has reached all edge locations."""
        return time.monotonic() + self.deploy_seconds

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of a distribution or function."""
        return f"arn:aws:cloudfront::{self.account}:{kind}/{name}"

    def taggable(self) -> dict[str, str]:
        """Return the ARNs of all that can be tagged, with their resource types in the tagging API."""
        distributions = {
            self.arn("distribution", id_): "cloudfront:distribution" for id_ in self.of_kind("Distribution")
        }
        return {**distributions, **{self.arn("function", name): "cloudfront:function" for name in self.functions}}
