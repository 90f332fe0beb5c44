"""What CloudFront asks of other services of the account, answered by moto's."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass, field

LAMBDA_VERSION = re.compile(r"arn:aws:lambda:us-east-1:(?P<account>\d{12}):function:[^:]+:\d+")


@dataclass(frozen=True)
class PublishedLambda:
    """A published version of a Lambda function; `code` is its zip."""

    arn: str
    runtime: str
    handler: str
    #: In seconds.
    timeout: int
    memory: int
    code: bytes = field(repr=False)
    digest: str
    architectures: tuple[str, ...]
    environment: bool
    layers: bool
    vpc: bool
    #: The services that its role trusts.
    assumed_by: frozenset[str]


class Neighbours:
    """The ACM, WAF and Lambda of an emulated account; CloudFront looks for them in us-east-1 only."""

    def __init__(self, account: str) -> None:
        self.account = account

    def certificate_hosts(self, arn: str) -> list[str] | None:
        """Return the hosts that an issued certificate covers, None if there is no such certificate."""
        from moto.acm.models import acm_backends

        bundle = acm_backends[self.account]["us-east-1"]._certificates.get(arn)
        if bundle is None:
            return None
        # The state of a certificate changes by time, and moto finds that out when it is asked to.
        bundle.check()
        if bundle.status != "ISSUED":
            return None
        return [bundle.common_name, *bundle.sans]

    def has_web_acl(self, arn: str) -> bool:
        """Tell whether there is such a web ACL for CloudFront."""
        return arn in self.web_acls()

    def function_version(self, arn: str) -> PublishedLambda | None:
        """Return a published Lambda function, None if there is no such one."""
        from moto.awslambda.models import lambda_backends

        match = LAMBDA_VERSION.fullmatch(arn)
        if match is None or match["account"] != self.account:
            return None
        found = lambda_backends[self.account]["us-east-1"]._lambdas._arns.get(arn)
        if found is None:
            return None
        return PublishedLambda(
            arn=arn,
            runtime=found.run_time or "",
            handler=found.handler or "",
            timeout=int(found.timeout),
            memory=int(found.memory_size),
            code=found.code_bytes,
            digest=found.code_sha_256,
            architectures=tuple(found.architectures),
            environment=bool(found.environment_vars),
            layers=bool(found.layers),
            vpc=bool((found._vpc_config or {}).get("SubnetIds")),
            assumed_by=self._assumed_by(found.role),
        )

    def _assumed_by(self, role: str) -> frozenset[str]:
        """Return the services that a role lets assume it, by plain statements as consoles and tools write them."""
        from moto.iam.models import iam_backends

        found = next((item for item in iam_backends[self.account]["aws"].roles.values() if item.arn == role), None)
        document = json.loads(found.assume_role_policy_document or "{}") if found else {}
        services: set[str] = set()
        for statement in document.get("Statement", []):
            if statement.get("Effect") == "Allow" and statement.get("Action") == "sts:AssumeRole":
                named = statement.get("Principal", {}).get("Service", [])
                services.update([named] if isinstance(named, str) else named)
        return frozenset(services)

    def bucket_policy(self, name: str) -> bytes | None:
        """Return the policy of a bucket, None where there is no policy or no bucket."""
        from moto.s3.models import s3_backends

        bucket = s3_backends[self.account]["aws"].buckets.get(name)
        policy: bytes | None = bucket.policy if bucket else None
        return policy

    def add_certificate(self, arn: str, hosts: t.Sequence[str]) -> None:
        """Put an issued certificate for `hosts` into ACM, at exactly this ARN."""
        from moto.acm.models import CertBundle, acm_backends

        from tutorcloudfront.sandbox.certificate import self_signed

        region = self._region(arn, "acm")
        certificate, key = self_signed(hosts)
        bundle = CertBundle(
            self.account, certificate, key, region=region, arn=arn, cert_type="AMAZON_ISSUED", cert_status="ISSUED"
        )
        acm_backends[self.account][region]._certificates[arn] = bundle

    def add_bucket(self, name: str, region: str) -> None:
        """Put an empty bucket into S3, unless it is there."""
        from moto.s3.models import s3_backends

        backend = s3_backends[self.account]["aws"]
        if name not in backend.buckets:
            backend.create_bucket(name, region)

    def add_web_acl(self, arn: str) -> None:
        """Put a web ACL into WAF, at exactly this ARN."""
        from moto.wafv2.models import FakeWebACL

        self._region(arn, "wafv2")
        name, id_ = arn.split("/")[-2:]
        self.web_acls()[arn] = FakeWebACL(
            name=name,
            account=self.account,
            arn=arn,
            wacl_id=id_,
            visibility_config={},
            default_action={"Allow": {}},
            description=None,
            rules=[],
        )

    def web_acls(self) -> dict[str, t.Any]:
        """Return the web ACLs for CloudFront by ARN."""
        from moto.wafv2.models import wafv2_backends

        web_acls: dict[str, t.Any] = wafv2_backends[self.account]["global"].wacls
        return web_acls

    def _region(self, arn: str, service: str) -> str:
        parts = arn.split(":")
        if len(parts) < 6 or parts[2] != service or parts[4] != self.account:
            raise ValueError(f"not an ARN of {service} in the account {self.account}: {arn}")
        return parts[3]
