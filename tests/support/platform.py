"""A platform, the real `tutor` command, and the emulated AWS account that it is run against."""

from __future__ import annotations

import subprocess
import typing as t
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from tests.support import faults
from tests.support.commands import Commands
from tests.support.project import TUTOR, Project
from tests.support.sandbox import Aws
from tutorcloudfront.sandbox import Sandbox


@dataclass
class Platform:
    """A Tutor project whose commands reach the emulated account and nothing else."""

    project: Project
    sandbox: Sandbox
    aws: Aws
    recorder: faults.Recorder
    commands: Commands

    @property
    def certificate(self) -> str:
        """A certificate for `*.example.com` and `*.learn.example.com`, there from the start."""
        return f"arn:aws:acm:us-east-1:{self.sandbox.account}:certificate/12345678-1234-1234-1234-123456789012"

    def extra_domain(self, domain: str = "apps.learn.example.com", **values: str) -> dict[str, str]:
        alias = f"origin-{domain}"
        return {"domain": domain, "alias": alias, "certificate_arn": self.certificate, **values}

    def environment(self) -> dict[str, str]:
        return self.sandbox.environment(self.project.environment())

    def run(self, *args: str, status: int | None = 0, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Run `tutor cloudfront …` and check its exit status if it matters, and that it shows no traceback."""
        if prefix:
            result = self.project.tutor("cloudfront", *args, env=self.environment(), check=False, prefix=prefix)
        else:
            environment = {**self.project.environment(), **self.environment()}
            result = self.commands.run(["cloudfront", *args], environment, self.project.folder)
        told = f"{result.stdout}\n{result.stderr}"
        assert status in (None, result.returncode), told
        assert "Traceback" not in told, told
        return result

    def start(self, *args: str) -> subprocess.Popen[str]:
        """Start `tutor cloudfront …` without waiting for its end."""
        return subprocess.Popen(
            [TUTOR, "cloudfront", *args],
            env={**self.project.environment(), **self.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def create(self, *args: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run("create-cloudfront-resources", "--no-wait", *args, status=status)

    def put_in_front(self, *middlewares: faults.Middleware) -> None:
        """Let calls pass these on their way to AWS, and record what comes by."""
        self.recorder.clear()
        self.sandbox.wrap = faults.compose(self.recorder, *middlewares)

    def ids(self) -> dict[str, str]:
        """Return the ids of the distributions, by the names of their sites."""
        return {item["Comment"].rpartition(" ")[2]: item["Id"] for item in self.distributions()}

    def change_by_hand(self, site: str, **values: t.Any) -> None:
        """Change the configuration of a site's distribution, as somebody in the console would."""
        client, id_ = self.aws("cloudfront"), self.ids()[site]
        held = client.get_distribution_config(Id=id_)
        config = {**held["DistributionConfig"], **values}
        client.update_distribution(Id=id_, IfMatch=held["ETag"], DistributionConfig=config)

    def distributions(self) -> list[dict[str, t.Any]]:
        pages = self.aws("cloudfront").get_paginator("list_distributions").paginate()
        return [item for page in pages for item in page["DistributionList"].get("Items", [])]

    def policies(self) -> dict[str, list[str]]:
        """Return the names of the custom policies, by kind."""
        client = self.aws("cloudfront")
        lists = {
            "cache": client.list_cache_policies(Type="custom")["CachePolicyList"],
            "origin request": client.list_origin_request_policies(Type="custom")["OriginRequestPolicyList"],
            "response headers": client.list_response_headers_policies(Type="custom")["ResponseHeadersPolicyList"],
        }
        return {kind: sorted(map(_policy_name, found.get("Items", []))) for kind, found in lists.items()}

    def assert_as_desired(self, sites: Sequence[str] = ("lms", "cms", "apps.learn.example.com")) -> None:
        """Check that every site has one distribution, and that there is nothing left to do."""
        comments = sorted(item["Comment"] for item in self.distributions())
        assert comments == sorted(f"tutor-contrib-cloudfront learn-example-com: {site}" for site in sites)
        assert self.policies() == {
            "cache": ["learn-example-com-origin", "learn-example-com-static"],
            "origin request": ["learn-example-com-query"],
            "response headers": [],
        }
        self.run("plan", status=0)


def _policy_name(item: dict[str, t.Any]) -> str:
    (policy,) = (value for key, value in item.items() if key.endswith("Policy"))
    (config,) = (value for key, value in policy.items() if key.endswith("Config"))
    return str(config["Name"])


def new_platform(project: Project, sandbox: Sandbox, aws: Aws, commands: Commands) -> Platform:
    """Return LMS, Studio and an MFE host, with nothing created yet."""
    platform = Platform(project, sandbox, aws, faults.Recorder(), commands)
    sandbox.add_certificate(platform.certificate, ["*.example.com", "*.learn.example.com"])
    project.set(CLOUDFRONT_EXTRA_DOMAINS=[platform.extra_domain()])
    platform.put_in_front()
    return platform


@pytest.fixture
def platform(project: Project, sandbox: Sandbox, aws: Aws, commands: Commands) -> Platform:
    return new_platform(project, sandbox, aws, commands)
